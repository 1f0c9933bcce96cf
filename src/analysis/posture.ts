/** What a bundle permits, derived by analysing its rules: who may call what, under which conditions. */
import type { Action } from "../check/program.js";

/** From the least demanding access to `never`. */
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
 * `never`: no request is allowed, regardless of content and history. `allow`: every valid call is, within limits.
 * `conditional`: some are, without anyone being asked. The others name the least demanding need that must be met: a
 * sign-in, the user's own confirmation, an approval by others. `some need`: always one of them, but not always the
 * same.
 */
export type Access = (typeof ACCESS_ORDER)[number];

/** One rule that can grant, with the rules that restrict it. */
export interface Alternative {
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
  /** What it always needs: its own needs and those that requires add. */
  readonly needs: readonly string[];
  /** Needs of some of its calls, with the require that adds them. */
  readonly mayNeed: readonly string[];
}

/** What one row may do with one tool. */
export interface Cell {
  readonly access: Access;
  /** The least demanding first. */
  readonly ways: readonly Alternative[];
}

/** A column: a tool, and what applies to every call of it. */
export interface PostureTool {
  readonly id: string;
  readonly name: string;
  readonly title?: string;
  readonly tier: 1 | 2 | 3;
  readonly action: Action;
  readonly irreversible: boolean;
  /** What every call needs in addition to rules: an open session, a scope. */
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
  /** Undefined in the row of all requests; null for users without a declared role. */
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

/** Returns a short description of a row. */
export function rowName({ name, role, roleName }: PostureRow): string {
  if (role === undefined) return name;
  return role === null ? `${name} for no role` : `${name} for ${roleName ?? role}`;
}
