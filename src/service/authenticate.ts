/** Turns the `Authorization` header into a principal, and a token in the body into the chain that it was issued for. */
import type { ApiKeys } from "../identity/api-keys.js";
import { looksLikeApiKey } from "../identity/api-keys.js";
import type { Principal } from "../identity/principal.js";
import { SCOPES, type Scope } from "../identity/scopes.js";
import { actorsOf, principalOf, tenantIn } from "../identity/token-claims.js";
import { isRefused, type TokenRefusal, type TokenVerifier, type VerifiedToken } from "../identity/tokens.js";
import type { Actor } from "../model/common.js";
import type { Clock } from "../state/clock.js";
import { ServiceProblem } from "./problem.js";

/** Everything that identifies a caller. */
export interface Authenticator {
  /**
   * False if no key and no issuer is configured: anyone who can connect to the service may then do everything but
   * approve.
   */
  readonly required: boolean;
  readonly keys: ApiKeys;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
  /** Why the keys of an issuer in a file cannot be read, in words for an operator. */
  readonly keyProblem: () => Promise<string | undefined>;
}

/** The caller of a service without authentication, which listens on loopback only. It is not a person. */
const LOCAL: Principal = { id: "local", scopes: new Set<Scope>(SCOPES) };

/** The principal that sent this header. Throws ServiceProblem. Returns a promise only if a token has to be verified. */
export function authenticate(
  { required, keys, tokens, clock }: Authenticator,
  header: string | undefined,
): Principal | Promise<Principal> {
  if (!required) return LOCAL;
  const credential = header === undefined ? undefined : /^Bearer +([^\s,]+)$/i.exec(header)?.[1];
  if (credential === undefined)
    throw unauthenticated("Send an API key or a token as `Authorization: Bearer …`.");
  if (!looksLikeApiKey(credential)) return bearerOf(tokens, credential);
  const principal = keys.find(credential, clock.now());
  if (principal === undefined)
    throw unauthenticated("The API key is unknown or has expired.", "invalid_token");
  return principal;
}

/** Throws if scopes are required and the principal has none of them. */
export function demandScope(principal: Principal, anyOf: readonly Scope[]): void {
  if (anyOf.length === 0 || anyOf.some((scope) => principal.scopes.has(scope))) return;
  const wanted = anyOf.join(" ");
  throw new ServiceProblem("forbidden", {
    detail: `This needs the scope ${anyOf.map((scope) => `\`${scope}\``).join(" or ")}.`,
    headers: { "www-authenticate": `Bearer error="insufficient_scope", scope="${wanted}"` },
  });
}

/** The chain that the token in a body was issued for, the only tenant it may act in, and its expiry in seconds. */
export async function chainOf(
  tokens: TokenVerifier,
  token: string,
): Promise<{ readonly actors: readonly Actor[]; readonly tenant?: string; readonly until?: number }> {
  const verified = await tokens.verify(token);
  if (isRefused(verified)) throw badBodyToken(REFUSALS[verified.refused], verified);
  const actors = actorsOf(verified);
  if (actors === undefined) throw badBodyToken("does not name a user and the agents that act");
  const bound = tenantIn(verified);
  if (bound === undefined) throw badBodyToken(NO_TENANT);
  const { exp } = verified.claims;
  return { actors, ...bound, ...(exp === undefined ? {} : { until: exp }) };
}

async function bearerOf(tokens: TokenVerifier, credential: string): Promise<Principal> {
  const verified: VerifiedToken | TokenRefusal = await tokens.verify(credential);
  if (isRefused(verified)) {
    if (verified.refused === "unavailable") throw new ServiceProblem("identity_unavailable");
    throw unauthenticated(`The token ${REFUSALS[verified.refused]}.`, "invalid_token", verified.check);
  }
  const principal = principalOf(verified);
  if (principal === undefined) throw unauthenticated(`The token ${NO_TENANT}.`, "invalid_token", "tenant");
  return principal;
}

const NO_TENANT = "names no tenant that its issuer is allowed to give";

const REFUSALS: Readonly<Record<TokenRefusal["refused"], string>> = {
  invalid: "is not valid",
  expired: "has expired",
  audience: "is meant for another service",
  issuer: "comes from an issuer that is not configured",
  type: "is not an access token: its `typ` names another kind",
  bound: "is bound to a key (`cnf`), which this service cannot check",
  unavailable: "cannot be verified now",
};

function badBodyToken(message: string, refusal?: TokenRefusal): ServiceProblem {
  if (refusal?.refused === "unavailable") return new ServiceProblem("identity_unavailable");
  const failed = refusal === undefined ? {} : { failedCheck: refusal.check };
  return new ServiceProblem("malformed", { problems: [{ pointer: "/token", message }], ...failed });
}

function unauthenticated(detail: string, error?: string, failedCheck?: string): ServiceProblem {
  const challenge = error === undefined ? "Bearer" : `Bearer error="${error}"`;
  return new ServiceProblem("unauthenticated", {
    detail,
    headers: { "www-authenticate": challenge },
    ...(failedCheck === undefined ? {} : { failedCheck }),
  });
}
