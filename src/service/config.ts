/** The service's configuration file: JSON without unknown keys, and without secrets except the webhook's. */
import { z } from "zod";
import { suggest } from "../diagnostics/did-you-mean.js";
import { API_KEY_ID } from "../identity/api-keys.js";
import { SCOPES } from "../identity/scopes.js";
import { TOKEN_ALGORITHMS } from "../identity/tokens.js";
import { id, identity } from "../model/common.js";
import { findHiddenCharacter } from "../source/hidden-characters.js";
import type { JsonMistake } from "../values/json-check.js";
import { readJson } from "../values/read-json.js";

const claim = z.union([id, z.array(id).min(1).max(8)]);
const httpUrl = z.url({ protocol: /^https?$/ });

const apiKey = z.strictObject({
  id: z.string().regex(API_KEY_ID, "letters, digits and `-`, at most 64"),
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/, "`sha256:` and 64 hex digits"),
  scopes: z.array(z.enum(SCOPES)).min(1),
  tenant: identity.optional(),
  person: z
    .strictObject({ id: identity, roles: z.array(id).max(128).default([]), acr: id.optional() })
    .optional(),
  expires_at: z.number().optional(),
});

const issuer = z
  .strictObject({
    issuer: z.string().min(1),
    audience: z.union([id.transform((one) => [one]), z.array(id).min(1)]),
    jwks_url: httpUrl.optional(),
    jwks_file: z.string().min(1).optional(),
    /** Seconds that fetched keys are used without another check: how long a withdrawn key may still be accepted. */
    jwks_max_age: z.number().min(1).max(3_600).default(60),
    /**
     * Qualifies the issuer's people unless it is the default issuer: `partner` makes its `ana` the user `partner|ana`.
     */
    name: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, "letters, digits, `.`, `_` and `-`, at most 64")
      .optional(),
    /** The only roles and tenants that the issuer may assign. */
    roles: z.array(id).max(1_000).optional(),
    tenants: z.array(identity).min(1).max(10_000).optional(),
    algorithms: z.array(z.enum(TOKEN_ALGORITHMS)).min(1),
    skew: z.number().min(0).max(300).default(60),
    type: z.string().min(1).optional(),
    roles_claim: claim.default("roles"),
    groups_claim: claim.default("groups"),
    tenant_claim: claim.optional(),
    agent_claim: claim.optional(),
  })
  .refine((one) => (one.jwks_url === undefined) !== (one.jwks_file === undefined), {
    message: "needs exactly one of `jwks_url` and `jwks_file`",
  })
  .refine((one) => one.tenant_claim !== undefined || (one.tenants ?? []).length < 2, {
    message: "has several `tenants`, so `tenant_claim` must name the claim that contains the tenant",
  });

/** Reports names that two issuers share, and a default issuer that is not listed. */
function issuerMistakes(
  issuers: readonly z.infer<typeof issuer>[],
  defaultIssuer: string | undefined,
): readonly string[] {
  const names = issuers.flatMap(({ issuer: iss, name }) => (name === undefined ? [iss] : [iss, name]));
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  return [
    ...new Set(twice.map((name) => `two issuers have the name \`${name}\``)),
    ...issuers
      .filter(({ issuer: iss, name }) => issuers.length > 1 && name === undefined && iss.includes("|"))
      .map(
        ({ issuer: iss }) =>
          `the issuer \`${iss}\` needs a \`name\`, because \`|\` separates issuers from their people`,
      ),
    ...(defaultIssuer === undefined || names.includes(defaultIssuer)
      ? []
      : ["`default_issuer` is not the `issuer` or `name` of any entry of `issuers`"]),
  ];
}

/** The file's shape. This folder's README lists its keys. */
export const config = z.strictObject({
  listen: z
    .strictObject({ host: z.string().min(1).optional(), port: z.int().min(0).max(65_535).optional() })
    .default({}),
  state: z
    .strictObject({
      url: z.string().min(1).optional(),
      capacity: z.int().min(1).optional(),
      /** Replicas of Redis that must have a commit before it is answered; 0 by default. */
      wait_replicas: z.int().min(0).max(100).optional(),
      /**
       * Seconds one trip may take before the state counts as unreachable, which denies: 0.25 for Redis, 1 for a folder.
       */
      timeout: z.number().min(0.01).max(60).optional(),
    })
    .default({}),
  auth: z
    .strictObject({
      keys: z.array(apiKey).max(10_000).default([]),
      issuers: z.array(issuer).max(16).default([]),
      /**
       * The `issuer` or `name` of the issuer whose people are identified by their subject alone; the first by default.
       */
      default_issuer: z.string().min(1).optional(),
    })
    .superRefine(({ issuers, default_issuer }, context) => {
      for (const message of issuerMistakes(issuers, default_issuer))
        context.addIssue({ code: "custom", message });
    })
    .default({ keys: [], issuers: [] }),
  policy: z
    .strictObject({
      /** In seconds. */
      max_staleness: z.number().min(0).default(3_600),
      /** Seconds between checks of the folder; 0 turns them off. */
      watch: z.number().min(0).max(3_600).default(1),
    })
    .default({ max_staleness: 3_600, watch: 1 }),
  /** Names accepted in `Host`, besides those of this machine; any name if the service is not on loopback. */
  hosts: z.array(z.string().min(1).toLowerCase()).optional(),
  /** Pages that may send requests, as whole origins; none by default. */
  origins: z.array(httpUrl).default([]),
  limits: z
    .strictObject({
      in_flight: z.int().min(1).default(1_000),
      /** Milliseconds that a request may wait before it is processed. */
      queue_ms: z.int().min(1).max(60_000).default(250),
    })
    .default({ in_flight: 1_000, queue_ms: 250 }),
  /** Whether a call of a tool that yields labels needs a session. */
  sessions: z.enum(["optional", "required"]).default("optional"),
  /** Seconds that a request under way may take after the service was asked to stop. */
  shutdown_grace: z.number().min(0).max(600).default(8),
  webhook: z.strictObject({ url: httpUrl, secret: z.string().min(16) }).optional(),
});

const DEPTH_MAX = 32;

/** A configuration with all defaults filled in. */
export type ServiceConfig = z.infer<typeof config>;

/** Lists what is wrong in the file, in words for an operator. Never repeats a value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The configuration if no file is given. */
export function defaultConfig(): ServiceConfig {
  return config.parse({});
}

/**
 * Parses a configuration. Throws ConfigError that names every mistake and its location. Duplicate keys and invisible
 * characters are mistakes: an operator must see exactly what is configured.
 */
export function parseConfig(text: string): ServiceConfig {
  const hidden = findHiddenCharacter(text);
  if (hidden !== undefined) throw new ConfigError(`the configuration has ${hidden.message}`);
  const json = readJson(text, { maxDepth: DEPTH_MAX, exact: true });
  if ("mistake" in json) throw new ConfigError(notJson(text, json.mistake));
  const parsed = config.safeParse(json.value);
  if (parsed.success) return requireSafeAddresses(parsed.data);
  throw new ConfigError(parsed.error.issues.flatMap(messagesOf).join("\n"));
}

function notJson(text: string, { pointer, offset, message }: JsonMistake): string {
  const line = text.slice(0, offset).split("\n").length;
  return `the configuration is not JSON: line ${line}${pointer === "" ? "" : `, at ${pointer}`}: ${message}`;
}

/**
 * Allows plain HTTP to this machine only: over it a signed event is not encrypted, and anyone who answers for an issuer
 * could sign any token. Rejects passwords in addresses, because errors about an address would repeat them.
 */
function requireSafeAddresses(read: ServiceConfig): ServiceConfig {
  const addresses = [
    ["webhook.url", read.webhook?.url] as const,
    ...read.auth.issuers.map(({ jwks_url }, i) => [`auth.issuers.${i}.jwks_url`, jwks_url] as const),
  ];
  const mistakes = addresses.flatMap(([place, address]) => {
    if (address === undefined) return [];
    const url = new URL(address);
    const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
    return [
      ...(url.protocol === "http:" && !isLocal
        ? [`${place}: must be \`https:\` unless it is on this machine`]
        : []),
      ...(url.username !== "" || url.password !== ""
        ? [`${place}: must not contain a user name or password`]
        : []),
    ];
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes.join("\n"));
  return read;
}

function messagesOf(issue: z.core.$ZodIssue): readonly string[] {
  const place = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return [`${place || "the configuration"}: ${issue.message}`];
  return issue.keys.map((key) => {
    const near = suggest(key, knownKeys(issue.path));
    const help = near === undefined ? "" : `; did you mean \`${near}\`?`;
    return `${place === "" ? "" : `${place}.`}${key}: unknown key${help}`;
  });
}

/** The keys allowed at a location. They are read from the schema, so that the two cannot diverge. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = z.toJSONSchema(config, { io: "input" });
  for (const step of path) {
    const { properties, items } = at as { properties?: Record<string, unknown>; items?: unknown };
    at = typeof step === "number" ? items : properties?.[String(step)];
    if (at === undefined) return [];
  }
  return Object.keys((at as { properties?: object }).properties ?? {});
}
