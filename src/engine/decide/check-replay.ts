/** Before the rules with state: finds what was allowed under the request id, and whether its answer is repeated. */
import type { Reason } from "../../model/decision.js";
import { builtin } from "../request/refusal.js";
import { isEmpty } from "../rules/needs.js";
import { answerReplay } from "./answer.js";
import { earlierOf, groundOf } from "./earlier-call.js";
import { refuse } from "./open-case.js";
import type { Case, DecisionState, Outcome, Refusal } from "./types.js";

/**
 * Refuses the call if the id belongs to another call, to one that was made, or to one that may have been made and was
 * requested differently. A call that failed or was not run is judged like a new one.
 */
export function checkReplay(c: Case): Case | Refusal {
  const { call, state } = c;
  const known = state?.earlier;
  if (state === undefined || known === undefined) return c;
  if (known.digest !== call.digest()) return refuse(c, [builtin("replayed_other")]);
  if (known.done) return refuse(c, [builtin("already_done")]);
  const earlier = earlierOf(c);
  if (earlier === undefined) return c;
  const isSame = earlier.ground === groundOf(call, state.session) && isStep(earlier.decision, c, state);
  return isSame ? c : refuse(c, [outdated]);
}

const outdated: Reason = builtin("replay_outdated");

/** Whether its step still exists, if it was a step. */
function isStep(decision: string, { target }: Case, { transaction }: DecisionState): boolean {
  if (typeof transaction !== "object" || target.tool === undefined) return true;
  return transaction.state.steps.some((step) => step.decision === decision);
}

/** After all other stages: repeats the answer, or refuses and says what to do. Never asks for an approval again. */
export function concludeReplay(outcome: Case | Refusal, of: Case): Outcome {
  const earlier = earlierOf(of);
  if (earlier === undefined) return outcome;
  if (outcome.kind === "refusal") {
    if (outcome.at === undefined) return outcome;
    return refuse(outcome.at, [...outcome.reasons, outdated], outcome.retry);
  }
  if (!isEmpty(outcome.weighed.open)) return refuse(outcome, [outdated]);
  return { kind: "replay", at: outcome, decision: answerReplay(outcome, earlier.decision) };
}
