/** Endpoints of transactions: bounded pieces of work inside a session. */
import { abortAnswer, openTransaction, transactionView } from "../../model/session.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { resolveBody, tenantOf } from "../on-behalf.js";
import type { ServiceContext } from "../service-context.js";
import { inTenant, nothing } from "./query.js";

/** `POST /transactions`, `GET /transactions/{id}`, and `commit` and `abort` of one transaction. */
export function transactionEndpoints({ policy, auth }: ServiceContext): readonly Endpoint[] {
  return [
    endpoint({
      method: "POST",
      path: "/transactions",
      name: "openTransaction",
      summary: "Open a transaction by its kind, with a plan if the kind requires one.",
      scopes: ["decide"],
      body: openTransaction,
      answer: transactionView,
      status: 201,
      handle: async ({ body, principal }) => {
        const resolved = await resolveBody(body, principal, auth.tokens);
        return policy.pdp().openTransaction(resolved.body, resolved.caller);
      },
    }),
    endpoint({
      method: "GET",
      path: "/transactions/{id}",
      name: "readTransaction",
      summary: "Read the progress of a transaction.",
      scopes: ["decide"],
      query: inTenant,
      answer: transactionView,
      status: 200,
      handle: ({ id, query, principal }) =>
        policy.pdp().transaction(id, tenantOf(principal, query.tenant), { id: principal.id }),
    }),
    endpoint({
      method: "POST",
      path: "/transactions/{id}/commit",
      name: "commitTransaction",
      summary: "End a transaction whose work is done.",
      scopes: ["decide"],
      body: nothing,
      bodyOptional: true,
      query: inTenant,
      answer: transactionView,
      status: 200,
      handle: ({ id, query, principal }) =>
        policy.pdp().commitTransaction(id, tenantOf(principal, query.tenant), { id: principal.id }),
    }),
    endpoint({
      method: "POST",
      path: "/transactions/{id}/abort",
      name: "abortTransaction",
      summary: "End a transaction and list the calls that undo what it did, newest first.",
      scopes: ["decide"],
      body: nothing,
      bodyOptional: true,
      query: inTenant,
      answer: abortAnswer,
      status: 200,
      handle: ({ id, query, principal }) =>
        policy.pdp().abortTransaction(id, tenantOf(principal, query.tenant), { id: principal.id }),
    }),
  ];
}
