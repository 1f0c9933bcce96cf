/** Before the rules with state: what the request id was answered before. */
import type { Decision, Obligation } from "../../model/decision.js";
import { builtin, unsupportedObligation } from "../request/refusal.js";
import { changedPlaces, unsupported, withDrops } from "../rules/obligations.js";
import { refuse } from "./open-case.js";
import type { Case, KnownRequest, Outcome } from "./types.js";

/** The allow that this request id got before, while it is good; refused where the id belongs to another call, or to one that was made. */
export function checkReplay(c: Case): Outcome {
  const { call, state } = c;
  const known = state?.idempotency;
  if (state === undefined || known === undefined) return c;
  if (known.digest !== call.digest()) return refuse(c, [builtin("replayed_other")]);
  if (known.done) return refuse(c, [builtin("already_done")]);
  if (known.status !== undefined || known.until <= state.now || known.answer === undefined) return c;
  return replay(c, known, JSON.parse(known.answer) as Decision);
}

/**
 * The stored answer, for this request: what neither the id nor the digest binds may have changed since. An advisory text
 * that the allowed call did not have is taken out, and a caller that cannot carry out what comes with it is refused.
 */
function replay(c: Case, known: KnownRequest, stored: Decision): Outcome {
  const obligations = obligationsNow(c, known, stored.obligations);
  const lacking = unsupported(obligations, c.call.request.supports);
  if (lacking !== undefined) return refuse(c, [unsupportedObligation(lacking)]);
  return { kind: "replay", at: c, decision: { ...stored, obligations, replayed: true } };
}

function obligationsNow({ call }: Case, { args }: KnownRequest, stored: readonly Obligation[]): Obligation[] {
  if (args === undefined || call.target?.args === undefined) return [...stored];
  const versions = { approved: JSON.parse(args) as unknown, asked: call.wireArgs(false) };
  return withDrops(stored, changedPlaces(call.target.args, versions));
}
