/** What the service says of the policy it decides by. */
import { z } from "zod";

export const policyStatus = z.strictObject({
  revision: z.string(),
  /**
   * `fresh`: what the folder holds. `stale`: the folder has changed and does not load, so the last good policy
   * decides. `failed`: stale for longer than is allowed; every decision is `deny`.
   */
  status: z.enum(["fresh", "stale", "failed"]),
  /** Seconds since this revision was loaded. */
  age: z.number(),
  /** Seconds since the epoch. */
  loaded_at: z.number(),
  stale_since: z.number().optional(),
  last_error: z.string().optional(),
});
export type PolicyStatus = z.infer<typeof policyStatus>;
