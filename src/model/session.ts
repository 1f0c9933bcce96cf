/** Bodies of sessions, transactions and approvals. */
import { z } from "zod";
import { actors, id, identity, LIMITS } from "./common.js";
import { need } from "./decision.js";

export const openSession = z.strictObject({
  id: identity.optional(),
  tenant: identity.optional(),
  actors: actors.optional(),
  token: z.string().min(1).max(LIMITS.grant).optional(),
  /** The user's own words; not beside `parent`, whose words count. */
  stated: z.string().max(LIMITS.stated).optional(),
  /** An open session of the same owner that started this one. */
  parent: identity.optional(),
});
export type OpenSession = z.infer<typeof openSession>;
export const sessionView = z.strictObject({
  id: z.string(),
  labels: z.array(z.string()),
  steps: z.number(),
  parent: z.string().optional(),
  opened_at: z.number(),
  expires_at: z.number(),
});
export type SessionView = z.infer<typeof sessionView>;

export const plannedCall = z.strictObject({ tool: id, args: z.record(z.string(), z.json()).optional() });
export const openTransaction = z.strictObject({
  kind: id,
  tenant: identity.optional(),
  session: identity,
  actors: actors.optional(),
  token: z.string().min(1).max(LIMITS.grant).optional(),
  plan: z.array(plannedCall).min(1).max(LIMITS.plan).optional(),
});
export type OpenTransaction = z.infer<typeof openTransaction>;
export const transactionView = z.strictObject({
  id: z.string(),
  kind: z.string(),
  status: z.enum(["open", "committed", "aborted", "expired"]),
  steps: z.number(),
  needs: z.array(need),
  opened_at: z.number(),
  expires_at: z.number(),
});
export type TransactionView = z.infer<typeof transactionView>;
export const undoCall = z.strictObject({
  tool: z.string(),
  args: z.record(z.string(), z.json()),
  /** Arguments of the undo tool that neither the step's arguments nor its result gave. */
  missing: z.array(z.string()),
  /** The decision whose call it undoes. */
  undoes: z.string(),
});
export const abortAnswer = z.strictObject({
  id: z.string(),
  status: z.literal("aborted"),
  undo: z.array(undoCall),
});
export type AbortAnswer = z.infer<typeof abortAnswer>;

/** Read only under `--dev`, on loopback: without it nobody can approve under a name they chose. */
export const approver = z.strictObject({
  id: identity,
  roles: z.array(id).max(LIMITS.scopes).optional(),
  acr: id.optional(),
});
export type Approver = z.infer<typeof approver>;
export const approveRequest = z.strictObject({
  approver: approver.optional(),
  comment: z.string().max(LIMITS.comment).optional(),
});
export const approveAnswer = z.strictObject({
  status: z.enum(["pending", "granted", "rejected"]),
  have: z.number(),
  quorum: z.number(),
  grant: z.string().optional(),
});
export type ApproveAnswer = z.infer<typeof approveAnswer>;
export const approvalView = z.strictObject({
  id: z.string(),
  /** A scheme's qualified name, or `confirmation`. */
  scheme: z.string(),
  status: z.enum(["pending", "granted", "rejected", "withdrawn", "expired", "used"]),
  digest: z.string(),
  tenant: z.string(),
  actors: z.array(z.strictObject({ type: z.enum(["user", "agent"]), id: z.string() })),
  tool: z.string().optional(),
  /** What is asked for, as it will be called; a plan's calls where the scheme binds the plan. */
  args: z.record(z.string(), z.json()).optional(),
  plan: z.array(plannedCall).optional(),
  session: z.string().optional(),
  transaction: z.string().optional(),
  because: z.string().optional(),
  quorum: z.number(),
  from: z.array(z.string()),
  at: z.string().optional(),
  approvals: z.array(z.strictObject({ by: z.string(), at: z.number(), comment: z.string().optional() })),
  rejected: z.strictObject({ by: z.string(), at: z.number(), comment: z.string().optional() }).optional(),
  uses_left: z.number(),
  asked_at: z.number(),
  expires_at: z.number(),
  revision: z.string(),
});
export type ApprovalView = z.infer<typeof approvalView>;
export const approvalPage = z.strictObject({
  approvals: z.array(approvalView),
  /** What `after` takes for the next page; absent on the last one. */
  next: z.string().optional(),
  /** True where more were asked for than an inbox lists: the others are found by their id alone. */
  incomplete: z.boolean().optional(),
});
export type ApprovalPage = z.infer<typeof approvalPage>;
