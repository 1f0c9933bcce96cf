/** A verdict as the answer on the wire. */
import { randomUUID } from "node:crypto";
import type { Decision, LimitState, Need, Reason } from "../model/decision.js";
import type { ApprovalState } from "./approval-state.js";
import { approvalNeeds } from "./ask.js";
import type { EngineContext } from "./context.js";
import type { Deliberation } from "./decide.js";
import type { Findings } from "./judge.js";
import { ruleReason, sortReasons } from "./refusal.js";

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
  const shadow: Reason[] =
    findings === undefined || findings.shadow.length === 0
      ? []
      : findings.shadow
          .map(({ candidate, tri }) => ruleReason(candidate.rule.source, bundle.locate, tri === 2))
          .filter(({ effect }) => effect !== "limit");
  shadow.push(...(verdict.shadowLimits ?? []));
  return {
    decision: verdict.decision,
    decision_id: id,
    reasons: [...verdict.reasons],
    needs,
    obligations: verdict.obligations ?? [],
    limits: [...(verdict.limits ?? [])].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    ...(verdict.decision === "allow" || verdict.retry === undefined ? {} : { retry: verdict.retry }),
    exceptions: [...(verdict.exceptions ?? [])],
    ...(verdict.alerts === undefined || verdict.alerts.length === 0
      ? {}
      : { alerts: [...new Set(verdict.alerts)].sort() }),
    ...(shadow.length === 0 ? {} : { shadow: sortReasons(shadow) }),
    revision: bundle.revision,
    evaluated_at: now / 1000,
    expires_at: (now + options.allowFor) / 1000,
  };
}
