/** The body of `POST /decide` and of a batch. */
import { z } from "zod";
import { actors, id, identity, LIMITS, labelNames, WHO } from "./common.js";

export const decideRequest = z
  .strictObject({
    id: id
      .optional()
      .describe("Idempotency key, unique per intended call. The same key and call get the same answer."),
    actors: actors.optional().describe("Who acts. Exactly one of `actors` and `token` is required."),
    token: z
      .string()
      .min(1)
      .max(LIMITS.grant)
      .optional()
      .describe("A JWT of a configured issuer that names who acts, instead of `actors`."),
    tool: id
      .optional()
      .describe(
        "The tool's name in the catalogue, or its wire name. Exactly one of `tool` and `channel` is required.",
      ),
    channel: id.optional().describe("The channel's name, instead of `tool`."),
    args: z
      .record(z.string(), z.json())
      .optional()
      .describe("The arguments of the call, exactly as they will be sent."),
    labels: z
      .record(z.string().max(LIMITS.id), labelNames)
      .optional()
      .describe(
        "Labels that the caller attests, per argument: `*` is all arguments, `message.body` a nested one. They only add.",
      ),
    session: identity.optional().describe("The open session that the call belongs to."),
    transaction: id.optional().describe("The open transaction that the call belongs to."),
    context: z
      .record(z.string().max(LIMITS.id), z.json())
      .optional()
      .describe("Further facts for the policy, as its `schema context` declares them."),
    tenant: identity
      .optional()
      .describe("The tenant. The default is the credential's tenant, or else `default`."),
    approvals: z
      .array(z.string().min(1).max(LIMITS.grant))
      .max(LIMITS.approvals)
      .optional()
      .describe("Approval grants that the caller holds. The service also finds grants by the call's digest."),
    supports: z
      .array(id)
      .max(32)
      .optional()
      .describe(
        "Types of obligations that the caller can carry out. `timeout` and `log` are always assumed.",
      ),
    dry_run: z.boolean().optional().describe("Decide without charging, opening or storing anything."),
  })
  .meta({
    id: "DecideRequest",
    description: "A call that is about to be made.",
    exclusive: [WHO, ["tool", "channel"]],
  });
export type DecideRequest = z.infer<typeof decideRequest>;

export const batchRequest = z
  .strictObject({
    requests: z
      .array(decideRequest)
      .min(1)
      .max(LIMITS.batch)
      .describe("The calls. They are decided in order, as if sent one after another."),
  })
  .meta({ id: "BatchRequest", description: "Several calls that are about to be made." });
