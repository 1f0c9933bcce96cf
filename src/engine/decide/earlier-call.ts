/**
 * The call that was allowed before under the same request id and whose outcome is unknown: it may have been made.
 *
 * Its answer is repeated while everything it depends on still holds. To check this, the call is judged again without the
 * effects of the earlier one. They are removed only under the revision that allowed it: any other revision judges the
 * state as it is, which can only deny more.
 */
import type { JsonValue } from "../../values/type.js";
import type { EarlierCall } from "../records/earlier-call.js";
import type { Call } from "../request/call.js";
import { digestOf } from "../request/digest.js";
import type { Case, DecisionState } from "./types.js";

/**
 * The digest of everything in a request except the call itself, its `@advisory` arguments and its key, and of the opening of
 * its session.
 */
export function groundOf({ request, tenant, chain }: Call, session: DecisionState["session"]): string {
  const { id: _, dry_run: __, args: ___, tool: ____, channel: _____, actors: ______, ...rest } = request;
  const opening = typeof session === "object" ? [session.opened, session.treeOpened] : null;
  const actors = [chain.user ?? null, ...chain.agents.map(({ actor }) => actor)];
  return digestOf([{ ...rest, tenant }, actors, opening] as unknown as JsonValue);
}

/** Whether a call allowed under the request id may have been made or be in progress. */
export function mayHaveRun({ digest, done, status }: EarlierCall, call: Call): boolean {
  return digest === call.digest() && !done && (status === undefined || status === "unknown");
}

/** The earlier call whose answer may be repeated; undefined for a call that is judged by itself. */
export function earlierOf({ state, call }: Case): EarlierCall | undefined {
  const earlier = state?.earlier;
  return earlier !== undefined && mayHaveRun(earlier, call) ? earlier : undefined;
}

/** The earlier call, if its effects are removed from what is judged. */
export function takenOutOf(c: Case): EarlierCall | undefined {
  const earlier = earlierOf(c);
  return earlier?.revision === c.context.bundle.revision ? earlier : undefined;
}

/** Whether an approval that the earlier call used is still valid. A used-up one is valid: the earlier call used it. */
export function stillApproves(earlier: EarlierCall, scheme: string, state: DecisionState): boolean {
  const used = earlier.approvals.find((each) => each.scheme === scheme);
  if (used === undefined || state.now >= used.expires) return false;
  const now = state.approvals.get(scheme);
  // If another approval has replaced it, its fate is unknown.
  return now !== undefined && now.request.id === used.id && now.status !== "withdrawn";
}
