/** What a verdict that waits for somebody leaves behind: the approvals it asks for, and the attempt. */
import type { Operation } from "../../state/store.js";
import { commit, type EngineContext } from "../context.js";
import {
  APPROVAL_KEPT,
  type ApprovalRequest,
  type ApprovalState,
  newApproval,
  standing,
} from "../records/approval-state.js";
import { approvalView } from "../records/approval-view.js";
import { cellKeys } from "../request/cell-keys.js";
import { isAttempt, reserve } from "../rules/limits.js";
import { answer } from "./answer.js";
import { approvalPlace } from "./approval-place.js";
import { approvalRequest, schemesOf } from "./ask.js";
import type { Deliberation } from "./decide.js";
import { Operations } from "./operations.js";
import type { Reservation } from "./reserve.js";

const INBOX_MAX = 10_000;

/** Opens the approvals that a pending verdict asks for, once each, and counts the attempt. */
export async function reservePending(
  deliberation: Deliberation,
  id: string,
  context: EngineContext,
): Promise<Reservation> {
  const { call, loaded, weighed, verdict, charges, passed } = deliberation;
  const operations = new Operations();
  for (const charge of charges.known) {
    if (isAttempt(charge) && charge.amount > 0)
      operations.charge(
        charge,
        reserve(charge, charge.limit.over.kind === "alert" || passed.has(charge.limit.id)),
      );
  }
  const because = verdict.reasons.find((reason) => reason.effect === "allow")?.message;
  const asked: ApprovalState[] = [];
  const opened: ApprovalRequest[] = [];
  for (const scheme of schemesOf(weighed.open)) {
    const known = loaded?.approvals.get(scheme);
    if (known !== undefined && standing(known, call.frame.now) === "pending") {
      asked.push(known);
      continue;
    }
    const request = approvalRequest(scheme, call, loaded, because, context);
    opened.push(request);
    openApproval(operations, request, approvalPlace(scheme, call, loaded, context), known);
  }
  if (opened.length > 0 && typeof loaded?.transaction === "object") {
    const until = Math.max(...opened.map(({ expires }) => expires)) + call.frame.now;
    const key = cellKeys.transaction(call.tenant, call.request.transaction as string);
    operations.push({
      op: "put",
      key,
      fields: { waiting: String(until) },
      ttl: loaded.transaction.state.expires - loaded.now + APPROVAL_KEPT,
    });
  }
  if (operations.list.length > 0) {
    const pending = commit(context, operations.list, "all");
    const result = pending instanceof Promise ? await pending : pending;
    if (result.outcome !== "applied") return { kind: result.outcome === "full" ? "full" : "lost race" };
    for (const request of opened) {
      asked.push({
        request,
        asked: result.now,
        expires: result.now + request.expires,
        status: "pending",
        left: request.uses,
        version: `${request.id}:0`,
        approvals: [],
        rejected: undefined,
        grant: undefined,
      });
    }
  }
  const decision = answer(deliberation, verdict, id, context, asked);
  const fresh = asked.filter(({ request }) => opened.includes(request));
  for (const state of fresh)
    context.emit({ type: "approval_asked", approval: approvalView(state, call.frame.now) });
  return { kind: "made", decision };
}

/** The operations that open one approval: its record, the way back from its id, and its place in the inbox. */
export function openApproval(
  operations: { push(...operations: readonly Operation[]): void },
  request: ApprovalRequest,
  place: string,
  known: ApprovalState | undefined,
): void {
  const ttl = request.expires + APPROVAL_KEPT;
  const key = cellKeys.approval(request.tenant, request.scheme, place);
  operations.push(
    { op: "expect", key, fields: { version: known?.version ?? null } },
    { op: "put", key, fields: newApproval(request), stamp: ["asked"], ttl },
    {
      op: "put",
      key: cellKeys.approvalId(request.tenant, request.id),
      fields: { scheme: request.scheme, place },
      ttl,
    },
    {
      op: "grow",
      key: cellKeys.inbox(request.tenant),
      fields: { [request.id]: ["asked"] },
      limit: INBOX_MAX,
      stamp: true,
      ttl,
    },
  );
}
