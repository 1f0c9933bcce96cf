/** The answer that a request id got before. */
import type { Decision } from "../../model/decision.js";
import type { Call } from "../request/call.js";
import { builtin, unsupportedObligation } from "../request/refusal.js";
import { changedPlaces, unsupported, withDrops } from "../rules/obligations.js";
import type { Verdict } from "./answer.js";
import type { Loaded } from "./load.js";

/** The answer that this request id got before, while it is good. */
export function replayOf(loaded: Loaded, call: Call): Verdict | undefined {
  const { idempotency } = loaded;
  if (idempotency === undefined) return undefined;
  if (idempotency.digest !== call.digest())
    return { decision: "deny", reasons: [builtin("replayed_other")], retry: { when: "never" } };
  if (idempotency.done)
    return { decision: "deny", reasons: [builtin("already_done")], retry: { when: "never" } };
  if (
    idempotency.status === undefined &&
    idempotency.until > loaded.now &&
    idempotency.answer !== undefined
  ) {
    return replayed(JSON.parse(idempotency.answer) as Decision, idempotency.args, call);
  }
  return undefined;
}

/**
 * The stored answer, for this request: what neither the key nor the digest binds may have changed since. An advisory text
 * that the allowed call did not have is taken out, and a caller that cannot carry out what comes with it is refused.
 */
function replayed(stored: Decision, allowedArgs: string | undefined, call: Call): Verdict {
  const places =
    allowedArgs === undefined || call.target?.args === undefined
      ? new Set<string>()
      : changedPlaces(call.target.args, JSON.parse(allowedArgs), call.wireArgs(false), "args");
  const obligations = withDrops(stored.obligations, places);
  const lacking = unsupported(obligations, call.request.supports);
  if (lacking !== undefined)
    return { decision: "deny", reasons: [unsupportedObligation(lacking)], retry: { when: "never" } };
  return { decision: "allow", reasons: [], stored: { ...stored, obligations } };
}
