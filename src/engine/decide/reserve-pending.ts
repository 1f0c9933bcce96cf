/** Stage 8, a pending verdict: opens the approvals it asks for and counts the attempt. */
import type { CommitResult, Operation } from "../../state/store.js";
import { commit } from "../context.js";
import {
  APPROVAL_KEPT,
  type ApprovalRequest,
  type ApprovalState,
  approvalFields,
  effectiveStatus,
  newApproval,
} from "../records/approval-state.js";
import { approvalView } from "../records/approval-view.js";
import { writeWaits } from "../records/transaction-state.js";
import { cellKeys } from "../request/cell-keys.js";
import { isAttempt, reserve } from "../rules/limits.js";
import { answerPending } from "./answer.js";
import { approvalRef } from "./approval-binding.js";
import { approvalRequest } from "./approval-needs.js";
import { mayPass, Operations } from "./operations.js";
import { schemesOf } from "./schemes.js";
import type { Case, Reservation } from "./types.js";
import { whenReady } from "./when-ready.js";

const MAX_INBOX = 10_000;

/** Opens the approvals that a pending verdict asks for, once each, and counts the attempt. */
export function reservePending(c: Case): Reservation | Promise<Reservation> {
  const operations = new Operations();
  for (const charge of c.limits.charges.known) {
    if (isAttempt(charge) && charge.amount > 0)
      operations.charge(charge, reserve(charge, mayPass(charge, c)));
  }
  const pending: ApprovalState[] = [];
  const opened: ApprovalRequest[] = [];
  for (const scheme of schemesOf(c.weighed.open)) {
    const known = c.state?.approvals.get(scheme);
    if (known !== undefined && effectiveStatus(known, c.call.frame.now) === "pending") {
      pending.push(known);
      continue;
    }
    const request = approvalRequest(scheme, c);
    opened.push(request);
    operations.push(...openApproval(request, approvalRef(scheme, c), known));
  }
  keepTransactionOpen(operations, c, opened);
  const decided = (asked: readonly ApprovalState[]): Reservation => ({
    kind: "made",
    decision: answerPending(c, asked),
  });
  if (operations.list.length === 0) return decided(pending);
  return whenReady(commit(c.context, operations.list, "all"), (result): Reservation => {
    if (result.outcome !== "applied") return { kind: result.outcome === "full" ? "full" : "lost race" };
    const fresh = opened.map((request) => openedState(request, result));
    const made = decided([...pending, ...fresh]);
    for (const state of fresh)
      c.context.emit({ type: "approval_asked", approval: approvalView(state, c.call.frame.now) });
    return made;
  });
}

/** A transaction with a pending approval is not idle. */
function keepTransactionOpen(operations: Operations, c: Case, opened: readonly ApprovalRequest[]): void {
  const { call, state } = c;
  if (opened.length === 0 || typeof state?.transaction !== "object") return;
  const { waits, expires } = state.transaction.state;
  const more = Object.fromEntries(opened.map((request) => [request.id, request.expires + call.frame.now]));
  const key = cellKeys.transaction(call.tenant, call.request.transaction as string);
  operations.push(
    { op: "expect", key, fields: { status: "open", waits: writeWaits(waits, {}) } },
    {
      op: "put",
      key,
      fields: { waits: writeWaits(waits, { more }) },
      ttl: expires - state.now + APPROVAL_KEPT,
    },
  );
}

function openedState(request: ApprovalRequest, { now }: CommitResult): ApprovalState {
  return {
    request,
    asked: now,
    expires: now + request.expires,
    status: "pending",
    left: request.uses,
    version: `${request.id}:0`,
    approvals: [],
    rejected: undefined,
    grant: undefined,
  };
}

/** Moves the record of a closed approval under its id, because a new one replaces it. */
function moveAside(known: ApprovalState, from: string): readonly Operation[] {
  const { request, left } = known;
  return [
    { op: "expect", key: from, fields: { left: String(left) } },
    {
      op: "put",
      key: cellKeys.approvalId(request.tenant, request.id),
      fields: approvalFields(known),
      ttl: 1,
    },
  ];
}

/** The operations that open one approval: its record under `ref`, the way back from its id, and its entry in the inbox. */
export function openApproval(
  request: ApprovalRequest,
  ref: string,
  known: ApprovalState | undefined,
): readonly Operation[] {
  const ttl = request.expires + APPROVAL_KEPT;
  const key = cellKeys.approval(request.tenant, request.scheme, ref);
  return [
    { op: "expect", key, fields: { version: known?.version ?? null } },
    ...(known === undefined ? [] : moveAside(known, key)),
    { op: "put", key, fields: newApproval(request), stamp: ["asked"], ttl },
    {
      op: "put",
      key: cellKeys.approvalId(request.tenant, request.id),
      fields: { scheme: request.scheme, place: ref },
      ttl,
    },
    {
      op: "grow",
      key: cellKeys.inbox(request.tenant),
      fields: { [request.id]: ["asked"] },
      limit: MAX_INBOX,
      stamp: true,
      ttl,
    },
  ];
}
