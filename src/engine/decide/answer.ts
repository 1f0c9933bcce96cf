/** A verdict as the answer on the wire. */
import { randomUUID } from "node:crypto";
import { UNKNOWN } from "../../compile/tri.js";
import type { Decision, LimitState, Need, Reason } from "../../model/decision.js";
import type { EngineContext } from "../context.js";
import type { ApprovalState } from "../records/approval-state.js";
import { ruleReason, sortReasons } from "../request/refusal.js";
import { sorted } from "../request/sorted.js";
import type { Findings } from "../rules/judge.js";
import { approvalNeeds } from "./ask.js";
import type { Deliberation } from "./decide.js";

/** What was decided, before it has an id. */
export interface Verdict {
  readonly decision: Decision["decision"];
  readonly reasons: readonly Reason[];
  readonly obligations?: Decision["obligations"];
  readonly limits?: readonly LimitState[];
  readonly alerts?: readonly string[];
  readonly exceptions?: readonly string[];
  /** Shadow limits that would have been passed. */
  readonly shadowLimits?: readonly Reason[];
  readonly retry?: Decision["retry"];
  /** The answer that was given before under the same key. */
  readonly stored?: Decision;
}

/** Decision ids are not guessable. `dec_n…` says that nothing is kept of it, so its outcome has nothing to settle. */
export function newDecisionId(kept: boolean): string {
  return (kept ? "dec_k-" : "dec_n-") + randomUUID();
}
export function isKept(id: string): boolean {
  return id.startsWith("dec_k-");
}

/**
 * The answer. `asked` are the approvals as they stand after the reservation; undefined where nothing was opened (a dry
 * run), and then needs carry no id.
 */
export function answer(
  of: Pick<Deliberation, "call"> &
    Partial<Pick<Deliberation, "weighed" | "loaded">> & { readonly findings?: Findings | undefined },
  verdict: Verdict,
  id: string,
  context: EngineContext,
  asked: readonly ApprovalState[] | undefined,
): Decision {
  const { call, findings } = of;
  const { bundle, options } = context;
  const { now } = call.frame;
  const isPending = verdict.decision === "step-up" || verdict.decision === "require-approval";
  const needs: Need[] =
    isPending && of.weighed !== undefined
      ? approvalNeeds(of.weighed.open, call, of.loaded, asked, context)
      : [];
  const decision: { -readonly [Key in keyof Decision]: Decision[Key] } = {
    decision: verdict.decision,
    decision_id: id,
    reasons: [...verdict.reasons],
    needs,
    obligations: verdict.obligations ?? [],
    limits: verdict.limits === undefined ? [] : sorted(verdict.limits, byName),
    exceptions: verdict.exceptions === undefined ? [] : [...verdict.exceptions],
    revision: bundle.revision,
    evaluated_at: now / 1000,
    expires_at: (now + options.allowFor) / 1000,
  };
  if (verdict.decision !== "allow" && verdict.retry !== undefined) decision.retry = verdict.retry;
  if (verdict.alerts !== undefined && verdict.alerts.length > 0)
    decision.alerts = [...new Set(verdict.alerts)].sort();
  const shadow = shadowReasons(verdict, findings, context);
  if (shadow.length > 0) decision.shadow = sortReasons(shadow);
  return decision;
}

function byName(a: LimitState, b: LimitState): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** What rules and limits in shadow would have done. */
function shadowReasons(
  { shadowLimits = [] }: Verdict,
  findings: Findings | undefined,
  { bundle }: EngineContext,
): readonly Reason[] {
  if (findings === undefined || findings.shadow.length === 0) return shadowLimits;
  const rules = findings.shadow
    .map(({ candidate, tri }) => ruleReason(candidate.rule.source, bundle.locate, tri === UNKNOWN))
    .filter(({ effect }) => effect !== "limit");
  return [...rules, ...shadowLimits];
}
