/** Stage 9: the answer on the wire. */
import type { Exception, Limit, Rule } from "../../check/program.js";
import { UNKNOWN } from "../../compile/tri.js";
import type { Decision, LimitState, Reason } from "../../model/decision.js";
import type { ApprovalState } from "../records/approval-state.js";
import { credentialsEnd } from "../request/chain.js";
import { newDecisionId, newUnkeptDecisionId } from "../request/decision-id.js";
import { ruleReason, sortReasons } from "../request/refusal.js";
import { sorted } from "../request/sorted.js";
import { addsUnmet, isEmpty } from "../rules/needs.js";
import type { Alternative } from "../rules/weigh.js";
import { approvalNeeds } from "./approval-needs.js";
import type { Case, Outcome, Refusal } from "./types.js";

/** The answer to a case that nothing refuses: an allow, or what is still needed for one. */
export function verdictOf({ open }: Pick<Alternative, "open">): "allow" | "step-up" | "require-approval" {
  if (isEmpty(open)) return "allow";
  return open.stepUp === undefined ? "require-approval" : "step-up";
}

/** What the limits came to, before a reservation or after one. */
export interface LimitsNow {
  /** The store's time, ms. */
  readonly now: number;
  readonly states: readonly LimitState[];
  readonly alerts: readonly string[];
  /** Limits in shadow that would have been passed. */
  readonly shadow: readonly Reason[];
}

/** The limits as the stages before the reservation left them. */
export function limitsSoFar({ call, limits }: Case): LimitsNow {
  return { now: call.frame.now, states: limits.states, alerts: limits.alerts, shadow: nothing };
}

const nothing: readonly never[] = [];

/** What a case comes to if nothing of it is reserved: the answer to a dry run, or to a call that depends on nothing kept. */
export function answerUnreserved(of: Outcome): Decision {
  if (of.kind === "refusal") return answerDenial(of);
  if (of.kind === "replay") return of.decision;
  const c = of;
  if (verdictOf(c.weighed) !== "allow") return answerPending(c, nothing);
  const { keys } = c.context;
  const id = isDry(c) ? newDecisionId("dry") : newUnkeptDecisionId(keys.provenance);
  return answerAllow(c, id, limitsSoFar(c));
}

function isDry({ call }: Pick<Case, "call">): boolean {
  return call.request.dry_run === true;
}

/** An allow. */
export function answerAllow(c: Case, id: string, limits: LimitsNow): Decision {
  return granted(c, id, limits, { decision: "allow", needs: [], retry: undefined });
}

/** Repeats the allow under this id. It names no limits, because what was left of them may have changed. */
export function answerReplay(c: Case, id: string): Decision {
  const limits = { ...limitsSoFar(c), states: nothing, alerts: nothing };
  return { ...answerAllow(c, id, limits), replayed: true };
}

/** A pending verdict. `asked` are the approvals as the reservation left them; without it needs carry no id. */
export function answerPending(c: Case, asked: readonly ApprovalState[]): Decision {
  const decision = verdictOf(c.weighed);
  const id = newDecisionId(isDry(c) ? "dry" : "refused");
  const needs = approvalNeeds(c, asked);
  return granted(c, id, limitsSoFar(c), { decision, needs, retry: { when: "after_needs" } });
}

/** A deny. */
export function answerDenial(refusal: Refusal): Decision {
  const { at, call, reasons, retry } = refusal;
  return written(refusal, {
    decision: "deny",
    id: newDecisionId(isDry(refusal) ? "dry" : "refused"),
    now: call.frame.now,
    reasons,
    needs: [],
    obligations: [],
    limits: at?.limits.states ?? nothing,
    exceptions: nothing,
    alerts: nothing,
    shadow: at === undefined ? nothing : shadowRules(at),
    retry,
    until: Number.POSITIVE_INFINITY,
  });
}

/** What differs from one answer to another. */
interface Parts {
  readonly decision: Decision["decision"];
  readonly id: string;
  readonly now: number;
  readonly reasons: readonly Reason[];
  readonly needs: Decision["needs"];
  readonly obligations: Decision["obligations"];
  readonly limits: readonly LimitState[];
  readonly exceptions: readonly string[];
  readonly alerts: readonly string[];
  readonly shadow: readonly Reason[];
  readonly retry: Decision["retry"] | undefined;
  /** When the credentials it depends on expire, in seconds. */
  readonly until: number;
}

function granted(
  c: Case,
  id: string,
  { now, states, alerts, shadow }: LimitsNow,
  { decision, needs, retry }: Pick<Parts, "decision" | "needs" | "retry">,
): Decision {
  const { exceptions } = c.weighed;
  const { chain, caller } = c.call;
  return written(c, {
    decision,
    needs,
    retry,
    until: Math.min(credentialsEnd(chain), caller.until ?? Number.POSITIVE_INFINITY),
    id,
    now,
    reasons: determining(c),
    obligations: [...c.obligations],
    limits: states,
    exceptions: exceptions.length === 0 ? nothing : [...new Set(exceptions.map((each) => each.id))].sort(),
    alerts,
    shadow: shadow.length === 0 ? shadowRules(c) : [...shadowRules(c), ...shadow],
  });
}

function written({ context, call }: Pick<Case, "context" | "call">, parts: Parts): Decision {
  const { bundle, options } = context;
  const { now, alerts, shadow, retry, until } = parts;
  const decision: { -readonly [Key in keyof Decision]: Decision[Key] } = {
    decision: parts.decision,
    decision_id: parts.id,
    reasons: [...parts.reasons],
    needs: parts.needs,
    obligations: parts.obligations,
    limits: parts.limits.length === 0 ? [] : sorted(parts.limits, byName),
    exceptions: [...parts.exceptions],
    revision: bundle.revision,
    evaluated_at: now / 1000,
    expires_at: Math.min((now + options.allowFor) / 1000, until),
  };
  if (isDry({ call })) decision.dry_run = true;
  if (retry !== undefined) decision.retry = retry;
  if (alerts.length > 0) decision.alerts = [...new Set(alerts)].sort();
  if (shadow.length > 0) decision.shadow = sortReasons(shadow);
  return decision;
}

function byName(a: LimitState, b: LimitState): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The chosen allow, and everything that adds a need still unmet or was used. */
function determining({ weighed, call, context }: Case): readonly Reason[] {
  const { allow, requires, passed, exceptions, open } = weighed;
  const { bundle } = context;
  const isUnmet = (needs: Rule["needs"]) => addsUnmet(needs, open, call.frame, bundle);
  const sources: (Rule | Limit | Exception)[] = allow === undefined ? [] : [allow];
  for (const source of requires) if (isUnmet(source.needs)) sources.push(source);
  for (const limit of passed)
    if (limit.over.kind === "need" && isUnmet(limit.over.needs)) sources.push(limit);
  sources.push(...exceptions);
  return sortReasons(sources.map((source) => ruleReason(source, bundle.locate)));
}

/** What rules in shadow would have done. */
function shadowRules({ findings, context }: Case): readonly Reason[] {
  if (findings.shadow.length === 0) return nothing;
  return findings.shadow
    .filter(({ candidate }) => candidate.rule.source.kind === "rule")
    .map(({ candidate, tri }) => ruleReason(candidate.rule.source, context.bundle.locate, tri === UNKNOWN));
}
