/** What an idempotency key says of a call. */
import type { Entered } from "./enter.js";
import type { DecisionEvent, World } from "./world.js";

/** Milliseconds that an `allow` may be acted on, and that an idempotency key is known. */
const ALLOW_VALID = 30_000;
const KEY_KNOWN = 24 * 3_600_000;

export type Remembered =
  | { readonly kind: "replayed"; readonly event: DecisionEvent }
  | { readonly kind: "refused"; readonly refusal: string };

/** What an idempotency key says: the answer again, or why not. Only an `allow` is kept under it. */
export function rememberedUnder(
  world: World,
  { request, call }: Entered,
  caller: string,
): Remembered | undefined {
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
  const isValid = event.outcome === undefined && world.now < event.at + ALLOW_VALID;
  return isValid ? { kind: "replayed", event } : undefined;
}
