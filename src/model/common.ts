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

/** Seconds since the Unix epoch, as in JWT NumericDate (RFC 7519 section 2). */
export const numericDate = z.number().min(0).max(253_402_300_799);

export const labelName = id;
export const labelNames = words(LIMITS.labels);

/** The person at the head of the chain. Attributes beyond what `schema user` declares are ignored. */
export const userActor = z.strictObject({
  type: z.literal("user"),
  id,
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
  id,
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
