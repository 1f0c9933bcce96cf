/** The one atomic reservation of a decision: everything it uses up, all or nothing. */
import type { Decision, LimitState, Reason } from "../../model/decision.js";
import type { CommitResult, WindowCell } from "../../state/store.js";
import { commit, type EngineContext } from "../context.js";
import type { Call } from "../request/call.js";
import { ruleReason } from "../request/refusal.js";
import { type Charge, isLookedAt, limitState, reserve } from "../rules/limits.js";
import {
  pushGuards,
  pushIdempotency,
  pushPriors,
  pushRecord,
  pushSession,
  pushTransaction,
  pushUses,
  shadowCharges,
} from "./allow-operations.js";
import { answer, isKept, type Verdict } from "./answer.js";
import type { Deliberation } from "./decide.js";
import { Operations } from "./operations.js";

/** What became of a reservation: only what was made counts, and a lost race is decided anew. */
export type Reservation =
  | { readonly kind: "made"; readonly decision: Decision }
  | { readonly kind: "lost race" }
  | { readonly kind: "full" };

/** Reserves an `allow`. A lost race means that something it relied on changed, or a limit it had not looked at is spent. */
export function reserveAllow(
  deliberation: Deliberation,
  id: string,
  context: EngineContext,
): Reservation | Promise<Reservation> {
  const { call, verdict, charges, passed } = deliberation;
  const operations = new Operations();
  for (const charge of charges.known) {
    operations.charge(
      charge,
      reserve(charge, charge.limit.over.kind === "alert" || passed.has(charge.limit.id)),
    );
  }
  const shadows = shadowCharges(deliberation.findings, call);
  for (const charge of shadows) operations.charge(charge, reserve(charge, true));
  pushGuards(operations, deliberation, context);
  pushUses(operations, deliberation, context);
  pushTransaction(operations, deliberation, id);
  pushSession(operations, deliberation, context);
  const priors = pushPriors(operations, deliberation, context);
  if (isKept(id)) pushRecord(operations, deliberation, id, priors, context);

  const decisionOf = (result: CommitResult | undefined): Decision => {
    if (result !== undefined) call.frame.now = Math.max(call.frame.now, result.now);
    const charged = result === undefined ? nothing : operations.charges;
    return answer(
      deliberation,
      settledVerdict(verdict, charged, result?.windows ?? nothing, charges.unknown, context),
      id,
      context,
      undefined,
    );
  };
  if (operations.list.length === 0) return { kind: "made", decision: decisionOf(undefined) };
  if (call.request.id !== undefined)
    pushIdempotency(operations, deliberation, decisionOf(undefined), context);
  const made = (result: CommitResult): Reservation => {
    if (result.outcome !== "applied") {
      forgetFamily(call, context);
      return { kind: result.outcome === "full" ? "full" : "lost race" };
    }
    const decision = decisionOf(result);
    for (const alert of decision.alerts ?? [])
      context.emit({ type: "alert", limit: alert, decision: id, tenant: call.tenant });
    return { kind: "made", decision };
  };
  const pending = commit(context, operations.list, "all");
  return pending instanceof Promise ? pending.then(made) : made(pending);
}

const nothing: readonly never[] = [];

/** An allow with what is left of each limit after the charge, and the alerts and shadow limits that it set off. */
function settledVerdict(
  verdict: Verdict,
  charged: readonly Charge[],
  windows: readonly WindowCell[],
  unknown: readonly { readonly limit: Charge["limit"] }[],
  context: EngineContext,
): Verdict {
  if (charged.length === 0 && unknown.length === 0) return verdict;
  const limits: LimitState[] = [];
  // Others among the unknown were lifted by an exception, which is no alarm.
  const alerts: string[] = [];
  for (const { limit } of unknown) if (limit.over.kind === "alert") alerts.push(limit.id);
  const shadowLimits: Reason[] = [];
  for (let i = 0; i < charged.length; i++) {
    const charge = charged[i] as Charge;
    const window = windows[i] as WindowCell;
    if (!charge.shadow) limits.push(limitState(charge, window));
    if (window.used + (isLookedAt(charge) ? charge.amount : 0) <= charge.cap) continue;
    if (charge.shadow) shadowLimits.push(ruleReason(charge.limit, context.bundle.locate));
    else if (charge.limit.over.kind === "alert") alerts.push(charge.limit.id);
  }
  const { decision, reasons, obligations = [], exceptions = nothing } = verdict;
  return { decision, reasons, obligations, exceptions, limits, alerts, shadowLimits };
}

function forgetFamily(call: Call, context: EngineContext): void {
  if (call.sessionKey !== undefined) context.families.delete(call.sessionKey);
}
