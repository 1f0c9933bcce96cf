/** Who may speak to the service, as its configuration says. */
import { dirname, resolve } from "node:path";
import { ApiKeys } from "../identity/api-keys.js";
import { remoteKeySet, rereadKeySet } from "../identity/key-sets.js";
import { type TokenIssuer, TokenVerifier } from "../identity/tokens.js";
import type { Clock } from "../state/clock.js";
import type { Authenticator } from "./authenticate.js";
import type { ServiceConfig } from "./config.js";
import { readSmallFile } from "./secret-files.js";

/** Reads what the configuration names; files are sought from the folder of `configFile`. Rejects where one is missing. */
export async function authenticatorOf(
  config: ServiceConfig,
  configFile: string | undefined,
  clock: Clock,
): Promise<Authenticator> {
  const { keys, issuers } = config.auth;
  const base = configFile === undefined ? "." : dirname(configFile);
  const known = await Promise.all(issuers.map((issuer) => tokenIssuerOf(issuer, base, clock)));
  return {
    required: keys.length > 0 || issuers.length > 0,
    keys: new ApiKeys(keys),
    tokens: new TokenVerifier(known, clock),
    clock,
  };
}

async function tokenIssuerOf(
  issuer: ServiceConfig["auth"]["issuers"][number],
  base: string,
  clock: Clock,
): Promise<TokenIssuer> {
  const { jwks_url, jwks_file = "" } = issuer;
  const readKeys = async () => JSON.parse(await readSmallFile(resolve(base, jwks_file))) as unknown;
  return {
    issuer: issuer.issuer,
    audience: issuer.audience,
    algorithms: issuer.algorithms,
    keys: jwks_url === undefined ? await rereadKeySet(readKeys, clock) : remoteKeySet(new URL(jwks_url)),
    skew: issuer.skew,
    type: issuer.type,
    claims: {
      roles: issuer.roles_claim,
      groups: issuer.groups_claim,
      tenant: issuer.tenant_claim,
      agent: issuer.agent_claim,
    },
  };
}
