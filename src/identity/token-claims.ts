/** Reads the claims of a verified token: who its bearer is, or which chain of actors it was issued for. */
import type { JWTPayload } from "jose";
import { type Actor, actors, identity, LIMITS, type UserActor } from "../model/common.js";
import type { Person, Principal } from "./principal.js";
import { scopesAmong } from "./scopes.js";
import type { ClaimName, VerifiedToken } from "./tokens.js";

/**
 * Returns the bearer of a token as a caller of the service. A subject is a person, but approving still requires the
 * scope `approve`. Undefined if the issuer must name a tenant and this token has none.
 */
export function principalOf(token: VerifiedToken): Principal | undefined {
  const { issuer, subject, claims } = token;
  const bound = tenantIn(token);
  if (bound === undefined) return undefined;
  const person = personOf(token);
  return {
    id: `token:${issuer.issuer}|${subject}`,
    scopes: scopesAmong(tokenScopes(claims) ?? []),
    ...bound,
    ...(person === undefined ? {} : { person }),
  };
}

/**
 * Returns the only tenant that the subject may act in; an absent `tenant` means any. Undefined if the token lacks the
 * tenant claim that its issuer has, or names a tenant that this issuer may not give or that no request could name.
 */
export function tenantIn({ issuer, claims }: VerifiedToken): { readonly tenant?: string } | undefined {
  const { tenants } = issuer;
  if (issuer.claims.tenant === undefined) {
    if (tenants === undefined) return {};
    const [only] = tenants;
    return tenants.size === 1 && only !== undefined ? { tenant: only } : undefined;
  }
  const tenant = identity.safeParse(textAt(claims, issuer.claims.tenant));
  const isGiven = tenant.success && (tenants === undefined || tenants.has(tenant.data));
  return isGiven ? { tenant: tenant.data } : undefined;
}

/**
 * Claims that name the client a token was issued to: `azp` (OpenID Connect Core section 2), `client_id` (RFC 9068
 * section 2.2), and what common issuers use instead.
 */
const CLIENT_CLAIMS: readonly string[] = ["azp", "client_id", "cid", "appid", "app_id"];

/** Returns who has signed in, or undefined if an agent bears the token: it acts for the subject and is not the subject. */
function personOf(token: VerifiedToken): Person | undefined {
  const { subject, claims } = token;
  const clients = clientsOf(token);
  if (claims.act !== undefined || clients.includes(claims.sub ?? subject)) return undefined;
  const acr = textAt(claims, "acr");
  return {
    id: subject,
    roles: rolesOf(token),
    ...(acr === undefined ? {} : { acr }),
    ...(clients.length === 0 ? {} : { clients }),
  };
}

function clientsOf({ issuer, claims }: VerifiedToken): readonly string[] {
  const names = issuer.claims.agent === undefined ? CLIENT_CLAIMS : [issuer.claims.agent, ...CLIENT_CLAIMS];
  return [...new Set(names.flatMap((name) => namesAt(claims, name)))];
}

/** Returns the roles in the token that its issuer may give. */
function rolesOf({ issuer, claims }: VerifiedToken): readonly string[] {
  const { roles } = issuer;
  const named = namesAt(claims, issuer.claims.roles);
  return roles === undefined ? named : named.filter((role) => roles.has(role));
}

/**
 * Returns the chain a token was issued for, in the order of a request: `sub` first, then the nested `act` claims (RFC
 * 8693 section 4.1), the outermost last because it acts now. Undefined if the claims do not form such a chain. Each
 * agent has the token's scopes; the token does not hold the user's own rights.
 */
export function actorsOf(token: VerifiedToken): readonly Actor[] | undefined {
  const { issuer, claims } = token;
  const names = agentNames(claims, issuer.claims.agent);
  if (names === undefined) return undefined;
  const agents = names.map((name) => agentOf(name, claims));
  // RFC 9068 section 2.2: if no resource owner is involved, `sub` is the client itself.
  const alone = claims.act === undefined && names[0] === claims.sub;
  const chain = alone ? agents : [userOf(token), ...agents];
  const parsed = actors.safeParse(chain);
  return parsed.success ? parsed.data : undefined;
}

function agentNames(claims: JWTPayload, fallback: ClaimName | undefined): readonly string[] | undefined {
  const names: string[] = [];
  let act = claims.act;
  if (act === undefined) {
    const client = fallback === undefined ? undefined : textAt(claims, fallback);
    return client === undefined ? undefined : [client];
  }
  while (act !== undefined) {
    if (!isObject(act) || typeof act.sub !== "string" || names.length >= LIMITS.actors) return undefined;
    // RFC 8693 section 4.1: a subject is unique only within its issuer. An actor of another issuer is not an actor of
    // this one.
    if (act.iss !== undefined && act.iss !== claims.iss) return undefined;
    names.unshift(act.sub);
    act = act.act;
  }
  return names;
}

function agentOf(id: string, claims: JWTPayload): unknown {
  const scopes = tokenScopes(claims);
  const { iat, exp } = claims;
  return {
    type: "agent",
    id,
    ...(scopes === undefined ? {} : { scopes }),
    ...(iat === undefined || exp === undefined ? {} : { credential: { issued_at: iat, expires_at: exp } }),
  };
}

function userOf(token: VerifiedToken): unknown {
  const { issuer, subject, claims } = token;
  const acr = textAt(claims, "acr");
  const authTime = claims.auth_time;
  return {
    type: "user",
    id: subject,
    roles: [...rolesOf(token)],
    groups: [...namesAt(claims, issuer.claims.groups)],
    ...(acr === undefined ? {} : { acr }),
    ...(typeof authTime === "number" ? { auth_time: authTime } : {}),
  } satisfies Omit<UserActor, "type"> & { type: "user" };
}

/**
 * Returns the words of `scope`, separated by spaces (RFC 8693 section 4.2), or of `scp`, a list or such a text.
 * Undefined if there is neither.
 */
function tokenScopes(claims: JWTPayload): readonly string[] | undefined {
  const claim = claims.scope ?? claims.scp;
  if (claim === undefined) return undefined;
  return namesIn(typeof claim === "string" ? claim.split(" ") : claim);
}

function namesAt(claims: JWTPayload, name: ClaimName): readonly string[] {
  return namesIn(claimAt(claims, name));
}

/** Returns a list of names. A text is one name as a whole: "assistant to the treasurer" does not include `treasurer`. */
function namesIn(claim: unknown): readonly string[] {
  const names: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return [...new Set(names.filter((name): name is string => typeof name === "string" && name !== ""))];
}

function textAt(claims: JWTPayload, name: ClaimName): string | undefined {
  const claim = claimAt(claims, name);
  return typeof claim === "string" && claim !== "" ? claim : undefined;
}

function claimAt(claims: JWTPayload, name: ClaimName): unknown {
  const path = typeof name === "string" ? [name] : name;
  return path.reduce<unknown>(
    (at, step) => (isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined),
    claims,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
