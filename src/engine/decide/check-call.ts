/** Stage 1: the chain, the catalogue and the arguments, which no policy can overrule. */
import type { EngineContext } from "../context.js";
import type { Call } from "../request/call.js";
import { openCase, refuseCall } from "./open-case.js";
import type { Case, Refusal } from "./types.js";

/** The case of a call; refused if the call has any built-in refusal. */
export function checkCall(call: Call, context: EngineContext): Case | Refusal {
  const { target, refusals } = call;
  if (target === undefined || refusals.length > 0) return refuseCall(call, refusals, context);
  return openCase(call, target, context);
}
