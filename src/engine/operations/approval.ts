/** Answers to approvals: each approver may answer once. */
import type { ApprovalScheme } from "../../check/program.js";
import type { ApprovalView, ApproveAnswer } from "../../model/session.js";
import type { MapCell, Operation } from "../../state/store.js";
import { backOff, type EngineContext, MAX_ATTEMPTS } from "../context.js";
import {
  type ApprovalState,
  CONFIRMATION,
  effectiveStatus,
  readApproval,
} from "../records/approval-state.js";
import { approvalView } from "../records/approval-view.js";
import { isUpToDate } from "../records/scheme-terms.js";
import { isOpen, readTransaction, writeWaits } from "../records/transaction-state.js";
import { cellKeys } from "../request/cell-keys.js";
import { type ApprovalViewer, type ApproverIdentity, type Caller, RequestProblem } from "../request/types.js";
import { isInChain, isSame, maySee } from "./approval-viewer.js";

/** An approval, the cell it is kept in, and the time of the read. */
export interface Found {
  readonly key: string;
  readonly state: ApprovalState;
  readonly now: number;
}

/** An approval by its id. Rejects with 404 if this tenant has none. */
export async function findApproval(id: string, tenant: string, context: EngineContext): Promise<Found> {
  const ownKey = cellKeys.approvalId(tenant, id);
  const index = await context.store.read([{ kind: "map", key: ownKey, fields: "all" }]);
  const own = index.cells[0] as MapCell;
  // Another one took its place, and it was moved here.
  const moved = readApproval(own);
  if (moved !== undefined) return { key: ownKey, state: moved, now: index.now };
  const { fields } = own;
  const scheme = fields.get("scheme");
  const place = fields.get("place");
  if (scheme === undefined || place === undefined) throw unknownApproval(id, tenant);
  const key = cellKeys.approval(tenant, scheme, place);
  const snapshot = await context.store.read([{ kind: "map", key, fields: "all" }]);
  const state = readApproval(snapshot.cells[0] as MapCell);
  // Moved between the two reads; the next look finds it.
  if (state === undefined || state.request.id !== id) throw unknownApproval(id, tenant);
  return { key, state, now: snapshot.now };
}

/** Names the tenant that was looked in: to have left out `?tenant=` is the usual slip. */
function unknownApproval(id: string, tenant: string): RequestProblem {
  return new RequestProblem(404, "unknown_approval", `no approval \`${id}\` in the tenant \`${tenant}\``);
}

/** An approval by its id. Rejects with 404 if this tenant has none, or the viewer may not see it. */
export async function viewApproval(
  id: string,
  tenant: string,
  context: EngineContext,
  viewer: ApprovalViewer = { all: true },
): Promise<ApprovalView> {
  const { state, now } = await findApproval(id, tenant, context);
  if (!maySee(viewer, state, context.bundle)) throw unknownApproval(id, tenant);
  return approvalView(state, now);
}

/** What one person answers to an approval. */
export interface Word {
  readonly id: string;
  readonly tenant: string;
  readonly approver: ApproverIdentity;
  readonly comment: string | undefined;
}

/** One person's approval. The last one that the quorum requires grants; its answer holds the signed grant. */
export function approve(
  { id, tenant, approver, comment }: Word,
  context: EngineContext,
): Promise<ApproveAnswer> {
  return changing<ApproveAnswer>(id, tenant, context, async ({ state, now }) => {
    requireApprover(state, approver, now, context);
    const approvals = [
      ...state.approvals,
      { by: approver.id, at: now, ...(comment === undefined ? {} : { comment }) },
    ];
    const { quorum } = state.request;
    const isGranted = approvals.length >= quorum;
    const approvers = approvals.map(({ by }) => by);
    const grant = isGranted ? { grant: await signGrant(state, approvers, context) } : {};
    const status = isGranted ? "granted" : "pending";
    return {
      fields: { approvals: JSON.stringify(approvals), status, ...grant },
      count: approvals.length,
      settled: isGranted,
      answer: () => ({ status, have: approvals.length, quorum, ...grant }),
    };
  });
}

/** One person's rejection: no one is asked for the same call again until the approval expires. */
export function reject(
  { id, tenant, approver, comment }: Word,
  context: EngineContext,
): Promise<ApproveAnswer> {
  return changing<ApproveAnswer>(id, tenant, context, async ({ state, now }) => {
    requireApprover(state, approver, now, context);
    const rejected = { by: approver.id, at: now, ...(comment === undefined ? {} : { comment }) };
    const { length: have } = state.approvals;
    return {
      fields: { rejected: JSON.stringify(rejected), status: "rejected" },
      count: have,
      settled: true,
      answer: () => ({ status: "rejected", have, quorum: state.request.quorum }),
    };
  });
}

/** Taken back by the caller that asked. */
export function withdraw(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<ApprovalView> {
  return changing(id, tenant, context, async ({ state, now }) => {
    if (state.request.caller !== caller.id)
      throw new RequestProblem(
        403,
        "not_yours",
        "only the caller that requested an approval can withdraw it",
      );
    if (!["pending", "granted"].includes(effectiveStatus(state, now)))
      throw new RequestProblem(409, "not_pending", "this approval is no longer pending");
    return {
      fields: { status: "withdrawn" },
      count: state.approvals.length,
      settled: true,
      answer: () => viewApproval(id, tenant, context),
    };
  });
}

/** What one person's answer changes in an approval, and the reply once the change is stored. */
interface Change<Answer> {
  readonly fields: Readonly<Record<string, string>>;
  /** Approvals given, with this one. */
  readonly count: number;
  /** Nothing is waited for any longer. */
  readonly settled: boolean;
  readonly answer: () => Answer | Promise<Answer>;
}

/** Looks an approval up and changes it; starts again if someone else changed it first. */
async function changing<Answer>(
  id: string,
  tenant: string,
  context: EngineContext,
  by: (found: Found) => Promise<Change<Answer>>,
): Promise<Answer> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    await backOff(attempt);
    const found = await findApproval(id, tenant, context);
    const change = await by(found);
    if (await keep(change, found, tenant, context)) return change.answer();
  }
  throw new RequestProblem(409, "contended", "too many changes at once; try again");
}

/** Changes a record if it is still as it was read; with it, the transaction stops waiting for this approval. */
async function keep(
  { fields, count, settled }: Change<unknown>,
  { key, state }: Found,
  tenant: string,
  context: EngineContext,
): Promise<boolean> {
  const version = `${state.request.id}:${count}:${fields.status}`;
  const operations: Operation[] = [
    { op: "expect", key, fields: { version: state.version, status: state.status } },
    { op: "put", key, fields: { ...fields, version }, ttl: 1 },
  ];
  if (settled && state.status === "pending") operations.push(...(await endWait(state, tenant, context)));
  const result = await context.store.commit(operations, "all");
  return result.outcome === "applied";
}

/**
 * Ends the wait of the transaction for a pending approval, and no other: `idle` runs from now on, unless another approval
 * waits. One that is over already is left as it is: nothing that is said later opens it again.
 */
async function endWait(
  { request }: ApprovalState,
  tenant: string,
  context: EngineContext,
): Promise<readonly Operation[]> {
  if (request.transaction === undefined) return [];
  const key = cellKeys.transaction(tenant, request.transaction);
  const snapshot = await context.store.read([{ kind: "map", key, fields: "all" }]);
  const state = readTransaction(snapshot.cells[0] as MapCell);
  const declared = state === undefined ? undefined : context.bundle.program.transactions.get(state.kind);
  if (state === undefined || declared === undefined || !isOpen(state, declared, snapshot.now)) return [];
  if (!Object.hasOwn(state.waits, request.id)) return [];
  const waits = { before: writeWaits(state.waits, {}), after: writeWaits(state.waits, { less: request.id }) };
  return [
    { op: "expect", key, fields: { status: "open", waits: waits.before } },
    { op: "put", key, fields: { waits: waits.after }, stamp: ["active"], ttl: 1 },
  ];
}

/** Every reason why this person's answer does not count, each with its own code. */
function requireApprover(
  state: ApprovalState,
  approver: ApproverIdentity,
  now: number,
  context: EngineContext,
): void {
  const { request } = state;
  if (approver.tenant !== undefined && approver.tenant !== request.tenant)
    throw unknownApproval(request.id, approver.tenant);
  if (effectiveStatus(state, now) !== "pending")
    throw new RequestProblem(
      409,
      "not_pending",
      "this approval is not pending: it was given, rejected, withdrawn, or has expired",
    );
  // A token issued to an agent speaks for the agent, regardless of its subject.
  if (approver.clients?.some((client) => context.bundle.agent(client) !== undefined) === true)
    throw new RequestProblem(403, "in_the_chain", "an agent cannot approve, even for a user");
  const requester = request.actors.find(([type]) => type === "user")?.[1];
  if (request.scheme === CONFIRMATION) {
    if (approver.id !== requester)
      throw new RequestProblem(403, "not_the_user", "only the requesting user can confirm");
    return;
  }
  if (approver.confirmsOnly === true)
    throw new RequestProblem(403, "not_an_approver", "the scope `confirm` answers confirmations alone");
  const scheme = context.bundle.scheme(request.scheme);
  if (scheme === undefined)
    throw new RequestProblem(409, "no_scheme", "the policy no longer declares this approval");
  if (!isUpToDate(state, now, context))
    throw new RequestProblem(409, "outgrown", "the policy now requires more: request the decision again");
  if (isInChain(request, approver.id))
    throw new RequestProblem(403, "in_the_chain", "no one in the chain can approve this call");
  if (state.approvals.some(({ by }) => isSame(by, approver.id)))
    throw new RequestProblem(409, "already_approved", "this person has already approved");
  requireRole(scheme, approver, context);
}

function requireRole(scheme: ApprovalScheme, approver: ApproverIdentity, context: EngineContext): void {
  const { bundle } = context;
  const held = bundle.roles(approver.roles);
  if (!held.some(({ id }) => scheme.roles.includes(id)))
    throw new RequestProblem(403, "not_an_approver", "this person has none of the roles that approve");
  if (scheme.at === undefined) return;
  const required =
    bundle.program.assurance.find(({ id }) => id === scheme.at)?.rank ?? Number.POSITIVE_INFINITY;
  if (bundle.rankOfAcr(approver.acr) < required)
    throw new RequestProblem(
      403,
      "sign_in_too_weak",
      "the approver's sign-in is weaker than the approval requires",
    );
}

async function signGrant(
  state: ApprovalState,
  approvers: readonly string[],
  context: EngineContext,
): Promise<string> {
  const { request } = state;
  return context.keys.sign({
    approval: request.id,
    scheme: request.scheme,
    digest: request.digest,
    tenant: request.tenant,
    approvers,
    expires_at: state.expires / 1000,
    revision: request.revision,
  });
}
