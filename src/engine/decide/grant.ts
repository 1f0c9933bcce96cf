/** Stages 4 to 6 of a decision that nothing refuses so far: limits, needs, obligations. */
import type { Need, Rule } from "../../check/program.js";
import type { TargetProgram } from "../../compile/compile.js";
import type { Frame } from "../../compile/frame.js";
import { TRUE } from "../../compile/tri.js";
import type { Decision, LimitState, Obligation, Reason } from "../../model/decision.js";
import type { WindowCell } from "../../state/store.js";
import { earliestFit } from "../../state/window.js";
import type { EngineContext } from "../context.js";
import { CONFIRMATION, standing } from "../records/approval-state.js";
import type { Call } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import { builtin, ruleReason, sortReasons, unsupportedObligation } from "../request/refusal.js";
import { type Findings, liftingOf } from "../rules/judge.js";
import { type Charge, type Charges, chargesOf, countedOnce, hasRoom, limitState } from "../rules/limits.js";
import { addsUnmet, type Evidence, isEmpty, type NeedSet, nothingGiven } from "../rules/needs.js";
import { changedPlaces, obligationsOf, unsupported } from "../rules/obligations.js";
import { type Lifted, type Question, type Weighed, weigh, weighPlainly } from "../rules/weigh.js";
import type { Verdict } from "./answer.js";
import { schemesOf } from "./ask.js";
import { isRetry, type Loaded } from "./load.js";

/** What the last stages came to. */
export interface Grant {
  readonly charges: Charges;
  readonly weighed: Weighed;
  /** Limits that were passed or whose refusal was lifted: they are charged all the same. */
  readonly passed: ReadonlySet<string>;
  readonly verdict: Verdict;
}

/** A deny of these stages, or a verdict whose needs may still be open. `lifted` are denies that an exception lifts. */
export function grantOf(
  call: Call,
  target: TargetProgram,
  findings: Findings,
  loaded: Loaded | undefined,
  lifted: readonly Lifted[],
  context: EngineContext,
): Grant {
  const { frame } = call;
  const asked = chargesOf(findings.limits, call, call.request.session !== undefined);
  const charges = isRetry(loaded) ? { known: countedOnce(asked.known, true), unknown: asked.unknown } : asked;
  const limits = judgeLimits(charges, call, target, loaded, context);
  const deny = (reasons: readonly Reason[], weighed: Weighed, retry?: Decision["retry"]): Grant => ({
    charges,
    weighed,
    passed: new Set(),
    verdict: {
      decision: "deny",
      reasons: sortReasons(reasons),
      retry: retry ?? { when: "never" },
      limits: limits.states,
    },
  });
  if (limits.refusals.length > 0) return deny(limits.refusals, nothingWeighed, limits.retry);

  const ways = new Ways(call, target, loaded, context);
  const isPlain = limits.passed.length + limits.lifted.length + lifted.length === 0 && !confirmsPlan(loaded);
  const weighed =
    (isPlain ? weighPlainly(findings, target.kind === "channel") : undefined) ??
    weigh(
      questionOf(findings, target, call, loaded, limits, lifted),
      frame,
      evidenceOf(loaded, frame.now),
      context.bundle,
      (way) => ways.isPossible(way),
    );
  const blocked = ways.blocked(weighed.open);
  if (blocked.length > 0) return deny(blocked, weighed);
  const obligations = ways.obligations(weighed);
  if (!Array.isArray(obligations)) return deny([obligations as Reason], weighed);
  const decision = isEmpty(weighed.open)
    ? "allow"
    : weighed.open.stepUp !== undefined
      ? "step-up"
      : "require-approval";
  return {
    charges,
    weighed,
    passed: idsOf([...limits.passed, ...limits.lifted]),
    verdict: {
      decision,
      reasons: determining(weighed, frame, context),
      obligations,
      limits: limits.states,
      alerts: limits.alerts,
      exceptions: weighed.exceptions.length === 0 ? nothing : [...idsOf(weighed.exceptions)].sort(),
      retry: decision === "allow" ? undefined : { when: "after_needs" },
    },
  };
}

const nothing: readonly never[] = [];
const noIds: ReadonlySet<string> = new Set();

function idsOf(of: readonly { readonly id: string }[]): ReadonlySet<string> {
  return of.length === 0 ? noIds : new Set(of.map(({ id }) => id));
}

function questionOf(
  findings: Findings,
  target: TargetProgram,
  call: Call,
  loaded: Loaded | undefined,
  limits: LimitVerdict,
  lifted: readonly Lifted[],
): Question {
  const requires = findings.requires.map(({ candidate }) => candidate.rule.source);
  return {
    allows:
      target.kind === "channel"
        ? [undefined]
        : findings.allows.flatMap(({ candidate, tri }) => (tri === TRUE ? [candidate.rule.source] : [])),
    requires,
    passed: limits.passed,
    more: confirmsPlan(loaded) ? [planConfirmation] : [],
    lifted: [
      ...lifted,
      ...limits.lifted,
      ...liftableBars([...requires, ...limits.passed], call, target, loaded),
    ],
  };
}

export const nothingWeighed: Weighed = {
  allow: undefined,
  exceptions: [],
  requires: [],
  passed: [],
  open: { approvals: [], confirmation: false, stepUp: undefined },
  possible: false,
};

const planConfirmation: Need = { kind: "confirmation" };

/** Steps of a transaction with `confirm plan` need the user's word on the whole plan, once. */
function confirmsPlan(loaded: Loaded | undefined): boolean {
  return typeof loaded?.transaction === "object" && loaded.transaction.declared.confirmPlan;
}

/** Bars that may be met or lifted, whichever asks for less. */
function liftableBars(
  bars: readonly (Rule | Charge["limit"])[],
  call: Call,
  target: TargetProgram,
  loaded: Loaded | undefined,
): Lifted[] {
  return bars.flatMap(({ id, waivable }) => {
    const by = waivable ? usable(liftingOf(id, target, call.frame).certain, call, loaded) : [];
    return by.length === 0 ? [] : [{ id, by, refuses: false }];
  });
}

/** Exceptions that have uses left, as far as was read. */
export function usable(exceptions: Lifted["by"], call: Call, loaded: Loaded | undefined): Lifted["by"] {
  return exceptions.filter(({ rule: { source } }) => {
    if (source.uses === undefined) return true;
    const window: WindowCell | undefined = loaded?.windows.get(cellKeys.exception(call.tenant, source.id));
    return window === undefined || window.used < source.uses;
  });
}

/** What stands in the way of a way to grant, beyond needs that somebody can still meet. */
class Ways {
  readonly #call: Call;
  readonly #target: TargetProgram;
  readonly #loaded: Loaded | undefined;
  readonly #context: EngineContext;

  constructor(call: Call, target: TargetProgram, loaded: Loaded | undefined, context: EngineContext) {
    this.#call = call;
    this.#target = target;
    this.#loaded = loaded;
    this.#context = context;
  }

  isPossible(way: Omit<Weighed, "possible">): boolean {
    return this.blocked(way.open).length === 0 && Array.isArray(this.obligations(way));
  }

  /** Needs that nobody can meet any more. */
  blocked(open: NeedSet): Reason[] {
    if (isEmpty(open)) return [];
    const { frame } = this.#call;
    const reasons: Reason[] = [];
    if (frame.user === undefined && (open.confirmation || open.stepUp !== undefined))
      reasons.push(builtin("need_without_user"));
    const isRejected = (scheme: string) =>
      standing(this.#loaded?.approvals.get(scheme), frame.now) === "rejected";
    if (schemesOf(open).some(isRejected)) reasons.push(builtin("approval_rejected"));
    return reasons;
  }

  /** What the caller must carry out, or why it cannot. */
  obligations(way: Omit<Weighed, "possible">): Obligation[] | Reason {
    const drops = changedAdvisory(this.#call, way, this.#loaded);
    const obligations = obligationsOf(
      [...way.requires, ...way.exceptions],
      this.#target,
      this.#call.frame,
      this.#context.obligationPlans,
      drops,
    );
    if (obligations === "unknown") return builtin("obligation_unknown");
    const lacking = unsupported(obligations, this.#call.request.supports);
    return lacking === undefined ? obligations : unsupportedObligation(lacking);
  }
}

/** The needs of everything that stands in a way to grant. */
function needsOf({
  allow,
  requires,
  passed,
  exceptions,
}: Omit<Weighed, "possible" | "open">): readonly Need[] {
  return [
    ...(allow?.needs ?? []),
    ...requires.flatMap(({ needs }) => needs),
    ...passed.flatMap(({ over }) => (over.kind === "need" ? over.needs : [])),
    ...exceptions.flatMap(({ needs }) => needs),
  ];
}

/** The same, and the user's word on the plan of the transaction that the call is a step of. */
export function needsHere(
  way: Omit<Weighed, "possible" | "open">,
  loaded: Loaded | undefined,
): readonly Need[] {
  return confirmsPlan(loaded) ? [planConfirmation, ...needsOf(way)] : needsOf(way);
}

/** Fields beyond the digest that differ from what was approved: they are taken out of the call. */
function changedAdvisory(
  call: Call,
  way: Omit<Weighed, "possible">,
  loaded: Loaded | undefined,
): readonly string[] {
  if (loaded === undefined || loaded.approvals.size === 0 || call.target?.args === undefined) return [];
  const places = new Set<string>();
  for (const need of needsHere(way, loaded)) {
    const state =
      need.kind === "step-up"
        ? undefined
        : loaded.approvals.get(need.kind === "approval" ? need.scheme : CONFIRMATION);
    if (state === undefined || standing(state, call.frame.now) !== "granted") continue;
    // A plan is approved without its advisory fields, so none of them was.
    for (const place of changedPlaces(call.target.args, state.request.args, call.wireArgs(false), "args"))
      places.add(place);
  }
  return [...places];
}

interface LimitVerdict {
  readonly refusals: readonly Reason[];
  readonly passed: readonly Charge["limit"][];
  readonly lifted: readonly Lifted[];
  readonly alerts: readonly string[];
  readonly states: readonly LimitState[];
  readonly retry: NonNullable<Decision["retry"]>;
}

/** Nothing is known of any limit but that it applies: the reservation will tell. */
const unlimited: LimitVerdict = {
  refusals: [],
  passed: [],
  lifted: [],
  alerts: [],
  states: [],
  retry: { when: "never" },
};

/** Stage 4, as far as the windows were read; where they were not, the reservation finds out. */
function judgeLimits(
  charges: Charges,
  call: Call,
  target: TargetProgram,
  loaded: Loaded | undefined,
  context: EngineContext,
): LimitVerdict {
  if (loaded === undefined && charges.unknown.length === 0) return unlimited;
  const refusals: Reason[] = [];
  const passed: Charge["limit"][] = [];
  const liftedLimits: Lifted[] = [];
  const alerts: string[] = [];
  const states: LimitState[] = [];
  let retryAt = 0;
  const exceed = (limit: Charge["limit"], unknown: boolean, at: number) => {
    if (limit.over.kind === "alert") alerts.push(limit.id);
    else if (limit.over.kind === "need" && !unknown) passed.push(limit);
    else {
      const by = limit.waivable ? usable(liftingOf(limit.id, target, call.frame).certain, call, loaded) : [];
      if (by.length > 0) {
        liftedLimits.push({ id: limit.id, by, refuses: true });
        return;
      }
      refusals.push(ruleReason(limit, context.bundle.locate, unknown));
      retryAt = Math.max(retryAt, at);
    }
  };
  for (const { limit } of charges.unknown) exceed(limit, true, Number.POSITIVE_INFINITY);
  for (const charge of charges.known) {
    const window = loaded?.windows.get(charge.key);
    if (window === undefined) continue;
    states.push(limitState(charge, window));
    if (!hasRoom(charge, window)) exceed(charge.limit, false, fitsAt(charge, window, call.frame.now));
  }
  const isWaiting = Number.isFinite(retryAt) && refusals.length > 0;
  const retry = isWaiting ? ({ when: "at", at: retryAt / 1000 } as const) : unlimited.retry;
  return { refusals, passed, lifted: liftedLimits, alerts, states, retry };
}

/** When the charge will fit, ms; infinite where it never can, or where nothing comes back by itself. */
function fitsAt(charge: Charge, window: WindowCell, now: number): number {
  const at = charge.window.kind === "life" ? "never" : earliestFit(window, charge.amount, charge.cap);
  return at === "never" ? Number.POSITIVE_INFINITY : at === "now" ? now : at;
}

function evidenceOf(loaded: Loaded | undefined, now: number): Evidence {
  if (loaded === undefined) return nothingGiven;
  const granted = (scheme: string) => standing(loaded.approvals.get(scheme), now) === "granted";
  return { hasApproval: granted, confirmed: granted(CONFIRMATION) };
}

/** The chosen allow, and everything that adds a need still unmet or was used. */
function determining(weighed: Weighed, frame: Frame, { bundle }: EngineContext): Reason[] {
  const { allow, requires, passed, exceptions, open } = weighed;
  const sources: Parameters<typeof ruleReason>[0][] = allow === undefined ? [] : [allow];
  for (const source of requires) if (addsUnmet(source.needs, open, frame, bundle)) sources.push(source);
  for (const limit of passed)
    if (limit.over.kind === "need" && addsUnmet(limit.over.needs, open, frame, bundle)) sources.push(limit);
  sources.push(...exceptions);
  return sortReasons(sources.map((source) => ruleReason(source, bundle.locate)));
}
