/** Bounds and small shapes that several messages share. */
import { z } from "zod";

/** Every size limit of the wire, in one place. Lengths are UTF-16 units, as JSON Schema validators count them. */
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
} as const;

/** An identifier on the wire: not empty, no control characters, no half of a surrogate pair: two such halves would be one key. */
export const id = z
  .string()
  .min(1)
  .max(LIMITS.id)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);
const words = (max: number) => z.array(id).max(max);

/** Not shown, or shown as a blank: controls, formats (with what turns the reading order), private use, odd blanks. */
const UNSEEN = "\\p{Cc}\\p{Cs}\\p{Cf}\\p{Co}\\p{Zl}\\p{Zp}\\p{DI}\\u1680\\u2800";
/** Cased characters that NFKC writes as others (`\ufb01`, `\uff21`), which no property of Unicode tells from other cased ones. */
const COMPATIBLE =
  "\\u00b5\\u0132\\u013f\\u0149\\u017f\\u01c4-\\u01cc\\u01f1-\\u01f3\\u03d0-\\u03d6\\u03f0-\\u03f5\\u03f9\\u0587\\u1e9a\\u1e9b" +
  "\\u1fbb\\u1fc9\\u1fcb\\u1fdb\\u1feb\\u1ff9\\u1ffb\\u2126\\u212a\\u212b\\u2160-\\u216f\\u24b6-\\u24cf\\ufb00-\\ufb17\\uff21-\\uff3a";
/** A letter and its accent as two characters, and what else composes to one. */
const DECOMPOSED = "[\\p{sc=Latn}\\p{sc=Grek}\\p{sc=Cyrl}][\\u0300-\\u036f]|[\\u1100-\\u11ff\\u3099\\u309a]";

/** The pattern of `identity`, for JSON Schema. */
export const IDENTITY_PATTERN = `^(?! |.* $|\\.{1,2}$|.*(?:${DECOMPOSED}))(?:(?![${UNSEEN}${COMPATIBLE}])(?:\\p{CWCF}|\\P{CWKCF}))*$`;

/**
 * The id that distinguishes one from others: a person, an agent, a tenant, a session. Two that look
 * alike are not two: no blank at either end, nothing that is not shown, and no character that is a variant of another one
 * (NFKC). Neither `.` nor `..`, which no path of the API can name.
 */
export const identity = z.string().min(1).max(LIMITS.id).regex(new RegExp(IDENTITY_PATTERN, "u"));

/** Seconds since the Unix epoch, as in JWT NumericDate (RFC 7519 section 2). */
export const numericDate = z.number().min(0).max(253_402_300_799);

export const labelNames = words(LIMITS.labels);

/** The person at the head of the chain. Attributes beyond what `schema user` declares are ignored. */
export const userActor = z.strictObject({
  type: z.literal("user"),
  id: identity,
  roles: words(LIMITS.scopes).optional(),
  groups: words(LIMITS.scopes).optional(),
  scopes: words(LIMITS.scopes).optional(),
  acr: id.optional(),
  auth_time: numericDate.optional(),
  attributes: z.record(z.string().max(LIMITS.id), z.json()).optional(),
});

/** The credential that an agent acts with; both times are checked against what the bundle declares. */
export const credential = z.strictObject({ issued_at: numericDate, expires_at: numericDate });

export const agentActor = z.strictObject({
  type: z.literal("agent"),
  id: identity,
  scopes: words(LIMITS.scopes).optional(),
  credential: credential.optional(),
  attributes: z.record(z.string().max(LIMITS.id), z.json()).optional(),
});

/** Who asked … what executes. At most one user, first, and at least one agent (checked beyond the shape). */
export const actors = z
  .array(z.discriminatedUnion("type", [userActor, agentActor]))
  .min(1)
  .max(LIMITS.actors);

export type UserActor = z.infer<typeof userActor>;
export type AgentActor = z.infer<typeof agentActor>;
export type Actor = UserActor | AgentActor;

export const verdict = z.enum(["allow", "deny", "require-approval", "step-up"]);
export type VerdictName = z.infer<typeof verdict>;
