/**
 * One decision from beginning to end. Each stage has its own file and adds to the case or refuses it. The first stage that
 * refuses reports all its reasons.
 */
import type { Decision } from "../../model/decision.js";
import type { DecideRequest } from "../../model/request.js";
import { StateUnavailable } from "../../state/store.js";
import { backOff, type EngineContext, MAX_ATTEMPTS } from "../context.js";
import { readCall } from "../request/call.js";
import { builtin } from "../request/refusal.js";
import type { Caller } from "../request/types.js";
import { answerDenial, answerUnreserved, verdictOf } from "./answer.js";
import { checkCall } from "./check-call.js";
import { checkLimits, checkRetry } from "./check-limits.js";
import { checkNeeds } from "./check-needs.js";
import { checkObligations } from "./check-obligations.js";
import { checkPureRules } from "./check-pure-rules.js";
import { checkReplay, concludeReplay } from "./check-replay.js";
import { checkRules } from "./check-rules.js";
import { callOf, refuseCall, reopened } from "./open-case.js";
import { allReads, requiredReads } from "./plan-reads.js";
import { readState } from "./read-state.js";
import { reserveAllow } from "./reserve-allow.js";
import { reservePending } from "./reserve-pending.js";
import { settleDenial } from "./settle-denial.js";
import type { Case, Outcome, Refusal, Reservation, Stage } from "./types.js";
import { whenReady } from "./when-ready.js";
import { answerWithoutState } from "./without-state.js";

/** Decides a request. Rejects only with RequestProblem: any other failure is a `deny`. */
export async function decide(
  request: DecideRequest,
  caller: Caller,
  context: EngineContext,
): Promise<Decision> {
  const call = readCall(request, caller, context.bundle, context.clock.now());
  const opened = checkCall(call, context);
  if (opened.kind === "refusal") return deny(opened);
  // The store's time, if it was read.
  let { now } = call.frame;
  const concludeAt = (outcome: Outcome) => {
    now = callOf(outcome).frame.now;
    return conclude(outcome);
  };
  let readsLimits = request.dry_run === true || request.id !== undefined;
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (attempt > 1) await backOff(attempt);
      const decision = await whenReady(deliberate(reopened(opened, now), readsLimits), concludeAt);
      if (decision !== "lost race") return decision;
      readsLimits = true;
    }
  } catch (error) {
    if (error instanceof StateUnavailable) return answerWithoutState(reopened(opened, now));
    throw error;
  }
  const contended = builtin(
    "state_unavailable",
    { unknown: true },
    "Too many calls compete for the same state; try again.",
  );
  return deny(refuseCall(reopened(opened, now).call, [contended], context));
}

/** Every stage before the reservation. `readsLimits` reads the limits too, so that the answer states what is left of them. */
export function deliberate(opened: Case, readsLimits: boolean): Outcome | Promise<Outcome> {
  const c = checkPureRules(opened);
  if (c.kind === "refusal") return c;
  const plan = readsLimits ? allReads(c) : requiredReads(c);
  if (plan !== undefined) return whenReady(readState(c, plan), checkWithState);
  const outcome = checkWithState(c);
  return mayBeRefusedEarlier(outcome) ? whenReady(readState(c, allReads(c)), checkWithState) : outcome;
}

const STAGES: readonly Stage[] = [checkRules, checkLimits, checkNeeds, checkRetry, checkObligations];

/** The stages that come after the state was read, if it had to be. */
function checkWithState(c: Case): Outcome {
  let outcome = checkReplay(c);
  if (outcome.kind === "refusal") return outcome;
  for (const stage of STAGES) {
    outcome = stage(outcome);
    if (outcome.kind === "refusal") break;
  }
  return concludeReplay(outcome, c);
}

/** Whether the unread state, the session and remaining limits, belongs before the stage that refused without it. */
function mayBeRefusedEarlier(outcome: Outcome): boolean {
  if (outcome.kind !== "refusal") return false;
  const { at, call } = outcome;
  return call.request.session !== undefined || (at !== undefined && at.limits.charges.known.length > 0);
}

/** Reserves what the verdict uses up, all or nothing, and answers. */
function conclude(outcome: Outcome): Decision | "lost race" | Promise<Decision | "lost race"> {
  if (outcome.kind === "replay") return outcome.decision;
  if (outcome.kind === "refusal") return deny(outcome);
  if (outcome.call.request.dry_run === true) return answerUnreserved(outcome);
  const reserved = verdictOf(outcome.weighed) === "allow" ? reserveAllow(outcome) : reservePending(outcome);
  return whenReady(reserved, (reservation) => concluded(reservation, outcome));
}

function concluded(
  reservation: Reservation,
  { call, context }: Case,
): Decision | "lost race" | Promise<Decision> {
  if (reservation.kind === "made") return reservation.decision;
  return reservation.kind === "lost race"
    ? "lost race"
    : deny(refuseCall(call, [builtin("state_full")], context));
}

/** A deny, recorded if a limit or a `prior` counts it. */
async function deny(refusal: Refusal): Promise<Decision> {
  if (refusal.call.request.dry_run !== true) await settleDenial(refusal);
  return answerDenial(refusal);
}
