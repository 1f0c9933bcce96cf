/** Approvals that a verdict asks for: the records to open, and the needs as the caller sees them. */
import { randomUUID } from "node:crypto";
import type { Need } from "../../model/decision.js";
import type { JsonValue } from "../../values/type.js";
import {
  type ApprovalRequest,
  type ApprovalState,
  CONFIRMATION,
  effectiveStatus,
} from "../records/approval-state.js";
import { shortName, termsOf } from "../records/scheme-terms.js";
import { actorsOf } from "../request/call.js";
import type { NeedSet } from "../rules/needs.js";
import { bindingOf } from "./approval-binding.js";
import { schemesOf } from "./schemes.js";
import type { Case } from "./types.js";

/** Unguessable, because anyone who has it can look the approval up. */
export function newApprovalId(): string {
  return `apr_${randomUUID().replaceAll("-", "")}`;
}

/** What the approvers of a scheme are asked. */
export function approvalRequest(scheme: string, c: Case): ApprovalRequest {
  const { call, context, weighed } = c;
  const { request } = call;
  const because = weighed.allow?.because;
  return {
    id: newApprovalId(),
    scheme,
    digest: bindingOf(scheme, c),
    tenant: call.tenant,
    caller: call.caller.id,
    actors: actorsOf(call.chain),
    ...subjectOf(scheme, c),
    ...(request.session === undefined ? {} : { session: request.session }),
    ...(request.transaction === undefined ? {} : { transaction: request.transaction }),
    ...(because === undefined ? {} : { because }),
    revision: context.bundle.revision,
    ...termsOf(scheme, context),
  };
}

/** The plan of the transaction if the scheme binds that, else the call. */
function subjectOf(scheme: string, c: Case): Pick<ApprovalRequest, "plan" | "tool" | "args"> {
  const { call, state } = c;
  const transaction = state?.transaction;
  const bindsPlan = bindingOf(scheme, c) !== call.digest();
  if (!bindsPlan || typeof transaction !== "object")
    return { tool: call.target?.target.name ?? "", args: call.wireArgs(false) };
  const plan = transaction.state.plan ?? [];
  return { plan: plan.map(({ tool, args }) => ({ tool, args: JSON.parse(args) as JsonValue })) };
}

/** Open needs on the wire, step-ups first: they are self-service. `asked` are the approvals as the reservation left them. */
export function approvalNeeds(c: Case, asked: readonly ApprovalState[]): Need[] {
  const { open } = c.weighed;
  const needs: Need[] = open.stepUp === undefined ? [] : [stepUpNeed(open.stepUp, c)];
  for (const scheme of schemesOf(open)) {
    const found = asked.find((each) => each.request.scheme === scheme) ?? c.state?.approvals.get(scheme);
    needs.push(approvalNeed(scheme, found, c));
  }
  return needs;
}

function stepUpNeed({ rank, level, within }: NonNullable<NeedSet["stepUp"]>, { context }: Case): Need {
  const { assurance } = context.bundle.program;
  return {
    type: "step-up",
    level: shortName(level),
    acr_values: assurance.filter((each) => each.rank >= rank).map(({ acr }) => acr),
    ...(within === undefined ? {} : { max_age: within / 1000 }),
  };
}

function approvalNeed(scheme: string, known: ApprovalState | undefined, c: Case): Need {
  const status = effectiveStatus(known, c.call.frame.now);
  const open = status === "pending" || status === "rejected" ? (known as ApprovalState) : undefined;
  const record =
    open === undefined
      ? {}
      : {
          id: open.request.id,
          status: status as "pending" | "rejected",
          expires_at: open.expires / 1000,
          url: `/approvals/${open.request.id}`,
        };
  const digest = bindingOf(scheme, c);
  if (scheme === CONFIRMATION) return { type: "confirmation", digest, ...record };
  const { quorum, from, at } = termsOf(scheme, c.context);
  return {
    type: "approval",
    scheme: shortName(scheme),
    digest,
    quorum,
    have: open?.approvals.length ?? 0,
    from: [...from],
    ...(at === undefined ? {} : { at }),
    ...record,
  };
}
