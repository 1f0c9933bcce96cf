/** The answer to a decision request. */
import { z } from "zod";
import { id, verdict } from "./common.js";

export const reason = z.strictObject({
  /** The qualified name of the rule, limit or exception; or a built-in refusal such as `builtin.unknown_tool`. */
  rule: z.string(),
  /** The rule's `@id`. */
  id: z.string().optional(),
  effect: z.enum(["allow", "deny", "require", "limit", "exception", "builtin"]),
  /** `file:line:column` of the rule. */
  at: z.string().optional(),
  /** Safe to show to a model: no argument value, nothing of the policy's inside beyond `because`. */
  message: z.string().optional(),
  /** Where a built-in refusal is about one place of the request: a JSON pointer into `args`. */
  pointers: z.array(z.string()).optional(),
  /** True where the rule refuses or demands only because something it reads is not known. */
  unknown: z.boolean().optional(),
});
export type Reason = z.infer<typeof reason>;

export const stepUpNeed = z.strictObject({
  type: z.literal("step-up"),
  level: z.string(),
  /** Every `acr` that would do, weakest first. */
  acr_values: z.array(z.string()),
  /** Seconds. */
  max_age: z.number().optional(),
});
export const approvalNeed = z.strictObject({
  type: z.literal("approval"),
  /** Absent in a dry run, where nothing is opened. */
  id: z.string().optional(),
  scheme: z.string(),
  digest: z.string(),
  quorum: z.number(),
  have: z.number(),
  from: z.array(z.string()),
  /** The approver's own sign-in must be at least this. */
  at: z.string().optional(),
  status: z.enum(["pending", "rejected"]).optional(),
  expires_at: z.number().optional(),
  url: z.string().optional(),
});
export const confirmationNeed = z.strictObject({
  type: z.literal("confirmation"),
  id: z.string().optional(),
  digest: z.string(),
  status: z.enum(["pending", "rejected"]).optional(),
  expires_at: z.number().optional(),
  url: z.string().optional(),
});
export const need = z.discriminatedUnion("type", [stepUpNeed, approvalNeed, confirmationNeed]);
export type Need = z.infer<typeof need>;

/** What the enforcement point must carry out; one that cannot must not make the call. */
export const obligation = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("timeout"), seconds: z.number() }),
  z.strictObject({ type: z.literal("rows"), count: z.number() }),
  z.strictObject({ type: z.literal("redact"), places: z.array(z.string()) }),
  z.strictObject({ type: z.literal("drop"), places: z.array(z.string()) }),
  z.strictObject({ type: z.literal("mask"), place: z.string(), how: z.enum(["last4", "hash", "full"]) }),
  z.strictObject({ type: z.literal("filter"), column: z.string(), values: z.array(z.string()) }),
  z.strictObject({ type: z.literal("notify"), whom: z.array(z.string()) }),
  z.strictObject({ type: z.literal("sandbox"), profiles: z.array(z.string()) }),
  z.strictObject({ type: z.literal("log"), level: z.enum(["standard", "full"]) }),
]);
export type Obligation = z.infer<typeof obligation>;

export const limitState = z.strictObject({
  name: z.string(),
  /** What is left after this verdict, in the limit's own unit; never below zero. */
  remaining: z.number(),
  cap: z.number(),
  /** Seconds since the epoch at which some of it comes back; absent where nothing is spent or nothing ever comes back. */
  resets_at: z.number().optional(),
});
export type LimitState = z.infer<typeof limitState>;

export const retry = z.discriminatedUnion("when", [
  z.strictObject({ when: z.literal("never") }),
  z.strictObject({ when: z.literal("after_needs") }),
  z.strictObject({ when: z.literal("at"), at: z.number() }),
]);
export type Retry = z.infer<typeof retry>;

export const decision = z.strictObject({
  decision: verdict,
  decision_id: z.string(),
  reasons: z.array(reason),
  needs: z.array(need),
  obligations: z.array(obligation),
  limits: z.array(limitState),
  /** Absent on `allow`. */
  retry: retry.optional(),
  /** Exceptions that were used, by qualified name. */
  exceptions: z.array(z.string()),
  /** Limits with `over alert` that this call passed. */
  alerts: z.array(z.string()).optional(),
  /** What shadow rules would have said: never part of the verdict. */
  shadow: z.array(reason).optional(),
  /** This answer was given before, under the same key. It names no limits: what was left then need not be left now. */
  replayed: z.boolean().optional(),
  /** The request was a dry run: nothing was charged, opened or kept, and nothing may be done on the strength of it. */
  dry_run: z.literal(true).optional(),
  revision: z.string(),
  /** Seconds since the epoch. */
  evaluated_at: z.number(),
  /** An `allow` is not to be acted on after this. */
  expires_at: z.number(),
});
export type Decision = z.infer<typeof decision>;

export const batchDecision = z.strictObject({ decisions: z.array(decision) });

export const outcomeRequest = z.strictObject({
  decision_id: id,
  status: z.enum(["ok", "failed", "not_run", "unknown"]),
  /** What a limit that meters `reported` is settled with, by the limit's last or full name. What is too large to count counts as the largest amount there is. */
  reported: z.record(z.string().max(256), z.number().min(0)).optional(),
  labels: z.array(id).max(64).optional(),
  result: z.json().optional(),
});
export type OutcomeRequest = z.infer<typeof outcomeRequest>;
export const outcomeAnswer = z.strictObject({
  decision_id: z.string(),
  status: z.enum(["ok", "failed", "not_run", "unknown"]),
  /** True where this report said nothing new. */
  repeated: z.boolean(),
  /** What was not taken as it was sent: a result that could not be read. */
  notice: z.string().optional(),
});
export type OutcomeAnswer = z.infer<typeof outcomeAnswer>;
