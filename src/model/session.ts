/** Bodies of sessions, transactions and approvals. */
import { z } from "zod";
import { actors, id, identity, LIMITS, WHO } from "./common.js";
import { need } from "./decision.js";

const seconds = (text: string) => z.number().describe(`${text}, in seconds since the epoch.`);
const who = {
  actors: actors.optional().describe("Who acts. Exactly one of `actors` and `token` is required."),
  token: z
    .string()
    .min(1)
    .max(LIMITS.grant)
    .optional()
    .describe("A JWT of a configured issuer that names who acts, instead of `actors`."),
};
const tenant = identity
  .optional()
  .describe("The tenant. The default is the credential's tenant, or else `default`.");

export const openSession = z
  .strictObject({
    id: identity.optional().describe("The id of the new session. The service makes one up if it is absent."),
    tenant,
    ...who,
    stated: z
      .string()
      .max(LIMITS.stated)
      .optional()
      .describe(
        "The user's own words. What they name may be used in calls of this session. Not beside `parent`, whose words count.",
      ),
    parent: identity.optional().describe("The open session, of the same user, that starts this one."),
  })
  .meta({ id: "OpenSession", description: "A session to open.", exclusive: [WHO] });
export type OpenSession = z.infer<typeof openSession>;
export const sessionView = z
  .strictObject({
    id: z.string().describe("The session's id."),
    labels: z.array(z.string()).describe("Labels of the data that the session has seen."),
    steps: z.number().describe("How many calls were allowed in the session and those under it."),
    parent: z.string().optional().describe("The session that started this one."),
    opened_at: seconds("When the session was opened"),
    expires_at: seconds("When the session expires"),
  })
  .meta({ id: "Session", description: "A session." });
export type SessionView = z.infer<typeof sessionView>;

export const plannedCall = z
  .strictObject({
    tool: id.describe("The tool's name."),
    args: z.record(z.string(), z.json()).optional().describe("The arguments of the call."),
  })
  .meta({ id: "PlannedCall", description: "A call of a plan." });
export const openTransaction = z
  .strictObject({
    kind: id.describe("The kind of transaction, as the policy declares it."),
    tenant,
    session: identity.describe("The open session that the transaction belongs to."),
    ...who,
    plan: z
      .array(plannedCall)
      .min(1)
      .max(LIMITS.plan)
      .optional()
      .describe(
        "The calls of the transaction, in order. Required if the policy asks for a plan for this kind.",
      ),
    context: z
      .record(z.string().max(LIMITS.id), z.json())
      .optional()
      .describe("Further facts for the policy that the calls of the plan will be sent with."),
  })
  .meta({ id: "OpenTransaction", description: "A transaction to open.", exclusive: [WHO] });
export type OpenTransaction = z.infer<typeof openTransaction>;
export const transactionView = z
  .strictObject({
    id: z.string().describe("The transaction's id."),
    kind: z.string().describe("The kind of transaction."),
    status: z
      .enum(["open", "committed", "aborted", "expired"])
      .describe("The transaction's state. Only an open one takes calls."),
    steps: z.number().describe("How many calls were allowed in the transaction."),
    needs: z.array(need).describe("What is missing before its plan may be carried out."),
    opened_at: seconds("When the transaction was opened"),
    expires_at: seconds("When the transaction expires"),
  })
  .meta({ id: "Transaction", description: "A transaction." });
export type TransactionView = z.infer<typeof transactionView>;
export const undoCall = z
  .strictObject({
    tool: z.string().describe("The tool that undoes the step."),
    args: z.record(z.string(), z.json()).describe("The arguments that are known."),
    missing: z
      .array(z.string())
      .describe("Arguments of the undo tool that neither the step's arguments nor its result provide."),
    undoes: z.string().describe("The decision whose call this undoes."),
  })
  .meta({ id: "UndoCall", description: "A call that undoes a step." });
const irreversibleStep = z
  .strictObject({
    tool: z.string().describe("The tool that was called."),
    decision_id: z.string().describe("The decision that allowed the call."),
    outcome: z
      .enum(["ok", "failed", "unknown"])
      .optional()
      .describe("The outcome that was reported. Absent if none was."),
  })
  .meta({ id: "IrreversibleStep", description: "A step that cannot be undone." });
export const abortAnswer = z
  .strictObject({
    id: z.string().describe("The transaction's id."),
    status: z.literal("aborted").describe("The transaction takes no more calls."),
    undo: z.array(undoCall).describe("The calls that undo its steps, newest first."),
    irreversible: z
      .array(irreversibleStep)
      .describe("Irreversible steps, newest first: they were allowed, and may have run."),
  })
  .meta({ id: "AbortedTransaction", description: "An aborted transaction and how to undo it." });
export type AbortAnswer = z.infer<typeof abortAnswer>;

/** Read only under `--dev`, on loopback: otherwise callers could approve under a name that they chose. */
export const approver = z
  .strictObject({
    id: identity.describe("The approver's id."),
    roles: z.array(id).max(LIMITS.scopes).optional().describe("The approver's roles."),
    acr: id.optional().describe("How strongly the approver signed in."),
  })
  .meta({ id: "Approver", description: "Who approves. Accepted in development mode only." });
export type Approver = z.infer<typeof approver>;
export const approveRequest = z
  .strictObject({
    approver: approver
      .optional()
      .describe(
        "Who approves. Accepted in development mode only; otherwise the credential names the approver.",
      ),
    comment: z.string().max(LIMITS.comment).optional().describe("A comment for those who read the approval."),
  })
  .meta({ id: "ApproveRequest", description: "An answer to an approval." });
export const approveAnswer = z
  .strictObject({
    status: z.enum(["pending", "granted", "rejected"]).describe("The approval's state after this answer."),
    have: z.number().describe("How many people have approved."),
    quorum: z.number().describe("How many people must approve."),
    grant: z.string().optional().describe("The grant, once the approval is granted."),
  })
  .meta({ id: "ApproveAnswer", description: "An approval's state after an answer." });
export type ApproveAnswer = z.infer<typeof approveAnswer>;

const approvalAnswer = z
  .strictObject({
    by: z.string().describe("Who answered."),
    at: seconds("When they answered"),
    comment: z.string().optional().describe("Their comment."),
  })
  .meta({ id: "ApprovalAnswer", description: "One person's answer." });
export const approvalView = z
  .strictObject({
    id: z.string().describe("The approval's id."),
    scheme: z.string().describe("The scheme's qualified name, or `confirmation`."),
    status: z
      .enum(["pending", "granted", "rejected", "withdrawn", "expired", "used"])
      .describe("The approval's state."),
    digest: z.string().describe("Digest of the call or plan that is asked for."),
    tenant: z.string().describe("The tenant."),
    actors: z
      .array(
        z
          .strictObject({
            type: z.enum(["user", "agent"]).describe("A person or an agent."),
            id: z.string().describe("Their id."),
          })
          .meta({ id: "ActorName", description: "An actor by type and id." }),
      )
      .describe("Who asks, as a chain."),
    tool: z.string().optional().describe("The tool, for an approval of one call."),
    args: z
      .record(z.string(), z.json())
      .optional()
      .describe("The arguments of the call, as it will be made."),
    plan: z.array(plannedCall).optional().describe("The calls, for an approval of a plan."),
    session: z.string().optional().describe("The session that the call belongs to."),
    transaction: z.string().optional().describe("The transaction that the call belongs to."),
    because: z.string().optional().describe("Why the policy asks for approval."),
    quorum: z.number().describe("How many people must approve."),
    from: z.array(z.string()).describe("Roles whose members may approve."),
    at: z.string().optional().describe("The assurance level that an approver's own sign-in must reach."),
    approvals: z.array(approvalAnswer).describe("Who has approved."),
    rejected: approvalAnswer.optional().describe("Who rejected it."),
    uses_left: z.number().describe("How many more calls the approval permits."),
    asked_at: seconds("When the approval was opened"),
    expires_at: seconds("When the approval expires"),
    revision: z.string().describe("The policy's revision when the approval was opened."),
  })
  .meta({ id: "Approval", description: "An approval: what is asked for and who has answered." });
export type ApprovalView = z.infer<typeof approvalView>;
export const approvalPage = z
  .strictObject({
    approvals: z.array(approvalView).describe("Approvals, newest first."),
    next: z.string().optional().describe("The value of `after` for the next page. Absent on the last page."),
    incomplete: z
      .boolean()
      .optional()
      .describe("True if there are more approvals than can be listed. The others can be read by id only."),
  })
  .meta({ id: "ApprovalPage", description: "A page of approvals." });
export type ApprovalPage = z.infer<typeof approvalPage>;
