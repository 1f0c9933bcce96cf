/** Endpoints of approvals. An approver acts under their own identity. */
import { z } from "zod";
import { id, identity } from "../../model/common.js";
import { approvalPage, approvalView, approveAnswer, approveRequest } from "../../model/session.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { approverOf, tenantOf, viewerOf } from "../on-behalf.js";
import type { ServiceContext } from "../service-context.js";
import { inTenant, nothing } from "./query.js";

const PAGE = 50;
const listQuery = z.strictObject({
  tenant: inTenant.shape.tenant,
  status: approvalView.shape.status.optional().describe("Only approvals in this state."),
  scheme: id.optional().describe("Only approvals of this scheme: its qualified name, or `confirmation`."),
  session: identity.optional().describe("Only approvals for calls of this session."),
  user: identity.optional().describe("Only approvals that this user's agents asked for."),
  limit: z
    .string()
    .regex(/^(?:[1-9][0-9]?|100)$/)
    .optional()
    .describe("How many approvals a page holds: 1 to 100, 50 by default."),
  after: id.optional().describe("Continue after a page: its `next`."),
});

/** `GET /approvals`, `GET /approvals/{id}`, and `approve`, `reject` and `withdraw` of one approval. */
export function approvalEndpoints(context: ServiceContext): readonly Endpoint[] {
  return [
    ...readingEndpoints(context),
    answering(context, "approve"),
    answering(context, "reject"),
    withdrawing(context),
  ];
}

function readingEndpoints({ policy, dev }: ServiceContext): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/approvals",
      name: "listApprovals",
      summary: "List approvals of a tenant that the caller may see, newest first.",
      scopes: ["approve", "confirm", "audit", "admin"],
      query: listQuery,
      answer: approvalPage,
      status: 200,
      handle: ({ query, principal }) => {
        const { tenant, limit, ...rest } = query;
        const wanted = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
        return policy.pdp().approvals({
          ...wanted,
          viewer: viewerOf(principal, dev),
          tenant: tenantOf(principal, tenant),
          limit: limit === undefined ? PAGE : Number(limit),
        });
      },
    }),
    endpoint({
      method: "GET",
      path: "/approvals/{id}",
      name: "readApproval",
      summary: "Read an approval: what it is for, and who has approved.",
      scopes: ["approve", "confirm", "audit", "admin", "decide"],
      query: inTenant,
      answer: approvalView,
      status: 200,
      handle: ({ id: approval, query, principal }) =>
        policy.pdp().approval(approval, tenantOf(principal, query.tenant), viewerOf(principal, dev)),
    }),
  ];
}

function answering({ policy, dev }: ServiceContext, answer: "approve" | "reject"): Endpoint {
  return endpoint({
    method: "POST",
    path: `/approvals/{id}/${answer}`,
    name: answer === "approve" ? "approve" : "reject",
    summary:
      answer === "approve"
        ? "Approve; once the quorum is reached, the answer contains the grant."
        : "Reject, finally.",
    scopes: ["approve", "confirm"],
    body: approveRequest,
    bodyOptional: true,
    query: inTenant,
    answer: approveAnswer,
    status: 200,
    handle: ({ id: approval, query, body, principal }) => {
      const approver = approverOf(principal, body.approver, dev);
      return policy.pdp()[answer](approval, tenantOf(principal, query.tenant), approver, body.comment);
    },
  });
}

function withdrawing({ policy }: ServiceContext): Endpoint {
  return endpoint({
    method: "POST",
    path: "/approvals/{id}/withdraw",
    name: "withdrawApproval",
    summary: "Withdraw an approval that this caller requested.",
    scopes: ["decide"],
    body: nothing,
    bodyOptional: true,
    query: inTenant,
    answer: approvalView,
    status: 200,
    handle: ({ id: approval, query, principal }) =>
      policy.pdp().withdraw(approval, tenantOf(principal, query.tenant), { id: principal.id }),
  });
}
