/**
 * The order of work of one decision (section 5 of the language): chain and catalogue, pure rules, one batched read and
 * the rules on state, limits, needs, obligations, one reservation. The first stage that refuses reports every refusal
 * it has.
 */
import type { Transaction } from "../check/program.js";
import type { TargetProgram } from "../compile/compile.js";
import { type Frame, nothingKnown, type StateFacts } from "../compile/frame.js";
import { TRUE, UNKNOWN } from "../compile/tri.js";
import type { Decision, Reason } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import { StateUnavailable } from "../state/store.js";
import { canonicalJson } from "../values/canonical.js";
import { answer, newDecisionId, type Verdict } from "./answer.js";
import { type Call, readCall } from "./call.js";
import { ATTEMPTS_MAX, backOff, type EngineContext } from "./context.js";
import { grantOf, nothingWeighed, usable } from "./grant.js";
import { type Findings, judge, liftingOf } from "./judge.js";
import { type Charges, chargesOf } from "./limits.js";
import { type Loaded, load } from "./load.js";
import { changedPlaces, unsupported, withDrops } from "./obligations.js";
import { accepts } from "./provenance.js";
import { planLoad } from "./read-plan.js";
import { builtin, ruleReason, sortReasons, unsupportedObligation } from "./refusal.js";
import { leavesRecord, type Reservation, reserveAllow, reservePending, settleDenial } from "./reserve.js";
import { stepRefusals } from "./transaction-state.js";
import type { Caller } from "./types.js";
import type { Lifted, Weighed } from "./weigh.js";

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
  const grant = grantOf(call, target, findings, loaded, stage.lifted, context);
  return { call, target, findings, loaded, ...grant };
}

/** What is known without reading: a call that names no transaction is in none. */
function initialFacts(call: Call): StateFacts {
  return call.request.transaction === undefined ? { transaction: "none" } : nothingKnown;
}

function assumedFacts(transaction: Transaction): NonNullable<StateFacts["transaction"]> {
  const root = Object.assign(Object.create(null), { id: "", kind: transaction.name, steps: 0, age: 0 });
  return { kind: transaction.id, root };
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

/** Stage 2: denies that read no state and are certainly not lifted, and nothing that could still grant. */
function pureRefusals(
  findings: Findings,
  target: TargetProgram,
  frame: Frame,
  locate: EngineContext["bundle"]["locate"],
): Reason[] {
  const reasons: Reason[] = [];
  for (const { candidate, tri } of findings.denies) {
    if (candidate.stateful) continue;
    const lifting = liftingOf(candidate.rule.id, target, frame);
    if (candidate.rule.source.waivable && lifting.certain.length + lifting.perhaps.length > 0) continue;
    reasons.push(ruleReason(candidate.rule.source, locate, tri === UNKNOWN));
  }
  const canGrant =
    target.kind === "channel" ||
    findings.allows.some(({ candidate, tri }) => tri === TRUE || candidate.stateful);
  if (!canGrant) reasons.push(builtin("nothing_grants"));
  return reasons;
}

/** The answer that this request id got before, while it is good. */
function replayOf(loaded: Loaded, call: Call): Verdict | undefined {
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

/** Stage 3: the session, the transaction, what the call carries, and every rule with the state it reads. */
function stateRefusals(
  findings: Findings,
  call: Call,
  target: TargetProgram,
  loaded: Loaded | undefined,
  context: EngineContext,
): { refusals: Reason[]; lifted: Lifted[] } {
  const { bundle } = context;
  const refusals: Reason[] = [];
  if (loaded?.session === "not_open") refusals.push(builtin("session_not_open"));
  if (loaded?.session === "not_yours") refusals.push(builtin("session_not_yours"));
  if (loaded !== undefined) refusals.push(...transactionRefusals(loaded, call, target));
  const { accepts: accepted } = target.target;
  if (accepted instanceof Set) {
    if (call.request.session === undefined) refusals.push(builtin("session_required"));
    else if (
      loaded?.carried !== undefined &&
      !accepts(accepted as ReadonlySet<string>, loaded.carried, bundle)
    )
      refusals.push(builtin("label_not_accepted"));
  }
  const lifted: Lifted[] = [];
  for (const { candidate, tri } of findings.denies) {
    const by = candidate.rule.source.waivable
      ? usable(liftingOf(candidate.rule.id, target, call.frame).certain, call, loaded)
      : [];
    if (by.length > 0) lifted.push({ id: candidate.rule.id, by, refuses: true });
    else refusals.push(ruleReason(candidate.rule.source, bundle.locate, tri === UNKNOWN));
  }
  if (target.kind === "tool" && !findings.allows.some(({ tri }) => tri === TRUE))
    refusals.push(builtin("nothing_grants"));
  return { refusals, lifted };
}

function transactionRefusals(loaded: Loaded, call: Call, target: TargetProgram): Reason[] {
  const { transaction } = loaded;
  if (transaction === "none") return [];
  if (transaction === "not_open") return [builtin("transaction_not_open")];
  if (transaction === "not_yours") return [builtin("transaction_not_yours")];
  if (target.tool === undefined) return [];
  return stepRefusals(transaction.state, transaction.declared, target.tool, () =>
    canonicalJson(call.wireArgs(true)),
  ).map((name) => builtin(name));
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

/**
 * The verdict where the store does not answer: whatever reads it is unknown. Only a call that depends on nothing kept,
 * and whose every limit says `@outage("allow")`, can still be allowed; then nothing of it is remembered.
 */
async function withoutState(call: Call, context: EngineContext): Promise<Decision> {
  const target = call.target as TargetProgram;
  const { frame, request } = call;
  const deny = () =>
    refuse(
      call,
      undefined,
      undefined,
      { decision: "deny", reasons: [builtin("state_unavailable", { unknown: true })] },
      context,
      "dry",
      false,
    );
  if (request.session !== undefined || request.transaction !== undefined || request.id !== undefined)
    return deny();
  if (target.priorCells.length > 0 || target.target.accepts instanceof Set) return deny();
  frame.state = initialFacts(call);
  const findings = judge(target, frame);
  const hits = [...findings.denies, ...findings.requires, ...findings.limits];
  if (findings.denies.length > 0 || hits.some(({ tri }) => tri === UNKNOWN)) return deny();
  if (!findings.limits.every(({ candidate }) => candidate.rule.source.annotations.outage === "allow"))
    return deny();
  // Nor may it pass what even an unspent limit would refuse.
  const { known, unknown } = chargesOf(findings.limits, call, false);
  if (unknown.some(({ limit }) => limit.over.kind !== "alert")) return deny();
  if (known.some(({ limit, amount, cap }) => limit.over.kind !== "alert" && amount > cap)) return deny();
  if (target.kind === "tool" && !findings.allows.some(({ tri }) => tri === TRUE)) return deny();
  const unlimited = { ...findings, limits: [] };
  const deliberation = {
    call,
    target,
    findings: unlimited,
    loaded: undefined,
    ...grantOf(call, target, unlimited, undefined, [], context),
  };
  if (deliberation.verdict.decision !== "allow") return deny();
  return answer(deliberation, deliberation.verdict, newDecisionId(false), context, undefined);
}
