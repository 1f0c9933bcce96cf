/** The answer to a decision request. */
import { z } from "zod";
import { id, verdict } from "./common.js";

export const reason = z
  .strictObject({
    rule: z
      .string()
      .describe(
        "Qualified name of the rule, limit or exception, or a built-in refusal such as `builtin.unknown_tool`.",
      ),
    id: z.string().optional().describe("The rule's `@id`."),
    effect: z
      .enum(["allow", "deny", "require", "limit", "exception", "builtin"])
      .describe("What kind of rule this is."),
    at: z.string().optional().describe("Where the rule is: `file:line:column`."),
    message: z
      .string()
      .optional()
      .describe(
        "Text for people and models. It holds no argument value and nothing of the policy beyond `because`.",
      ),
    pointers: z
      .array(z.string())
      .optional()
      .describe("JSON pointers into `args`, if a built-in refusal is about these places."),
    unknown: z
      .boolean()
      .optional()
      .describe("True if the rule refuses or demands only because something it reads is not known."),
  })
  .meta({ id: "Reason", description: "A rule that determined the verdict." });
export type Reason = z.infer<typeof reason>;

const seconds = (text: string) => z.number().describe(`${text}, in seconds since the epoch.`);
const needId = z.string().optional().describe("The approval's id. Absent in a dry run, which opens nothing.");
const digest = z.string().describe("Digest of the call. An approval of another call does not count.");
const needStatus = z.enum(["pending", "rejected"]).optional().describe("How far the approval is.");
const needExpires = seconds("When the approval expires").optional();
const needUrl = z.string().optional().describe("Where the approval is read: a path of this service.");

export const stepUpNeed = z
  .strictObject({
    type: z.literal("step-up").describe("The user must sign in again."),
    level: z.string().describe("The assurance level that the policy names."),
    acr_values: z.array(z.string()).describe("Each `acr` that suffices, weakest first."),
    max_age: z.number().optional().describe("The oldest sign-in that suffices, in seconds."),
  })
  .meta({ id: "StepUpNeed", description: "The user must sign in again, more strongly or more recently." });
export const approvalNeed = z
  .strictObject({
    type: z.literal("approval").describe("Other people must approve."),
    id: needId,
    scheme: z.string().describe("Qualified name of the approval scheme."),
    digest,
    quorum: z.number().describe("How many people must approve."),
    have: z.number().describe("How many people have approved."),
    from: z.array(z.string()).describe("Roles whose members may approve."),
    at: z.string().optional().describe("The assurance level that an approver's own sign-in must reach."),
    status: needStatus,
    expires_at: needExpires,
    url: needUrl,
  })
  .meta({ id: "ApprovalNeed", description: "Other people must approve this call." });
export const confirmationNeed = z
  .strictObject({
    type: z.literal("confirmation").describe("The user must confirm."),
    id: needId,
    digest,
    status: needStatus,
    expires_at: needExpires,
    url: needUrl,
  })
  .meta({ id: "ConfirmationNeed", description: "The user must confirm this call." });
export const need = z
  .discriminatedUnion("type", [stepUpNeed, approvalNeed, confirmationNeed])
  .meta({ id: "Need", description: "What is missing for `allow`." });
export type Need = z.infer<typeof need>;

/** What the enforcement point must carry out. If it cannot, it must not make the call. */
export const obligation = z
  .discriminatedUnion("type", [
    z
      .strictObject({
        type: z.literal("timeout").describe("Stop the call in time."),
        seconds: z.number().describe("How long the call may take, in seconds."),
      })
      .meta({ id: "TimeoutObligation", description: "Stop the call after this time." }),
    z
      .strictObject({
        type: z.literal("rows").describe("Cut the result."),
        count: z.number().describe("How many rows of the result may be passed on."),
      })
      .meta({ id: "RowsObligation", description: "Pass on at most this many rows of the result." }),
    z
      .strictObject({
        type: z.literal("redact").describe("Replace values in the result."),
        places: z.array(z.string()).describe("Fields of the result whose values are replaced."),
      })
      .meta({ id: "RedactObligation", description: "Replace the values of these fields of the result." }),
    z
      .strictObject({
        type: z.literal("drop").describe("Remove fields of the result."),
        places: z.array(z.string()).describe("Fields of the result that are removed."),
      })
      .meta({ id: "DropObligation", description: "Remove these fields of the result." }),
    z
      .strictObject({
        type: z.literal("mask").describe("Mask a field of the result."),
        place: z.string().describe("The field of the result that is masked."),
        how: z
          .enum(["last4", "hash", "full"])
          .describe("What remains: the last four characters, a hash, nothing."),
      })
      .meta({ id: "MaskObligation", description: "Mask this field of the result." }),
    z
      .strictObject({
        type: z.literal("filter").describe("Keep some rows of the result."),
        column: z.string().describe("The column that is compared."),
        values: z.array(z.string()).describe("Rows with one of these values are passed on."),
      })
      .meta({ id: "FilterObligation", description: "Pass on only rows with one of these values." }),
    z
      .strictObject({
        type: z.literal("notify").describe("Notify people or teams."),
        whom: z.array(z.string()).describe("Who is notified, as the policy names them."),
      })
      .meta({ id: "NotifyObligation", description: "Notify these people or teams of the call." }),
    z
      .strictObject({
        type: z.literal("sandbox").describe("Run the call in a sandbox."),
        profiles: z.array(z.string()).describe("Sandbox profiles, all of which apply."),
      })
      .meta({ id: "SandboxObligation", description: "Run the call in a sandbox with these profiles." }),
    z
      .strictObject({
        type: z.literal("log").describe("Log the call."),
        level: z.enum(["standard", "full"]).describe("How much is logged."),
      })
      .meta({ id: "LogObligation", description: "Log the call." }),
  ])
  .meta({ id: "Obligation", description: "What the enforcement point must carry out if it makes the call." });
export type Obligation = z.infer<typeof obligation>;

export const limitState = z
  .strictObject({
    name: z.string().describe("Qualified name of the limit."),
    remaining: z
      .number()
      .describe("What is left after this verdict, in the limit's own unit. Never below zero."),
    cap: z.number().describe("What the limit admits per window, in the limit's own unit."),
    resets_at: seconds("When some of it becomes available again")
      .optional()
      .describe(
        "When some of it becomes available again, in seconds since the epoch. Absent if nothing is spent or nothing returns.",
      ),
  })
  .meta({ id: "LimitState", description: "What is left of a limit." });
export type LimitState = z.infer<typeof limitState>;

export const retry = z
  .discriminatedUnion("when", [
    z
      .strictObject({ when: z.literal("never").describe("The same call is denied again.") })
      .meta({ id: "RetryNever", description: "Asking again does not help." }),
    z
      .strictObject({ when: z.literal("after_needs").describe("Ask again once the needs are met.") })
      .meta({ id: "RetryAfterNeeds", description: "Ask again once all needs are met." }),
    z
      .strictObject({
        when: z.literal("at").describe("Ask again at a time."),
        at: seconds("The earliest time at which asking again can help"),
      })
      .meta({ id: "RetryAt", description: "Ask again at this time." }),
  ])
  .meta({ id: "Retry", description: "Whether and when asking again can help." });
export type Retry = z.infer<typeof retry>;

export const decision = z
  .strictObject({
    decision: verdict,
    decision_id: z.string().describe("Names this decision in outcomes and logs."),
    reasons: z.array(reason).describe("The rules that determined the verdict."),
    needs: z.array(need).describe("What is missing for `allow`. Empty for `allow` and `deny`."),
    obligations: z
      .array(obligation)
      .describe("What the enforcement point must carry out. If it cannot, it must not make the call."),
    limits: z.array(limitState).describe("What is left of each limit that meters this call."),
    retry: retry.optional().describe("Whether and when asking again can help. Absent for `allow`."),
    exceptions: z.array(z.string()).describe("Qualified names of the exceptions that were used."),
    alerts: z
      .array(z.string())
      .optional()
      .describe("Qualified names of the limits with `over alert` that this call exceeds."),
    shadow: z
      .array(reason)
      .optional()
      .describe("What shadow rules would have decided. They never change the verdict."),
    replayed: z
      .boolean()
      .optional()
      .describe("True if this answer was given before, under the same `id`. It then lists no limits."),
    dry_run: z
      .literal(true)
      .optional()
      .describe("The request was a dry run. Nothing was charged or kept, and no call may rely on it."),
    revision: z.string().describe("The policy's revision."),
    evaluated_at: seconds("When this was decided"),
    expires_at: seconds("An `allow` is void after this time").describe(
      "An `allow` is void after this time, in seconds since the epoch.",
    ),
  })
  .meta({ id: "Decision", description: "The answer to a decision request." });
export type Decision = z.infer<typeof decision>;

export const batchDecision = z
  .strictObject({ decisions: z.array(decision).describe("One decision per request, in the same order.") })
  .meta({ id: "BatchDecision", description: "The answers to a batch." });

const outcomeStatus = z.enum(["ok", "failed", "not_run", "unknown"]).meta({
  id: "OutcomeStatus",
  description:
    "`ok`: the call succeeded. `failed`: it ran and failed. `not_run`: it was never made. `unknown`: the outcome is not known.",
});

export const outcomeRequest = z
  .strictObject({
    decision_id: id.describe("The decision that allowed the call."),
    status: outcomeStatus,
    reported: z
      .record(z.string().max(256), z.number().min(0))
      .optional()
      .describe(
        "Amounts that settle limits metering `reported`, by the limit's last or full name. What is too large to count counts as the largest amount there is.",
      ),
    labels: z
      .array(id)
      .max(64)
      .optional()
      .describe("Labels of the result, besides those that the policy gives it."),
    result: z
      .json()
      .optional()
      .describe("The result of the call: any JSON. The session remembers what it names."),
  })
  .meta({ id: "OutcomeRequest", description: "What became of an allowed call." });
export type OutcomeRequest = z.infer<typeof outcomeRequest>;
export const outcomeAnswer = z
  .strictObject({
    decision_id: z.string().describe("The decision that allowed the call."),
    status: outcomeStatus.describe("The outcome that is now recorded."),
    repeated: z.boolean().describe("True if this report was made before."),
    notice: z
      .string()
      .optional()
      .describe("What was not taken as it was sent: a result that could not be read."),
  })
  .meta({ id: "OutcomeAnswer", description: "The outcome as it is recorded." });
export type OutcomeAnswer = z.infer<typeof outcomeAnswer>;
