/**
 * The order of work of one decision (section 5 of the language): chain and catalogue, pure rules, one batched read and
 * the rules on state, limits, needs, obligations, one reservation. The first stage that refuses reports every refusal
 * it has.
 */
import type { Need, Rule, Transaction } from "../check/program.js";
import type { TargetProgram } from "../compile/compile.js";
import { type Frame, nothingKnown, type StateFacts } from "../compile/frame.js";
import { TRUE, UNKNOWN } from "../compile/tri.js";
import type { Decision, LimitState, Reason } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import { StateUnavailable, type WindowCell } from "../state/store.js";
import { earliestFit } from "../state/window.js";
import { canonicalJson } from "../values/canonical.js";
import { answer, newDecisionId, type Verdict } from "./answer.js";
import { CONFIRMATION, standing } from "./approval-state.js";
import { type Call, readCall } from "./call.js";
import { cellKeys } from "./cell-keys.js";
import { ATTEMPTS_MAX, backOff, type EngineContext } from "./context.js";
import { type Findings, type Hit, judge, liftingOf, nothingWanted, type Wanted, want } from "./judge.js";
import {
  type Charge,
  type Charges,
  chargesOf,
  countedOnce,
  exceptionWindow,
  hasRoom,
  limitState,
} from "./limits.js";
import { isRetry, type Loaded, type LoadPlan, load } from "./load.js";
import { addsUnmet, type Evidence, isEmpty, type NeedSet, unmet } from "./needs.js";
import { obligationsOf, unsupported } from "./obligations.js";
import { accepts } from "./provenance.js";
import { builtin, ruleReason, sortReasons } from "./refusal.js";
import { leavesRecord, type Reservation, reserveAllow, reservePending, settleDenial } from "./reserve.js";
import { stepRefusals } from "./transaction-state.js";
import type { Caller } from "./types.js";
import { type Lifted, type Weighed, weigh } from "./weigh.js";

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
  if (plan === undefined) return deliberateOnState(call, target, findings, undefined, context);
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
  return weighUp(call, target, findings, loaded, stage.lifted, context);
}

/** What is known without reading: a call that names no transaction is in none. */
function initialFacts(call: Call): StateFacts {
  return call.request.transaction === undefined ? { transaction: "none" } : nothingKnown;
}

function assumedFacts(transaction: Transaction): NonNullable<StateFacts["transaction"]> {
  const root = Object.assign(Object.create(null), { id: "", kind: transaction.name, steps: 0, age: 0 });
  return { kind: transaction.id, root };
}

const nothingWeighed: Weighed = {
  allow: undefined,
  exceptions: [],
  open: { approvals: [], confirmation: false, stepUp: undefined },
};
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

/** The common case, told without building anything: every rule is certain and none of them needs or can be lifted. */
function dependsOnNothing(
  findings: Findings,
  call: Call,
  target: TargetProgram,
  context: EngineContext,
): boolean {
  const { request } = call;
  if (
    request.transaction !== undefined ||
    (request.session !== undefined && target.target.accepts instanceof Set)
  )
    return false;
  if (findings.shadow.length > 0 || findings.denies.length > 0 || mustReadSession(call, context))
    return false;
  for (const { candidate, tri } of findings.allows)
    if (tri === UNKNOWN || candidate.rule.source.needs.length > 0) return false;
  for (const { candidate, tri } of findings.requires)
    if (tri === UNKNOWN || candidate.rule.source.needs.length > 0) return false;
  for (const { candidate, tri } of findings.limits)
    if (tri === UNKNOWN || candidate.rule.source.waivable) return false;
  return true;
}

/** What to read, or nothing where no verdict depends on it. */
function planLoad(
  findings: Findings,
  call: Call,
  context: EngineContext,
  thorough: boolean,
): LoadPlan | undefined {
  const target = call.target as TargetProgram;
  const { frame, request } = call;
  if (!thorough && dependsOnNothing(findings, call, target, context)) return undefined;
  const wanted: Wanted = nothingWanted();
  const schemes = new Set<string>();
  let mayNeed = false;
  const consider = (needs: readonly Need[]) => {
    for (const need of needs) {
      if (need.kind === "approval") schemes.add(need.scheme);
      else if (need.kind === "confirmation") schemes.add(CONFIRMATION);
      mayNeed ||= need.kind !== "step-up" || !isEmpty(unmet([[need]], frame, noEvidence, context.bundle));
    }
  };
  let asksState = false;
  const exceptionWindows: { key: string; candidate: Hit["candidate"] }[] = [];
  const note = ({ candidate, tri }: Hit) => {
    if (tri === UNKNOWN && candidate.stateful) {
      asksState = true;
      want(wanted, candidate);
    }
  };
  for (const list of [findings.denies, findings.allows, findings.requires, findings.limits, findings.shadow])
    for (const hit of list) note(hit);
  for (const { candidate } of [...findings.allows, ...findings.requires])
    consider(candidate.rule.source.needs);
  for (const { candidate } of [...findings.denies, ...findings.limits]) {
    if (!("waivable" in candidate.rule.source) || !candidate.rule.source.waivable) continue;
    const lifting = liftingOf(candidate.rule.id, target, frame);
    for (const each of [...lifting.certain, ...lifting.perhaps]) {
      consider(each.rule.source.needs);
      exceptionWindows.push({ key: each.rule.id, candidate: each });
      if (lifting.perhaps.includes(each)) {
        asksState = true;
        want(wanted, each);
      }
    }
  }
  if (request.transaction !== undefined) schemes.add(CONFIRMATION);
  const carried = target.target.accepts instanceof Set && request.session !== undefined;
  const needed =
    asksState ||
    carried ||
    mayNeed ||
    thorough ||
    exceptionWindows.length > 0 ||
    request.transaction !== undefined ||
    mustReadSession(call, context);
  if (!needed) return undefined;
  for (const { candidate } of findings.limits) {
    const { over } = candidate.rule.source;
    if (over.kind === "need") consider(over.needs);
  }
  return { wanted, carried, schemes, charges: windowsToRead(findings, call, exceptionWindows) };
}

/** A session met before by this process is checked by the reservation itself; another one has to be read. */
function mustReadSession(call: Call, context: EngineContext): boolean {
  return (
    call.request.session !== undefined &&
    context.families.get(cellKeys.session(call.tenant, call.request.session)) === undefined
  );
}

function windowsToRead(
  findings: Findings,
  call: Call,
  exceptions: readonly { key: string; candidate: Hit["candidate"] }[],
): readonly Pick<Charge, "key" | "window">[] {
  const shadowLimits = findings.shadow.filter(
    (hit): hit is Hit<Charge["limit"]> => "meter" in hit.candidate.rule.source,
  );
  const charges = chargesOf(
    [...findings.limits, ...shadowLimits],
    call,
    call.request.session !== undefined,
  ).known;
  const uses = exceptions.flatMap(({ candidate }) => {
    const { source } = candidate.rule;
    return "lifts" in source && source.uses !== undefined
      ? [{ key: cellKeys.exception(call.tenant, source.id), window: exceptionWindow(source, call.frame.now) }]
      : [];
  });
  return [...charges, ...uses];
}

/** The answer that this request id got before, while it is good. */
function replayOf(loaded: Loaded, call: Call): Verdict | undefined {
  const { idempotency } = loaded;
  if (idempotency === undefined) return undefined;
  if (idempotency.digest !== call.digest())
    return { decision: "deny", reasons: [builtin("replayed_other")], retry: { when: "never" } };
  if (idempotency.status === "ok")
    return { decision: "deny", reasons: [builtin("already_done")], retry: { when: "never" } };
  if (
    idempotency.status === undefined &&
    idempotency.until > loaded.now &&
    idempotency.answer !== undefined
  ) {
    return { decision: "allow", reasons: [], stored: JSON.parse(idempotency.answer) as Decision };
  }
  return undefined;
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
    if (by.length > 0) lifted.push({ id: candidate.rule.id, by });
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

/** Exceptions that have uses left, as far as was read. */
function usable(exceptions: Lifted["by"], call: Call, loaded: Loaded | undefined): Lifted["by"] {
  return exceptions.filter(({ rule: { source } }) => {
    if (source.uses === undefined) return true;
    const window: WindowCell | undefined = loaded?.windows.get(cellKeys.exception(call.tenant, source.id));
    return window === undefined || window.used < source.uses;
  });
}

const noEvidence: Evidence = { hasApproval: () => false, confirmed: false };

/** Stages 4 to 6: limits, needs, obligations. */
function weighUp(
  call: Call,
  target: TargetProgram,
  findings: Findings,
  loaded: Loaded | undefined,
  liftedDenies: readonly Lifted[],
  context: EngineContext,
): Deliberation {
  const { bundle } = context;
  const { frame } = call;
  const asked = chargesOf(findings.limits, call, call.request.session !== undefined);
  const charges = { ...asked, known: countedOnce(asked.known, isRetry(loaded)) };
  const limits = judgeLimits(charges, call, target, loaded, context);
  if (limits.refusals.length > 0) {
    return {
      ...refused(call, target, findings, loaded, limits.refusals, {
        retry: limits.retry,
        limits: limits.states,
      }),
      charges,
    };
  }
  const lifted = [...liftedDenies, ...limits.lifted];
  const evidence = evidenceOf(loaded, frame.now);
  const granted = findings.allows.filter(({ tri }) => tri === TRUE);
  const rejected = (needs: NeedSet) =>
    [...needs.approvals, ...(needs.confirmation ? [CONFIRMATION] : [])].some(
      (scheme) => standing(loaded?.approvals.get(scheme), frame.now) === "rejected",
    );
  const lacksUser = (needs: NeedSet) =>
    frame.user === undefined && (needs.confirmation || needs.stepUp !== undefined);
  const planNeeds = confirmsPlan(loaded) ? [planConfirmation] : [];
  const weighed = weigh(
    granted,
    target.kind === "channel",
    findings.requires,
    limits.passed,
    planNeeds,
    lifted,
    frame,
    evidence,
    bundle,
    (needs) => !rejected(needs) && !lacksUser(needs),
  );
  const base = {
    call,
    target,
    findings,
    loaded,
    charges,
    weighed,
    passed: new Set([...limits.passed.map(({ id }) => id), ...limits.lifted.map(({ id }) => id)]),
  };
  if (!weighed.possible) {
    const names = [
      lacksUser(weighed.open) ? ("need_without_user" as const) : undefined,
      rejected(weighed.open) ? ("approval_rejected" as const) : undefined,
    ];
    const reasons = names.flatMap((name) => (name === undefined ? [] : [builtin(name)]));
    return {
      ...base,
      verdict: { decision: "deny", reasons, retry: { when: "never" }, limits: limits.states },
    };
  }
  const sources = [...findings.requires.map(({ candidate }) => candidate.rule.source), ...weighed.exceptions];
  const obligations = obligationsOf(
    sources,
    target,
    frame,
    context.obligationPlans,
    changedAdvisory(call, weighed, findings, loaded),
  );
  if (obligations === "unknown")
    return {
      ...base,
      verdict: { decision: "deny", reasons: [builtin("obligation_unknown")], retry: { when: "never" } },
    };
  const lacking = unsupported(obligations, call.request.supports);
  if (lacking !== undefined) {
    const message = `The caller cannot carry out the obligation \`${lacking}\`: name what it can in \`supports\`.`;
    return {
      ...base,
      verdict: {
        decision: "deny",
        reasons: [builtin("unsupported_obligation", {}, message)],
        retry: { when: "never" },
      },
    };
  }
  const reasons = determining(
    weighed,
    findings.requires.map(({ candidate }) => candidate.rule.source),
    limits.passed,
    frame,
    context,
  );
  const { open } = weighed;
  const decision = isEmpty(open) ? "allow" : open.stepUp !== undefined ? "step-up" : "require-approval";
  return {
    ...base,
    verdict: {
      decision,
      reasons,
      obligations,
      limits: limits.states,
      alerts: limits.alerts,
      exceptions: weighed.exceptions.map(({ id }) => id).sort(),
      ...(decision === "allow" ? {} : { retry: { when: "after_needs" as const } }),
    },
  };
}

const planConfirmation: Need = { kind: "confirmation" };

/** Steps of a transaction with `confirm plan` need the user's word on the whole plan, once. */
function confirmsPlan(loaded: Loaded | undefined): boolean {
  return typeof loaded?.transaction === "object" && loaded.transaction.declared.confirmPlan;
}

interface LimitVerdict {
  readonly refusals: Reason[];
  readonly passed: Charge["limit"][];
  readonly lifted: Lifted[];
  readonly alerts: string[];
  readonly states: LimitState[];
  readonly retry: NonNullable<Decision["retry"]>;
}

/** Stage 4, as far as the windows were read; where they were not, the reservation finds out. */
function judgeLimits(
  charges: Charges,
  call: Call,
  target: TargetProgram,
  loaded: Loaded | undefined,
  context: EngineContext,
): LimitVerdict {
  const verdict: LimitVerdict & { retry: NonNullable<Decision["retry"]> } = {
    refusals: [],
    passed: [],
    lifted: [],
    alerts: [],
    states: [],
    retry: { when: "never" },
  };
  let retryAt = 0;
  const exceed = (limit: Charge["limit"], unknown: boolean, at: number) => {
    if (limit.over.kind === "alert") {
      verdict.alerts.push(limit.id);
      return;
    }
    if (limit.over.kind === "need" && !unknown) {
      verdict.passed.push(limit);
      return;
    }
    const by = limit.waivable ? usable(liftingOf(limit.id, target, call.frame).certain, call, loaded) : [];
    if (by.length > 0) {
      verdict.lifted.push({ id: limit.id, by });
      return;
    }
    verdict.refusals.push(ruleReason(limit, context.bundle.locate, unknown));
    retryAt = Math.max(retryAt, at);
  };
  for (const { limit } of charges.unknown) exceed(limit, true, Number.POSITIVE_INFINITY);
  for (const charge of charges.known) {
    const window = loaded?.windows.get(charge.key);
    if (window === undefined) continue;
    verdict.states.push(limitState(charge, window));
    if (hasRoom(charge, window)) continue;
    exceed(charge.limit, false, fitsAt(charge, window, call.frame.now));
  }
  if (Number.isFinite(retryAt) && verdict.refusals.length > 0)
    verdict.retry = { when: "at", at: retryAt / 1000 };
  return verdict;
}

/** When the charge will fit, ms; infinite where it never can, or where nothing comes back by itself. */
function fitsAt(charge: Charge, window: WindowCell, now: number): number {
  const at = charge.window.kind === "life" ? "never" : earliestFit(window, charge.amount, charge.cap);
  return at === "never" ? Number.POSITIVE_INFINITY : at === "now" ? now : at;
}

function evidenceOf(loaded: Loaded | undefined, now: number): Evidence {
  if (loaded === undefined) return noEvidence;
  const granted = (scheme: string) => standing(loaded.approvals.get(scheme), now) === "granted";
  return { hasApproval: granted, confirmed: granted(CONFIRMATION) };
}

/** Fields beyond the digest that differ from what was approved: they are taken out of the call. */
function changedAdvisory(
  call: Call,
  weighed: Weighed,
  findings: Findings,
  loaded: Loaded | undefined,
): readonly string[] {
  if (loaded === undefined || call.target?.args === undefined) return [];
  const needs = [
    ...(weighed.allow?.needs ?? []),
    ...findings.requires.flatMap(({ candidate }) => candidate.rule.source.needs),
    ...weighed.exceptions.flatMap((each) => each.needs),
  ];
  const places = new Set<string>();
  for (const need of needs) {
    const state =
      need.kind === "step-up"
        ? undefined
        : loaded.approvals.get(need.kind === "approval" ? need.scheme : CONFIRMATION);
    if (state?.request.args === undefined) continue;
    const approved = state.request.args as Readonly<Record<string, unknown>>;
    const asked = call.wireArgs(false) as Readonly<Record<string, unknown>>;
    for (const field of call.target.args.fields) {
      if (!field.advisory || asked[field.wire] === undefined) continue;
      if (JSON.stringify(approved[field.wire]) !== JSON.stringify(asked[field.wire]))
        places.add(`args.${field.name}`);
    }
  }
  return [...places];
}

/** The chosen allow, and everything that adds a need still unmet or was used. */
function determining(
  weighed: Weighed,
  requires: readonly Rule[],
  passed: readonly Charge["limit"][],
  frame: Frame,
  context: EngineContext,
): Reason[] {
  const { bundle } = context;
  const sources: Parameters<typeof ruleReason>[0][] = weighed.allow === undefined ? [] : [weighed.allow];
  for (const source of requires)
    if (addsUnmet(source.needs, weighed.open, frame, bundle)) sources.push(source);
  for (const limit of passed)
    if (limit.over.kind === "need" && addsUnmet(limit.over.needs, weighed.open, frame, bundle))
      sources.push(limit);
  sources.push(...weighed.exceptions);
  return sortReasons(sources.map((source) => ruleReason(source, bundle.locate)));
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
  if (target.kind === "tool" && !findings.allows.some(({ tri }) => tri === TRUE)) return deny();
  const deliberation = weighUp(call, target, { ...findings, limits: [] }, undefined, [], context);
  if (deliberation.verdict.decision !== "allow") return deny();
  return answer(deliberation, deliberation.verdict, newDecisionId(false), context, undefined);
}
