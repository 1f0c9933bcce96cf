/** Answers about the policy in service. */
import { z } from "zod";

export const policyStatus = z
  .strictObject({
    revision: z.string().describe("Revision of the policy that decides."),
    status: z
      .enum(["fresh", "stale", "failed"])
      .describe(
        "`fresh`: the policy matches its folder. `stale`: the folder changed and does not load, so the last good policy " +
          "decides. `failed`: it has been stale for longer than is allowed, and every decision is `deny`.",
      ),
    age: z.number().describe("Time since this revision was loaded, in seconds."),
    loaded_at: z.number().describe("When this revision was loaded, in seconds since the epoch."),
    stale_since: z
      .number()
      .optional()
      .describe("When the folder stopped loading, in seconds since the epoch."),
    last_error: z.string().optional().describe("Why the folder does not load."),
  })
  .meta({ id: "PolicyStatus", description: "The policy that decides and how current it is." });
export type PolicyStatus = z.infer<typeof policyStatus>;
