/** Errors on the wire: RFC 9457 problem details. */
import { z } from "zod";
import { reason } from "./decision.js";

export const problem = z.strictObject({
  /** Stable: `urn:writ:problem:` and a word. */
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  /** Every mistake found, each with the JSON pointer of its place in the body. */
  problems: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).optional(),
  /** Always `deny` where a decision was asked for, so that a caller that reads only this is safe. */
  decision: z.literal("deny").optional(),
  /** Where a decision was made for want of state: which one it was, by which policy, and what it says. */
  decision_id: z.string().optional(),
  revision: z.string().optional(),
  reasons: z.array(reason).optional(),
});
export type Problem = z.infer<typeof problem>;
