/** What a verified token says: who its bearer is, or which chain of actors it was issued for. */
import type { JWTPayload } from "jose";
import { type Actor, actors, id, type UserActor } from "../model/common.js";
import type { Person, Principal } from "./principal.js";
import { scopesAmong } from "./scopes.js";
import type { ClaimName, VerifiedToken } from "./tokens.js";

/**
 * The bearer of a token as a caller of the service. A subject is a person: approving still takes the scope `approve`.
 * Undefined where the issuer names a tenant for everybody and this token has none.
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
 * The only tenant that the subject may act in, where its issuer names one. Undefined where the issuer names a tenant for
 * everybody and this token has none, or one that could be no tenant on the wire: that is not "any tenant".
 */
export function tenantIn({ issuer, claims }: VerifiedToken): { readonly tenant?: string } | undefined {
  if (issuer.claims.tenant === undefined) return {};
  const tenant = id.safeParse(textAt(claims, issuer.claims.tenant));
  return tenant.success ? { tenant: tenant.data } : undefined;
}

/** Who has signed in; undefined where an agent bears the token: it acts for the subject, and is not the subject. */
function personOf({ issuer, subject, claims }: VerifiedToken): Person | undefined {
  const client = issuer.claims.agent === undefined ? undefined : textAt(claims, issuer.claims.agent);
  if (claims.act !== undefined || client === subject) return undefined;
  const acr = textAt(claims, "acr");
  return {
    id: subject,
    roles: wordsAt(claims, issuer.claims.roles),
    ...(acr === undefined ? {} : { acr }),
    ...(client === undefined ? {} : { client }),
  };
}

/**
 * The chain a token was issued for, in the order of a request: `sub` first, and of the nested `act` (RFC 8693 section
 * 4.1) the outermost last, for it acts now. Undefined where the claims do not make such a chain. The token's scopes
 * are what every agent has; the user's own rights are not in it.
 */
export function actorsOf(token: VerifiedToken): readonly Actor[] | undefined {
  const { issuer, subject, claims } = token;
  const names = agentNames(claims, issuer.claims.agent);
  if (names === undefined) return undefined;
  const agents = names.map((name) => agentOf(name, claims));
  // RFC 9068 section 2.2: where no resource owner is involved, `sub` is the client itself.
  const alone = claims.act === undefined && names[0] === subject;
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
    if (!isObject(act) || typeof act.sub !== "string" || names.length >= 16) return undefined;
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

function userOf({ issuer, subject, claims }: VerifiedToken): unknown {
  const acr = textAt(claims, "acr");
  const authTime = claims.auth_time;
  return {
    type: "user",
    id: subject,
    roles: wordsAt(claims, issuer.claims.roles),
    groups: wordsAt(claims, issuer.claims.groups),
    ...(acr === undefined ? {} : { acr }),
    ...(typeof authTime === "number" ? { auth_time: authTime } : {}),
  } satisfies Omit<UserActor, "type"> & { type: "user" };
}

/** `scope` is words parted by spaces (RFC 8693 section 4.2), `scp` those or a list. Undefined where there is neither. */
function tokenScopes(claims: JWTPayload): readonly string[] | undefined {
  const claim = claims.scope ?? claims.scp;
  return claim === undefined ? undefined : wordsIn(claim);
}

function wordsAt(claims: JWTPayload, name: ClaimName): string[] {
  return wordsIn(claimAt(claims, name));
}

function wordsIn(claim: unknown): string[] {
  const words: readonly unknown[] =
    typeof claim === "string" ? claim.split(" ") : Array.isArray(claim) ? claim : [];
  return [...new Set(words.filter((word): word is string => typeof word === "string" && word !== ""))];
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
