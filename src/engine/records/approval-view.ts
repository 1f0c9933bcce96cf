/** An approval as people and programs see it. */
import type { ApprovalView } from "../../model/session.js";
import { type ApprovalState, CONFIRMATION } from "./approval-state.js";

type Args = NonNullable<ApprovalView["args"]>;

/** As approvers see it, with every argument. */
export function approvalView(state: ApprovalState, now: number): ApprovalView {
  const { request } = state;
  return {
    id: request.id,
    scheme: request.scheme,
    status: statusOf(state, now),
    digest: request.digest,
    tenant: request.tenant,
    actors: request.actors.map(([type, id]) => ({ type: type === "user" ? "user" : "agent", id })),
    ...(request.tool === undefined ? {} : { tool: request.tool }),
    ...(request.args === undefined ? {} : { args: request.args as Args }),
    ...(request.plan === undefined
      ? {}
      : { plan: request.plan.map(({ tool, args }) => ({ tool, args: args as Args })) }),
    ...(request.session === undefined ? {} : { session: request.session }),
    ...(request.transaction === undefined ? {} : { transaction: request.transaction }),
    ...(request.because === undefined ? {} : { because: request.because }),
    quorum: request.quorum,
    from: request.scheme === CONFIRMATION ? [] : [...request.from],
    ...(request.at === undefined ? {} : { at: request.at }),
    approvals: state.approvals.map(inSeconds),
    ...(state.rejected === undefined ? {} : { rejected: inSeconds(state.rejected) }),
    uses_left: state.left,
    asked_at: state.asked / 1000,
    expires_at: state.expires / 1000,
    revision: request.revision,
  };
}

function inSeconds({
  by,
  at,
  comment,
}: ApprovalState["approvals"][number]): ApprovalView["approvals"][number] {
  return { by, at: at / 1000, ...(comment === undefined ? {} : { comment }) };
}

function statusOf(state: ApprovalState, now: number): ApprovalView["status"] {
  if (state.status === "withdrawn") return "withdrawn";
  if (now >= state.expires) return "expired";
  if (state.status === "granted" && state.left <= 0) return "used";
  return state.status;
}
