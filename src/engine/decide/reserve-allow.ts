/** Stage 8, an allow: the one atomic reservation of everything it uses up, all or nothing. */
import type { Decision, LimitState, Reason } from "../../model/decision.js";
import type { CommitResult, WindowCell } from "../../state/store.js";
import { commit } from "../context.js";
import { newDecisionId, newUnkeptDecisionId } from "../request/decision-id.js";
import { ruleReason } from "../request/refusal.js";
import { isLookedAt, limitState } from "../rules/limits.js";
import { allowOperations, leavesRecord } from "./allow-operations.js";
import { answerAllow, type LimitsNow, limitsSoFar } from "./answer.js";
import type { Operations } from "./operations.js";
import type { Case, Reservation } from "./types.js";
import { whenReady } from "./when-ready.js";

/** Reserves an `allow`. A lost race means that something it relied on changed, or a limit it had not looked at is spent. */
export function reserveAllow(c: Case): Reservation | Promise<Reservation> {
  const id = leavesRecord(c) ? newDecisionId("kept") : newUnkeptDecisionId(c.context.keys.provenance);
  const operations = allowOperations(c, id);
  if (operations.list.length === 0) return { kind: "made", decision: answerAllow(c, id, limitsSoFar(c)) };
  return whenReady(commit(c.context, operations.list, "all"), (result): Reservation => {
    if (result.outcome !== "applied") {
      if (c.call.sessionKey !== undefined) c.context.sessionTrees.delete(c.call.sessionKey);
      return { kind: result.outcome === "full" ? "full" : "lost race" };
    }
    const decision = answerAllow(c, id, limitsAfter(c, operations, result));
    raise(decision, c);
    return { kind: "made", decision };
  });
}

function raise({ alerts, decision_id }: Decision, { context, call }: Case): void {
  for (const limit of alerts ?? [])
    context.emit({ type: "alert", limit, decision: decision_id, tenant: call.tenant });
}

/** What is left of each limit after the charge, and the alerts and limits in shadow that it set off. */
function limitsAfter(c: Case, { charges }: Operations, { now: committed, windows }: CommitResult): LimitsNow {
  const now = Math.max(c.call.frame.now, committed);
  const { unknown } = c.limits.charges;
  if (charges.length === 0 && unknown.length === 0) return { ...limitsSoFar(c), now };
  const states: LimitState[] = [];
  const alerts: string[] = [];
  const shadow: Reason[] = [];
  // The other unknown limits were waived by an exception and raise no alert.
  for (const { limit } of unknown) if (limit.over.kind === "alert") alerts.push(limit.id);
  for (const [at, charge] of charges.entries()) {
    const window = windows[at] as WindowCell;
    if (!charge.shadow) states.push(limitState(charge, window));
    if (window.used + (isLookedAt(charge) ? charge.amount : 0) <= charge.cap) continue;
    if (charge.shadow) shadow.push(ruleReason(charge.limit, c.context.bundle.locate));
    else if (charge.limit.over.kind === "alert") alerts.push(charge.limit.id);
  }
  return { now, states, alerts, shadow };
}
