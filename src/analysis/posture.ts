/** What a bundle permits, derived by reasoning over its rules: who may call what, under which conditions. */
import type { Action } from "../check/program.js";

/** From what demands least to what is never allowed. */
export const ACCESS_ORDER = [
  "allow",
  "conditional",
  "some need",
  "step-up",
  "confirmation",
  "approval",
  "step-up + confirmation",
  "step-up + approval",
  "confirmation + approval",
  "step-up + confirmation + approval",
  "never",
] as const;

/**
 * `never`: no request is allowed, whatever it says and whatever happened before. `allow`: every valid call is, as far as
 * limits have room. `conditional`: some are, without anybody being asked. Then what at least has to be met first, by
 * name: a sign-in, the user's own confirmation, an approval of others. `some need`: always one of them, not always the same.
 */
export type Access = (typeof ACCESS_ORDER)[number];

/** One rule that can grant, with what stands around it. */
export interface Way {
  /** The id of the allow. */
  readonly rule: string;
  /** Its `@id`. */
  readonly ref?: string;
  readonly access: Exclude<Access, "never">;
  /** For whom, inside what, until when and without which labels: `for role clerk`. */
  readonly within: readonly string[];
  /** Conditions in the words of the language, all of which must hold. */
  readonly when: readonly string[];
  /** Denies that refuse some of what it grants. */
  readonly unless: readonly string[];
  /** What it always needs, its own and what requires add. */
  readonly needs: readonly string[];
  /** What some of its calls need as well, with the require that says so. */
  readonly mayNeed: readonly string[];
}

/** What one row may do with one tool. */
export interface Cell {
  readonly access: Access;
  /** The least demanding first. */
  readonly ways: readonly Way[];
}

/** A column: a tool, and what holds for every call of it. */
export interface PostureTool {
  readonly id: string;
  readonly name: string;
  readonly title?: string;
  readonly tier: 1 | 2 | 3;
  readonly action: Action;
  readonly irreversible: boolean;
  /** What every call needs besides what rules say: an open session, a scope. */
  readonly preconditions: readonly string[];
  /** Limits that count calls of it, by name. */
  readonly limits: readonly string[];
}

/** Requests of one acting agent: all of them, or those of users with exactly one declared role, or with none. */
export interface PostureRow {
  readonly agent: string;
  readonly name: string;
  readonly title?: string;
  readonly owner?: string;
  readonly acts: "for-user" | "alone";
  /** Left out in the row of all requests; null for users without a declared role. */
  readonly role?: string | null;
  /** The declared name of the role. */
  readonly roleName?: string;
  /** In the order of the tools. */
  readonly cells: readonly Cell[];
}

/** The permission matrix of a bundle. */
export interface Posture {
  readonly revision: string;
  /** By tier, then action, then name. */
  readonly tools: readonly PostureTool[];
  readonly rows: readonly PostureRow[];
}

/** What a row is about, in a few words. */
export function rowName({ name, role, roleName }: PostureRow): string {
  if (role === undefined) return name;
  return role === null ? `${name} for no role` : `${name} for ${roleName ?? role}`;
}
