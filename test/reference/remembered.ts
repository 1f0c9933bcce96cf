/** What an idempotency key says of a call. */
import { canonicalJson } from "../../src/values/canonical.js";
import type { JsonValue } from "../../src/values/type.js";
import type { Entered } from "./enter.js";
import { sessionOf, stepsOf, transactionOf } from "./situations.js";
import type { DecisionEvent, World } from "./world.js";

/** Milliseconds that an idempotency key is known. */
const KEY_KNOWN = 24 * 3_600_000;

export type Remembered =
  /** May have been made: its answer is given again while it holds. `isSame`: nothing of the request has changed. */
  | { readonly kind: "earlier"; readonly event: DecisionEvent; readonly isSame: boolean }
  | { readonly kind: "refused"; readonly refusal: string };

/** What an idempotency key says: that the call may have been made, or why there is none. Only an `allow` is kept under it. */
export function rememberedUnder(world: World, entered: Entered, caller: string): Remembered | undefined {
  const { request, call } = entered;
  if (request.id === undefined) return undefined;
  const under = world.decisions.filter(
    (each) =>
      each.verdict === "allow" &&
      each.request.id === request.id &&
      each.caller === caller &&
      each.call.tenant === call.tenant,
  );
  const event = under.at(-1);
  const heard = Math.max(...under.map((each) => each.outcome?.at ?? each.at));
  if (event === undefined || world.now >= heard + KEY_KNOWN) return undefined;
  if (event.call.digest !== call.digest) return { kind: "refused", refusal: "builtin.replayed_other" };
  if (under.some((each) => each.outcome?.status === "ok")) {
    return { kind: "refused", refusal: "builtin.already_done" };
  }
  const status = event.outcome?.status;
  if (status === "failed" || status === "not_run") return undefined;
  return { kind: "earlier", event, isSame: isSameGround(world, entered, event) };
}

function isSameGround(world: World, entered: Entered, event: DecisionEvent): boolean {
  const state = sessionOf(world, entered.call);
  const session = state.kind === "open" ? state.session : undefined;
  const transaction = transactionOf(world, entered);
  const isGone =
    transaction !== undefined && entered.tool !== undefined && !stepsOf(world, transaction).includes(event);
  return event.ground === groundOf(entered) && event.session === session && !isGone;
}

/** All that a request says besides the call itself, its notes and its key. */
export function groundOf({ request, call }: Entered): string {
  const { id: _, args: __, tool: ___, channel: ____, dry_run: _____, ...rest } = request;
  return canonicalJson({ ...rest, tenant: call.tenant } as unknown as JsonValue);
}

/** Labels of a session as they were without one of its calls; where others may have brought them as well, as they are. */
export function labelsWithout(
  { labels, calls }: { readonly labels: readonly string[]; readonly calls: readonly DecisionEvent[] },
  event: DecisionEvent,
  brought: readonly string[],
): readonly string[] {
  if (event.session === undefined || calls.at(-1) !== event) return labels;
  const then = [...new Set([...event.labelsBefore, ...brought])].sort();
  return JSON.stringify(then) === JSON.stringify([...labels].sort()) ? event.labelsBefore : labels;
}
