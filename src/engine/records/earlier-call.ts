/** The stored record of an allowed call under its request id. Pure; does not access the store. */
import type { MapCell } from "../../state/store.js";

/** An approval that the earlier call depends on. */
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
  /** Digest of the call: who it is for, what it does, and where. */
  readonly digest: string;
  /** Digest of everything else in the request. */
  readonly ground: string;
  readonly revision: string;
  readonly status: string | undefined;
  /** Whether any call that was allowed under the id was made. */
  readonly done: boolean;
  /** The requested arguments, as JSON; only if some of them are `@advisory`. */
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

/** From its cell; undefined if the request id is new. */
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

/** Labels of the session tree without the earlier call. Keeps labels that another call may also have added. */
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
