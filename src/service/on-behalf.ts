/** Checks the tenant and actors in a body against the sender of the request. */
import { DEFAULT_TENANT } from "../engine/request/call.js";
import type { ApprovalViewer, ApproverIdentity, Caller } from "../engine/request/types.js";
import type { Principal } from "../identity/principal.js";
import type { TokenVerifier } from "../identity/tokens.js";
import type { Actor } from "../model/common.js";
import type { Approver } from "../model/session.js";
import { chainOf } from "./authenticate.js";
import { ServiceProblem } from "./problem.js";

interface OnBehalf {
  readonly actors?: Actor[] | undefined;
  readonly token?: string | undefined;
  readonly tenant?: string | undefined;
}

/** A body in the form that the engine accepts, and its sender. */
export interface Resolved<Body> {
  readonly body: Omit<Body, "token">;
  readonly caller: Caller;
}

/**
 * Replaces the token in a body with its chain, and fills in the tenant of a caller or user who has only one. The
 * caller's authority ends when that token expires. Returns a promise only if a token has to be verified. Throws, or
 * rejects with, ServiceProblem.
 */
export function resolveBody<Body extends OnBehalf>(
  body: Body,
  principal: Principal,
  tokens: TokenVerifier,
): Resolved<Body> | Promise<Resolved<Body>> {
  const { token } = body;
  if (token !== undefined) return resolveToken(body, token, principal, tokens);
  const caller = { id: principal.id };
  if (principal.tenant === undefined) return { body, caller };
  return { body: { ...body, tenant: tenantOf(principal, body.tenant) }, caller };
}

async function resolveToken<Body extends OnBehalf>(
  body: Body,
  token: string,
  principal: Principal,
  tokens: TokenVerifier,
): Promise<Resolved<Body>> {
  const { token: _token, ...rest } = body;
  const tenant = principal.tenant === undefined ? {} : { tenant: tenantOf(principal, body.tenant) };
  if (body.actors !== undefined) {
    throw new ServiceProblem("malformed", {
      problems: [
        {
          pointer: "/token",
          message: "cannot be combined with `actors`; only one of the two can name who acts",
        },
      ],
    });
  }
  const chain = await chainOf(tokens, token);
  const actors = [...chain.actors];
  const caller = { id: principal.id, ...(chain.until === undefined ? {} : { until: chain.until }) };
  if (chain.tenant === undefined) return { body: { ...rest, ...tenant, actors }, caller };
  const named = tenant.tenant ?? body.tenant;
  if (named !== undefined && named !== chain.tenant)
    throw new ServiceProblem("forbidden", {
      detail: "The token in the body is valid for another tenant only.",
    });
  return { body: { ...rest, tenant: chain.tenant, actors }, caller };
}

/** The tenant of a request. Throws if the caller may not name this tenant. */
export function tenantOf(principal: Principal, named: string | undefined): string {
  if (principal.tenant === undefined) return named ?? DEFAULT_TENANT;
  if (named === undefined || named === principal.tenant) return principal.tenant;
  throw new ServiceProblem("forbidden", { detail: "The credential is valid for another tenant only." });
}

/**
 * Which approvals a caller may see: auditors and administrators see all, people see those that they may answer or
 * requested, and a gateway sees those that its own decisions requested. Under `dev` (loopback only) anyone answers
 * under any name, and so sees all.
 */
export function viewerOf(principal: Principal, dev: boolean): ApprovalViewer {
  const { scopes, id } = principal;
  const person = scopes.has("approve") || scopes.has("confirm") ? personOf(principal) : undefined;
  return {
    all: dev || scopes.has("audit") || scopes.has("admin"),
    ...(person === undefined ? {} : { person }),
    ...(scopes.has("decide") ? { caller: id } : {}),
  };
}

function personOf({ person, tenant, scopes }: Principal): ApproverIdentity | undefined {
  if (person === undefined) return undefined;
  const bound = tenant === undefined ? person : { ...person, tenant };
  return scopes.has("approve") ? bound : { ...bound, confirmsOnly: true };
}

/** The approver: the person of the credential, or under `dev` (loopback only) the name in the body. */
export function approverOf(
  principal: Principal,
  named: Approver | undefined,
  dev: boolean,
): ApproverIdentity {
  if (named !== undefined && dev) {
    const { id, roles = [], acr } = named;
    return acr === undefined ? { id, roles } : { id, roles, acr };
  }
  if (named !== undefined) {
    throw new ServiceProblem("forbidden", {
      detail: "The credential identifies the approver; `approver` is read only with `--dev`.",
    });
  }
  const person = personOf(principal);
  if (person !== undefined) return person;
  if (dev)
    throw new ServiceProblem("malformed", { problems: [{ pointer: "/approver", message: "is missing" }] });
  throw new ServiceProblem("forbidden", {
    detail: "The credential names no person, so it cannot approve anything.",
  });
}
