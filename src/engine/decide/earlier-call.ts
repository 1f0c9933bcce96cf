/**
 * The call that was allowed before under the same request id, and whose outcome is not known: it may have been made.
 *
 * Its answer is given again while all that it rests on still holds. To find out, the call is judged anew with the effects
 * of the earlier one taken out. They are taken out under the revision that allowed it alone: another one judges the state
 * as it is, which can only deny more.
 */
import type { MapCell } from "../../state/store.js";
import type { JsonValue } from "../../values/type.js";
import type { Call } from "../request/call.js";
import { digestOf } from "../request/digest.js";
import type { Case, DecisionState } from "./types.js";

/** An approval that the earlier call rests on. */
export interface UsedApproval {
  readonly scheme: string;
  readonly id: string;
  /** ms. */
  readonly expires: number;
}

/** What is kept of a call under its request id. */
export interface EarlierCall {
  readonly decision: string;
  /** When it was allowed, ms. */
  readonly at: number;
  /** Of the call: whom it is for, what it does, and where. */
  readonly digest: string;
  /** Of everything else that the request said. */
  readonly ground: string;
  readonly revision: string;
  readonly status: string | undefined;
  /** Whether any call that was allowed under the id was made. */
  readonly done: boolean;
  /** The arguments it was asked with, as JSON; only where some of them are `@advisory`. */
  readonly args: string | undefined;
  /** Advisory arguments that were taken out of it. */
  readonly drops: readonly string[];
  readonly approvals: readonly UsedApproval[];
  readonly exceptions: readonly string[];
  /** Labels of the session tree before it, what it added to them, and how many calls of the tree were allowed before. */
  readonly tree: {
    readonly before: readonly string[];
    readonly added: readonly string[];
    readonly steps: number;
  };
}

/** The fields of its cell. */
export const earlierFields = ["digest", "decision", "at", "status", "done", "kept"] as const;

type Kept = Pick<EarlierCall, "ground" | "revision" | "args" | "drops" | "approvals" | "exceptions" | "tree">;

/** What is kept in one field, as text. */
export function writeEarlier(kept: Kept): string {
  return JSON.stringify(kept);
}

/** From its cell; undefined where the request id is new. */
export function readEarlier({ fields }: MapCell): EarlierCall | undefined {
  const digest = fields.get("digest");
  const kept = fields.get("kept");
  if (digest === undefined || kept === undefined) return undefined;
  return {
    ...(JSON.parse(kept) as Kept),
    digest,
    decision: fields.get("decision") ?? "",
    at: Number(fields.get("at")),
    status: fields.get("status"),
    done: fields.has("done"),
  };
}

/**
 * The digest of all that a request says besides the call itself, its `@advisory` arguments and its key, and of the opening
 * of its session.
 */
export function groundOf({ request, tenant, chain }: Call, session: DecisionState["session"]): string {
  const { id: _, dry_run: __, args: ___, tool: ____, channel: _____, actors: ______, ...rest } = request;
  const opening = typeof session === "object" ? [session.opened, session.treeOpened] : null;
  const actors = [chain.user ?? null, ...chain.agents.map(({ actor }) => actor)];
  return digestOf([{ ...rest, tenant }, actors, opening] as unknown as JsonValue);
}

/** Whether a call that was allowed under the request id may have been made, or be under way. */
export function mayHaveRun({ digest, done, status }: EarlierCall, call: Call): boolean {
  return digest === call.digest() && !done && (status === undefined || status === "unknown");
}

/** The earlier call whose answer this one may be given again; undefined for a call that is judged by itself. */
export function earlierOf({ state, call }: Case): EarlierCall | undefined {
  const earlier = state?.earlier;
  return earlier !== undefined && mayHaveRun(earlier, call) ? earlier : undefined;
}

/** The same, where its effects are taken out of what is judged. */
export function takenOutOf(c: Case): EarlierCall | undefined {
  const earlier = earlierOf(c);
  return earlier?.revision === c.context.bundle.revision ? earlier : undefined;
}

/** Whether an approval that the earlier call used is still good. That it is used up is the doing of that call. */
export function stillApproves(earlier: EarlierCall, scheme: string, state: DecisionState): boolean {
  const used = earlier.approvals.find((each) => each.scheme === scheme);
  if (used === undefined || state.now >= used.expires) return false;
  const now = state.approvals.get(scheme);
  // Where another has taken its place, what became of it is not known.
  return now !== undefined && now.request.id === used.id && now.status !== "withdrawn";
}

/** Labels of the session tree as they were without the earlier call. What another call may have brought as well is kept. */
export function labelsBefore(
  { tree }: EarlierCall,
  labels: readonly string[],
  steps: number,
): readonly string[] {
  const then = new Set([...tree.before, ...tree.added]);
  const isUnchanged =
    steps === tree.steps + 1 && labels.length === then.size && labels.every((label) => then.has(label));
  return isUnchanged ? tree.before : labels;
}
