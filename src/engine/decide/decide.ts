/**
 * The order of work of one decision: chain and catalogue, pure rules, one batched read and
 * the rules on state, limits, needs, obligations, one reservation. The first stage that refuses reports every refusal
 * it has.
 */
import type { Transaction } from "../../check/program.js";
import type { TargetProgram } from "../../compile/compile.js";
import type { Decision, Reason } from "../../model/decision.js";
import type { DecideRequest } from "../../model/request.js";
import { StateUnavailable } from "../../state/store.js";
import { ATTEMPTS_MAX, backOff, type EngineContext } from "../context.js";
import { type Call, readCall } from "../request/call.js";
import { assumedFacts, initialFacts } from "../request/initial-facts.js";
import { builtin, sortReasons } from "../request/refusal.js";
import type { Caller } from "../request/types.js";
import { type Findings, judge } from "../rules/judge.js";
import type { Charges } from "../rules/limits.js";
import type { Weighed } from "../rules/weigh.js";
import { leavesRecord } from "./allow-operations.js";
import { answer, newDecisionId, type Verdict } from "./answer.js";
import { grantOf, nothingWeighed } from "./grant.js";
import { type Loaded, load } from "./load.js";
import { planLoad } from "./read-plan.js";
import { replayOf } from "./replay.js";
import { type Reservation, reserveAllow } from "./reserve.js";
import { reservePending } from "./reserve-pending.js";
import { settleDenial } from "./settle-denial.js";
import { pureRefusals, stateRefusals } from "./stage-refusals.js";
import { allowedWithoutState } from "./without-state.js";

/** Everything known of a decision before it is reserved. */
export interface Deliberation {
  readonly call: Call;
  readonly target: TargetProgram;
  readonly findings: Findings;
  readonly loaded: Loaded | undefined;
  readonly charges: Charges;
  readonly weighed: Weighed;
  /** Limits with `over need` that were passed, and waivable limits that were lifted: they are charged all the same. */
  readonly passed: ReadonlySet<string>;
  readonly verdict: Verdict;
}

/** Whether a decision is reserved and kept, or only told. */
export type Mode = "commit" | "dry";

/** Decides a request. Rejects only with RequestProblem: whatever else goes wrong is a `deny`. */
export async function decide(
  request: DecideRequest,
  caller: Caller,
  context: EngineContext,
): Promise<Decision> {
  const call = readCall(request, caller, context.bundle, context.clock.now());
  const mode: Mode = request.dry_run === true ? "dry" : "commit";
  if (call.refusals.length > 0 || call.target === undefined) {
    return refuse(
      call,
      undefined,
      undefined,
      { decision: "deny", reasons: call.refusals },
      context,
      mode,
      false,
    );
  }
  let thorough = mode === "dry" || request.id !== undefined;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (attempt > 1) await backOff(attempt);
    let deliberation: Deliberation;
    try {
      const pending = deliberate(call, context, thorough);
      deliberation = pending instanceof Promise ? await pending : pending;
    } catch (error) {
      if (!(error instanceof StateUnavailable)) throw error;
      return withoutState(call, context);
    }
    const concluding = conclude(deliberation, context, mode);
    const decided = concluding instanceof Promise ? await concluding : concluding;
    if (decided !== "lost race") return decided;
    thorough = true;
  }
  const contended = builtin(
    "state_unavailable",
    { unknown: true },
    "Too many calls compete for the same state; try again.",
  );
  return refuse(call, undefined, undefined, { decision: "deny", reasons: [contended] }, context, mode, false);
}

/**
 * Everything up to the reservation. `thorough` reads the limits' windows too, so that the answer says what is left.
 * `assumed` is a transaction taken as open and begun with this call: for a plan that is judged before there is one.
 */
export function deliberate(
  call: Call,
  context: EngineContext,
  thorough: boolean,
  assumed?: Transaction,
): Deliberation | Promise<Deliberation> {
  const { bundle } = context;
  const target = call.target as TargetProgram;
  const { frame } = call;
  const initial = assumed === undefined ? initialFacts(call) : { transaction: assumedFacts(assumed) };
  frame.state = initial;
  const findings = judge(target, frame);
  const pure = pureRefusals(findings, target, frame, bundle.locate);
  if (pure.length > 0) return refused(call, target, findings, undefined, pure);
  const plan = planLoad(findings, call, context, thorough);
  if (plan === undefined) {
    const found = deliberateOnState(call, target, findings, undefined, context);
    // What was not read, the session and what is left of the limits, comes before what can refuse without it.
    const mayRefuseBefore = found.charges.known.length > 0 || call.request.session !== undefined;
    const isRead = thorough || found.verdict.decision !== "deny" || !mayRefuseBefore;
    return isRead ? found : deliberate(call, context, true, assumed);
  }
  return load(plan, call, bundle, context.store, context.families, context.keys.provenance).then((loaded) => {
    frame.state = { ...initial, ...loaded.facts, ...(assumed === undefined ? {} : initial) };
    frame.now = loaded.now;
    return deliberateOnState(call, target, judge(target, frame), loaded, context);
  });
}

/** Stages 3 to 6, with what was read. */
function deliberateOnState(
  call: Call,
  target: TargetProgram,
  findings: Findings,
  loaded: Loaded | undefined,
  context: EngineContext,
): Deliberation {
  const replay = loaded === undefined ? undefined : replayOf(loaded, call);
  if (replay !== undefined) return { ...refused(call, target, findings, loaded, []), verdict: replay };
  const stage = stateRefusals(findings, call, target, loaded, context);
  if (stage.refusals.length > 0) return refused(call, target, findings, loaded, stage.refusals);
  const { charges, weighed, passed, verdict } = grantOf(
    call,
    target,
    findings,
    loaded,
    stage.lifted,
    context,
  );
  return { call, target, findings, loaded, charges, weighed, passed, verdict };
}

const noCharges: Charges = { known: [], unknown: [] };

function refused(
  call: Call,
  target: TargetProgram,
  findings: Findings,
  loaded: Loaded | undefined,
  reasons: readonly Reason[],
  more: Partial<Verdict> = {},
): Deliberation {
  return {
    call,
    target,
    findings,
    loaded,
    charges: noCharges,
    weighed: nothingWeighed,
    passed: new Set(),
    verdict: { decision: "deny", reasons: sortReasons(reasons), retry: { when: "never" }, ...more },
  };
}

/** Stage 5, the reservation; or, where there is nothing to reserve, the charges that a refusal leaves behind. */
function conclude(
  deliberation: Deliberation,
  context: EngineContext,
  mode: Mode,
): Decision | "lost race" | Promise<Decision | "lost race"> {
  const { verdict, call, findings } = deliberation;
  if (verdict.stored !== undefined) return { ...verdict.stored, replayed: true };
  if (verdict.decision === "deny")
    return refuse(call, findings, deliberation.loaded, verdict, context, mode, true);
  const isAllow = verdict.decision === "allow";
  const id = newDecisionId(isAllow && mode === "commit" && leavesRecord(deliberation));
  if (mode === "dry") return answer(deliberation, verdict, id, context, undefined);
  try {
    const reserving = isAllow
      ? reserveAllow(deliberation, id, context)
      : reservePending(deliberation, id, context);
    if (!(reserving instanceof Promise)) return concluded(reserving, call, context, mode);
    return reserving.then(
      (reservation) => concluded(reservation, call, context, mode),
      (error) => unavailable(error, call, context),
    );
  } catch (error) {
    return unavailable(error, call, context);
  }
}

function concluded(
  reservation: Reservation,
  call: Call,
  context: EngineContext,
  mode: Mode,
): Decision | "lost race" | Promise<Decision> {
  if (reservation.kind === "lost race") return "lost race";
  if (reservation.kind === "made") return reservation.decision;
  const full: Verdict = { decision: "deny", reasons: [builtin("state_full")], retry: { when: "never" } };
  return refuse(call, undefined, undefined, full, context, mode, false);
}

function unavailable(error: unknown, call: Call, context: EngineContext): Promise<Decision> {
  if (error instanceof StateUnavailable) return withoutState(call, context);
  throw error;
}

/** A `deny`, on record where a limit counts it. Recording that fails changes nothing of the verdict. */
async function refuse(
  call: Call,
  findings: Findings | undefined,
  loaded: Loaded | undefined,
  verdict: Verdict,
  context: EngineContext,
  mode: Mode,
  valid: boolean,
): Promise<Decision> {
  const full: Verdict = {
    ...verdict,
    reasons: sortReasons(verdict.reasons),
    retry: verdict.retry ?? { when: "never" },
  };
  if (mode === "commit" && call.target !== undefined && findings !== undefined) {
    try {
      await settleDenial(call, call.target, findings, loaded, full, context, valid);
    } catch (error) {
      if (!(error instanceof StateUnavailable)) throw error;
    }
  } else if (
    mode === "commit" &&
    call.target !== undefined &&
    !valid &&
    call.chain.agents.every(({ declared }) => declared !== undefined)
  ) {
    try {
      call.frame.state = initialFacts(call);
      await settleDenial(call, call.target, judge(call.target, call.frame), undefined, full, context, false);
    } catch (error) {
      if (!(error instanceof StateUnavailable)) throw error;
    }
  }
  return answer({ call, findings }, full, newDecisionId(false), context, undefined);
}

/** The verdict where the store does not answer. */
async function withoutState(call: Call, context: EngineContext): Promise<Decision> {
  const allowed = allowedWithoutState(call, context);
  if (allowed !== undefined)
    return answer(allowed, allowed.verdict, newDecisionId(false), context, undefined);
  const unavailable = builtin("state_unavailable", { unknown: true });
  const verdict: Verdict = { decision: "deny", reasons: [unavailable] };
  return refuse(call, undefined, undefined, verdict, context, "dry", false);
}
