/** Builds the authenticator that the configuration describes. */
import { dirname, resolve } from "node:path";
import { DEFAULT_TENANT } from "../engine/request/call.js";
import { ApiKeys } from "../identity/api-keys.js";
import { remoteKeySet, rereadKeySet } from "../identity/key-sets.js";
import { type TokenIssuer, TokenVerifier } from "../identity/tokens.js";
import type { Clock } from "../state/clock.js";
import type { Authenticator } from "./authenticate.js";
import type { ServiceConfig } from "./config.js";
import { readSmallFile } from "./secret-files.js";

/** Reads the files that the configuration names, relative to the folder of `configFile`. Rejects if one is missing. */
export async function authenticatorOf(
  config: ServiceConfig,
  configFile: string | undefined,
  clock: Clock,
): Promise<Authenticator> {
  const { keys, issuers } = config.auth;
  const base = configFile === undefined ? "." : dirname(configFile);
  const known = await Promise.all(issuers.map((issuer) => tokenIssuerOf(issuer, config.auth, base, clock)));
  return {
    required: keys.length > 0 || issuers.length > 0,
    keys: new ApiKeys(keys),
    tokens: new TokenVerifier(known, clock),
    clock,
    keyProblem: async () => {
      const problems = await Promise.all(known.map((issuer) => issuer.keys.problem()));
      return problems.find((problem) => problem !== undefined);
    },
  };
}

type Auth = ServiceConfig["auth"];
type Issuer = Auth["issuers"][number];

async function tokenIssuerOf(issuer: Issuer, auth: Auth, base: string, clock: Clock): Promise<TokenIssuer> {
  const { jwks_url, jwks_file = "" } = issuer;
  const maxAge = issuer.jwks_max_age * 1000;
  const readKeys = async () => JSON.parse(await readSmallFile(resolve(base, jwks_file))) as unknown;
  return {
    issuer: issuer.issuer,
    audience: issuer.audience,
    algorithms: issuer.algorithms,
    keys:
      jwks_url === undefined
        ? await rereadKeySet(readKeys, clock, maxAge)
        : remoteKeySet(new URL(jwks_url), maxAge),
    skew: issuer.skew,
    type: issuer.type,
    claims: {
      roles: issuer.roles_claim,
      groups: issuer.groups_claim,
      tenant: issuer.tenant_claim,
      agent: issuer.agent_claim,
    },
    ...peopleOf(issuer, auth),
  };
}

/**
 * Which people an issuer may identify. People of the default issuer are identified by their subject alone, and it may
 * assign any role and tenant. People of another issuer are qualified, and it assigns only what its entry lists.
 */
function peopleOf(
  issuer: Issuer,
  { issuers, default_issuer }: Auth,
): Pick<TokenIssuer, "prefix" | "reserved" | "roles" | "tenants"> {
  const isNamed = ({ issuer: iss, name }: Issuer) => iss === default_issuer || name === default_issuer;
  const isDefault = default_issuer === undefined ? issuer === issuers[0] : isNamed(issuer);
  const prefixOf = ({ name, issuer: iss }: Issuer) => name ?? iss;
  const roles = issuer.roles ?? (isDefault ? undefined : []);
  const tenants = issuer.tenants ?? (isDefault ? undefined : [DEFAULT_TENANT]);
  return {
    ...(isDefault ? {} : { prefix: prefixOf(issuer) }),
    reserved: isDefault ? issuers.filter((other) => other !== issuer).map(prefixOf) : [],
    roles: roles === undefined ? undefined : new Set(roles),
    tenants: tenants === undefined ? undefined : new Set(tenants),
  };
}
