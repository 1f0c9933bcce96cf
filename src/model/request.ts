/** The body of `POST /decide` and of a batch. */
import { z } from "zod";
import { actors, id, identity, LIMITS, labelNames } from "./common.js";

export const decideRequest = z.strictObject({
  /** Idempotency key, unique per intended call. */
  id: id.optional(),
  /** Who asked … what executes; or `token` instead. */
  actors: actors.optional(),
  /** A JWT of a configured issuer that carries the chain. */
  token: z.string().min(1).max(LIMITS.grant).optional(),
  /** The catalogue name or the wire name; exactly one of `tool` and `channel`. */
  tool: id.optional(),
  channel: id.optional(),
  args: z.record(z.string(), z.json()).optional(),
  /** Labels the caller attests, by argument (`*` is all of them, `message.body` a nested one). They only add. */
  labels: z.record(z.string().max(LIMITS.id), labelNames).optional(),
  session: identity.optional(),
  transaction: id.optional(),
  context: z.record(z.string().max(LIMITS.id), z.json()).optional(),
  tenant: identity.optional(),
  /** Grants in hand; the service also finds them by digest. */
  approvals: z.array(z.string().min(1).max(LIMITS.grant)).max(LIMITS.approvals).optional(),
  /** Obligations the caller can carry out; `timeout` and `log` where it does not say. */
  supports: z.array(id).max(32).optional(),
  /** Decides, and charges, opens and stores nothing. */
  dry_run: z.boolean().optional(),
});
export type DecideRequest = z.infer<typeof decideRequest>;

export const batchRequest = z.strictObject({ requests: z.array(decideRequest).min(1).max(LIMITS.batch) });
