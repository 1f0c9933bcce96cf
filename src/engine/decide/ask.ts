/** Approvals that a verdict asks for: the records to open, and the needs as the caller sees them. */

import { randomUUID } from "node:crypto";
import type { Need } from "../../model/decision.js";
import type { JsonValue } from "../../values/type.js";
import type { EngineContext } from "../context.js";
import {
  type ApprovalRequest,
  type ApprovalState,
  CONFIRMATION,
  standing,
} from "../records/approval-state.js";
import { shortName, termsOf } from "../records/scheme-terms.js";
import { actorsOf, type Call } from "../request/call.js";
import type { NeedSet } from "../rules/needs.js";
import { digestFor } from "./approval-place.js";
import type { Loaded } from "./load.js";

/** Schemes among open needs, `confirmation` included. */
export function schemesOf(open: NeedSet): readonly string[] {
  return open.confirmation ? [...open.approvals, CONFIRMATION] : open.approvals;
}

/** Not to be guessed: who knows it can look for it. */
export function newApprovalId(): string {
  return `apr_${randomUUID().replaceAll("-", "")}`;
}

/** What is asked of the approvers. */
export function approvalRequest(
  scheme: string,
  call: Call,
  loaded: Loaded | undefined,
  because: string | undefined,
  context: EngineContext,
): ApprovalRequest {
  const transaction = loaded?.transaction ?? "none";
  const digest = digestFor(scheme, call, context.bundle, transaction);
  const bindsPlan = digest !== call.digest() && typeof transaction === "object";
  const { request } = call;
  return {
    id: newApprovalId(),
    scheme,
    digest,
    tenant: call.tenant,
    caller: call.caller.id,
    actors: actorsOf(call.chain),
    ...(bindsPlan
      ? {
          plan: (transaction.state.plan ?? []).map(({ tool, args }) => ({
            tool,
            args: JSON.parse(args) as JsonValue,
          })),
        }
      : { tool: call.target?.target.name ?? "", args: call.wireArgs(false) }),
    ...(request.session === undefined ? {} : { session: request.session }),
    ...(request.transaction === undefined ? {} : { transaction: request.transaction }),
    ...(because === undefined ? {} : { because }),
    revision: context.bundle.revision,
    ...termsOf(scheme, context),
  };
}

/** Open needs on the wire, step-ups first: they are self-service. */
export function approvalNeeds(
  open: NeedSet,
  call: Call,
  loaded: Loaded | undefined,
  asked: readonly ApprovalState[] | undefined,
  context: EngineContext,
): Need[] {
  const { bundle } = context;
  const needs: Need[] = [];
  if (open.stepUp !== undefined) {
    const { rank, level, within } = open.stepUp;
    needs.push({
      type: "step-up",
      level: shortName(level),
      acr_values: bundle.program.assurance.filter((each) => each.rank >= rank).map(({ acr }) => acr),
      ...(within === undefined ? {} : { max_age: within / 1000 }),
    });
  }
  for (const scheme of schemesOf(open)) needs.push(approvalNeed(scheme, call, loaded, asked, context));
  return needs;
}

function approvalNeed(
  scheme: string,
  call: Call,
  loaded: Loaded | undefined,
  asked: readonly ApprovalState[] | undefined,
  context: EngineContext,
): Need {
  const known = asked?.find((each) => each.request.scheme === scheme) ?? loaded?.approvals.get(scheme);
  const status = standing(known, call.frame.now);
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
  const digest = digestFor(scheme, call, context.bundle, loaded?.transaction ?? "none");
  if (scheme === CONFIRMATION) return { type: "confirmation", digest, ...record };
  const { quorum, from, at } = termsOf(scheme, context);
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
