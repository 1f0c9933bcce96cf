/** Endpoints of sessions: what a model has in its context. */
import { openSession, sessionView } from "../../model/session.js";
import { type Endpoint, endpoint } from "../endpoint.js";
import { resolveBody, tenantOf } from "../on-behalf.js";
import type { ServiceContext } from "../service-context.js";
import { inTenant } from "./query.js";

/** `POST /sessions`, `GET` and `DELETE /sessions/{id}`. */
export function sessionEndpoints({ policy, auth }: ServiceContext): readonly Endpoint[] {
  return [
    endpoint({
      method: "POST",
      path: "/sessions",
      name: "openSession",
      summary: "Open a session with the user's own words.",
      scopes: ["decide"],
      body: openSession,
      answer: sessionView,
      status: 201,
      handle: async ({ body, principal }) => {
        const resolved = await resolveBody(body, principal, auth.tokens);
        return policy.pdp().openSession(resolved.body, resolved.caller);
      },
    }),
    endpoint({
      method: "GET",
      path: "/sessions/{id}",
      name: "readSession",
      summary: "Read a session's labels and steps.",
      scopes: ["decide"],
      query: inTenant,
      answer: sessionView,
      status: 200,
      handle: ({ id, query, principal }) =>
        policy.pdp().session(id, tenantOf(principal, query.tenant), { id: principal.id }),
    }),
    endpoint({
      method: "DELETE",
      path: "/sessions/{id}",
      name: "endSession",
      summary: "End a session; later requests that name it are refused.",
      scopes: ["decide"],
      query: inTenant,
      status: 204,
      handle: ({ id, query, principal }) =>
        policy.pdp().endSession(id, tenantOf(principal, query.tenant), { id: principal.id }),
    }),
  ];
}
