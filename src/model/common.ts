/** Bounds and small shapes that several messages share. */
import { z } from "zod";

declare module "zod" {
  interface GlobalMeta {
    /**
     * Groups of fields: exactly one field of each group is required. The description states it, the engine checks it.
     */
    exclusive?: readonly (readonly string[])[];
    /** Replaces keywords in the published description, if the ones that check requests are not portable. */
    documented?: Readonly<Record<string, unknown>>;
  }
}

/** Every size limit of the wire. Lengths are UTF-16 units, as JSON Schema validators count them. */
export const LIMITS = {
  id: 256,
  actors: 16,
  scopes: 128,
  labels: 64,
  approvals: 8,
  grant: 8192,
  batch: 100,
  plan: 64,
  stated: 65_536,
  comment: 2_000,
  bodyBytes: 1_048_576,
  jsonDepth: 32,
  /** Members beyond the first 16 of each object of a body, summed over all its objects. */
  crowd: 10_000,
} as const;

/**
 * An identifier on the wire: not empty, no control characters, no lone surrogates, because two of them would be one
 * key.
 */
export const id = z
  .string()
  .min(1)
  .max(LIMITS.id)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u)
  .meta({
    id: "Id",
    description: "A name without control characters and without unpaired surrogates.",
    documented: { pattern: "^[^\\x00-\\x1f\\x7f-\\x9f]*$" },
  });
const words = (max: number) => z.array(id).max(max);

/**
 * Characters that are invisible or look blank: controls, formats (including bidi controls), private use, odd blanks.
 */
const UNSEEN = "\\p{Cc}\\p{Cs}\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}\\p{DI}\\u1680\\u2800";
/**
 * Cased characters that NFKC replaces (`\ufb01`, `\uff21`), and that no Unicode property separates from other cased
 * ones.
 */
const COMPATIBLE =
  "\\u00b5\\u0132\\u013f\\u0149\\u017f\\u01c4-\\u01cc\\u01f1-\\u01f3\\u03d0-\\u03d6\\u03f0-\\u03f5\\u03f9\\u0587\\u1e9a\\u1e9b" +
  "\\u1fbb\\u1fc9\\u1fcb\\u1fdb\\u1feb\\u1ff9\\u1ffb\\u2126\\u212a\\u212b\\u2160-\\u216f\\u24b6-\\u24cf\\ufb00-\\ufb17\\uff21-\\uff3a";
/** A letter followed by its combining accent, and other sequences that compose to one character. */
const DECOMPOSED = "[\\p{sc=Latn}\\p{sc=Grek}\\p{sc=Cyrl}][\\u0300-\\u036f]|[\\u1100-\\u11ff\\u3099\\u309a]";

/** The pattern of `identity`, for JSON Schema. */
export const IDENTITY_PATTERN = `^(?! |.* $|\\.{1,2}$|.*(?:${DECOMPOSED}))(?:(?![${UNSEEN}${COMPATIBLE}])(?:\\p{CWCF}|\\P{CWKCF}))*$`;

/**
 * An id that identifies a person, an agent, a tenant or a session. Two ids must not look alike, so an id has no blank
 * at either end, no invisible character, and no character that is a variant of another one (NFKC). It is neither `.`
 * nor `..`, which no path of the API can name.
 */
export const identity = z
  .string()
  .min(1)
  .max(LIMITS.id)
  .regex(new RegExp(IDENTITY_PATTERN, "u"))
  .meta({
    id: "Identity",
    description:
      "The id of a person, an agent, a tenant or a session. The pattern is necessary, not sufficient: also refused are a " +
      "blank at either end, `.`, `..`, invisible characters, and characters that NFKC normalisation changes.",
    documented: { pattern: "^[^\\x00-\\x1f\\x7f-\\x9f]*$", format: "identity" },
  });

/** Seconds since the Unix epoch, as in JWT NumericDate (RFC 7519 section 2). */
export const numericDate = z
  .number()
  .min(0)
  .max(253_402_300_799)
  .meta({ id: "NumericDate", description: "Seconds since the Unix epoch, with fractions." });

export const labelNames = words(LIMITS.labels);

const attributes = z.record(z.string().max(LIMITS.id), z.json());

/** The person at the start of the chain. Attributes that `schema user` does not declare are ignored. */
export const userActor = z
  .strictObject({
    type: z.literal("user").describe("A person."),
    id: identity.describe("The person's id, as policies and approvals name them."),
    roles: words(LIMITS.scopes).optional().describe("Roles of the person, as policies name them."),
    groups: words(LIMITS.scopes).optional().describe("Groups of the person."),
    scopes: words(LIMITS.scopes).optional().describe("OAuth scopes that the person granted."),
    acr: id.optional().describe("How strongly the person signed in: the `acr` of the identity token."),
    auth_time: numericDate.optional().describe("When the person signed in, in seconds since the epoch."),
    attributes: attributes
      .optional()
      .describe("Further attributes. Those that the policy's `schema user` does not declare are ignored."),
  })
  .meta({ id: "UserActor", description: "The person for whom agents act." });

/** The credential that an agent acts with; both times are checked against the limits that the bundle declares. */
export const credential = z
  .strictObject({
    issued_at: numericDate.describe("When the credential was issued, in seconds since the epoch."),
    expires_at: numericDate.describe("When the credential expires, in seconds since the epoch."),
  })
  .meta({ id: "Credential", description: "The lifetime of the credential that an agent acts with." });

export const agentActor = z
  .strictObject({
    type: z.literal("agent").describe("A program."),
    id: identity.describe("The agent's id, as the policy declares it."),
    scopes: words(LIMITS.scopes)
      .optional()
      .describe("OAuth scopes of the agent. They cannot exceed those of the actor before it."),
    credential: credential.optional().describe("The lifetime of the agent's credential."),
    attributes: attributes
      .optional()
      .describe("Further attributes. Those that the policy's `schema agent` does not declare are ignored."),
  })
  .meta({ id: "AgentActor", description: "An agent in the chain." });

/** Fields of which a body has exactly one. */
export const WHO = ["actors", "token"] as const;

/**
 * The chain from the requester to the executing agent. At most one user, first, and at least one agent (checked in
 * code).
 */
export const actors = z
  .array(
    z
      .discriminatedUnion("type", [userActor, agentActor])
      .meta({ id: "Actor", description: "A person or an agent." }),
  )
  .min(1)
  .max(LIMITS.actors)
  .meta({
    id: "Actors",
    description:
      "The chain from who asked to what executes: at most one user, who comes first, then one or more agents.",
  });

export type UserActor = z.infer<typeof userActor>;
export type AgentActor = z.infer<typeof agentActor>;
export type Actor = UserActor | AgentActor;

export const verdict = z
  .enum(["allow", "deny", "require-approval", "step-up"])
  .meta({ id: "Verdict", description: "The verdict. Only `allow` permits the call." });
export type VerdictName = z.infer<typeof verdict>;
