/** Transactions: bounded pieces of work inside a session, opened by name. */

import { randomUUID } from "node:crypto";
import type { Transaction } from "../../check/program.js";
import { concerns } from "../../compile/compiled-rule.js";
import type { AbortAnswer, OpenTransaction, TransactionView } from "../../model/session.js";
import type { MapCell, Operation } from "../../state/store.js";
import type { EngineContext } from "../context.js";
import { planRef } from "../decide/approval-binding.js";
import { openApproval } from "../decide/reserve-pending.js";
import { CONFIRMATION, readApproval } from "../records/approval-state.js";
import { approvalView } from "../records/approval-view.js";
import { shortName } from "../records/scheme-terms.js";
import {
  incomplete,
  isOpen,
  nextVersion,
  type PlannedStep,
  readTransaction,
  type TransactionState,
  writeWaits,
} from "../records/transaction-state.js";
import { actorsOf, DEFAULT_TENANT, ownerOf } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import { chainRefusals, readChain } from "../request/chain.js";
import { digestOf } from "../request/digest.js";
import { actorsFrame } from "../request/frame.js";
import { type Caller, RequestProblem } from "../request/types.js";
import { readSession } from "./session.js";
import { planConfirmation, planNeeds, readPlan } from "./transaction-plan.js";
import { irreversibleSteps, undoOf } from "./undo.js";

const KEPT = 24 * 3_600_000;

/** Opens a transaction by kind. A plan is decided as a whole, and confirmed once if the kind says so. */
export async function openTransaction(
  request: OpenTransaction,
  caller: Caller,
  context: EngineContext,
): Promise<TransactionView> {
  const { bundle } = context;
  const declared = bundle.transaction(request.kind);
  if (declared === undefined) throw malformed("/kind", `no transaction \`${request.kind}\` is declared`);
  const tenant = request.tenant ?? DEFAULT_TENANT;
  const chain = readChain(request.actors, bundle);
  const owner = ownerOf(tenant, chain);
  const session = await readSession(request.session, tenant, context);
  if (session === undefined)
    throw new RequestProblem(404, "session_not_open", `no open session \`${request.session}\``);
  if (session.owner !== owner)
    throw new RequestProblem(403, "not_yours", "the session was opened by someone else");
  requireActor(declared, request, context);
  if (declared.confirmPlan && request.plan === undefined)
    throw malformed("/plan", `\`${declared.name}\` must be opened with a plan of its calls`);
  if (request.plan !== undefined && !takesPlan(declared, context))
    throw malformed(
      "/plan",
      `\`${declared.name}\` takes no plan: it has no \`confirm plan\`, and no approval \`binds plan\``,
    );
  const plan = request.plan === undefined ? undefined : await readPlan(request, declared, caller, context);

  const id = `t_${randomUUID().replaceAll("-", "")}`;
  const planDigest =
    plan === undefined
      ? null
      : digestOf([
          tenant,
          actorsOf(chain),
          "plan",
          declared.id,
          plan.map(({ tool, args }) => [tool, args]),
          request.session,
          id,
        ]);
  const asked =
    planDigest !== null && declared.confirmPlan
      ? planConfirmation(
          { digest: planDigest, plan: plan as readonly PlannedStep[], id, tenant, chain },
          request,
          caller,
          context,
        )
      : undefined;
  const waits: Record<string, number> =
    asked === undefined ? {} : { [asked.id]: context.clock.now() + declared.lasts };
  const sessionKey = cellKeys.session(tenant, request.session);
  const operations: Operation[] = [
    { op: "fresh", key: sessionKey, field: "expires" },
    { op: "expect", key: sessionKey, fields: { owner, opened: session.opened } },
    {
      op: "put",
      key: cellKeys.transaction(tenant, id),
      fields: {
        kind: declared.id,
        owner,
        session: request.session,
        sessionOpened: session.opened,
        lasts: String(declared.lasts),
        status: "open",
        version: "0",
        steps: "[]",
        caller: caller.id,
        plan: plan === undefined ? null : JSON.stringify(plan),
        planDigest,
        idle: declared.idle === undefined ? null : String(declared.idle),
        // While the plan waits for its confirmation the transaction is not idle.
        waits: writeWaits({}, { more: waits }),
      },
      stamp: ["opened"],
      ttl: declared.lasts + KEPT,
    },
  ];
  if (asked !== undefined) operations.push(...openApproval(asked, planRef(id), undefined));
  const result = await context.store.commit(operations, "all");
  if (result.outcome === "full") throw new RequestProblem(409, "state_full", "the state store is full");
  if (result.outcome !== "applied")
    throw new RequestProblem(409, "session_not_open", "the session ended at the same moment");
  const view = await viewTransaction(id, tenant, caller, context);
  if (asked !== undefined) {
    const cell = (
      await context.store.read([
        { kind: "map", key: cellKeys.approval(tenant, CONFIRMATION, planRef(id)), fields: "all" },
      ])
    ).cells[0] as MapCell;
    const state = readApproval(cell);
    if (state !== undefined)
      context.emit({ type: "approval_asked", approval: approvalView(state, result.now) });
  }
  return view;
}

/** Whether anything is asked of a plan of this kind: its confirmation, or an approval of all its calls at once. */
function takesPlan(declared: Transaction, { bundle }: EngineContext): boolean {
  return declared.confirmPlan || [...bundle.program.approvals.values()].some(({ binds }) => binds === "plan");
}

function malformed(pointer: string, message: string): RequestProblem {
  return new RequestProblem(400, "malformed", message, [{ pointer, message }]);
}

/** The declaration says who may open it, by the same clause as a rule. */
function requireActor(declared: Transaction, request: OpenTransaction, context: EngineContext): void {
  const { bundle, clock } = context;
  const now = clock.now();
  const chain = readChain(request.actors, bundle);
  // No tool is called yet, so no scope is missing.
  const refusals = chainRefusals(chain, undefined, bundle.program.delegationDepth, now);
  if (refusals.length > 0) {
    throw new RequestProblem(
      403,
      "chain_refused",
      refusals.map(({ message }) => message).join(" "),
      refusals.map(({ rule, message }) => ({ pointer: "/actors", message: `${rule}: ${message}` })),
    );
  }
  if (!concerns(declared.who, actorsFrame(chain, bundle, now), false))
    throw new RequestProblem(403, "not_for_you", `these actors may not open \`${declared.name}\``);
}

async function ownTransaction(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<{
  state: TransactionState;
  declared: Transaction | undefined;
  cell: MapCell;
  now: number;
  confirmation: MapCell;
}> {
  const snapshot = await context.store.read([
    { kind: "map", key: cellKeys.transaction(tenant, id), fields: "all" },
    { kind: "map", key: cellKeys.approval(tenant, CONFIRMATION, planRef(id)), fields: "all" },
  ]);
  const cell = snapshot.cells[0] as MapCell;
  const state = readTransaction(cell);
  if (state === undefined || cell.fields.get("caller") !== caller.id)
    throw new RequestProblem(404, "transaction_not_open", `no transaction \`${id}\``);
  return {
    state,
    declared: context.bundle.program.transactions.get(state.kind),
    cell,
    now: snapshot.now,
    confirmation: snapshot.cells[1] as MapCell,
  };
}

/** A transaction as its own caller sees it. Rejects with 404 for everyone else, as for one that does not exist. */
export async function viewTransaction(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<TransactionView> {
  const { state, declared, now, confirmation } = await ownTransaction(id, tenant, caller, context);
  const open = declared !== undefined && isOpen(state, declared, now);
  return {
    id,
    kind: declared?.name ?? shortName(state.kind),
    status: state.status === "open" && !open ? "expired" : state.status,
    steps: state.steps.length,
    needs: open ? planNeeds(confirmation, now) : [],
    opened_at: state.opened / 1000,
    expires_at: state.expires / 1000,
  };
}

/** Commits a transaction. Conflict unless every `once` step was taken and is known to have succeeded. */
export async function commitTransaction(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<TransactionView> {
  const { state, declared, now } = await ownTransaction(id, tenant, caller, context);
  if (state.status === "committed") return viewTransaction(id, tenant, caller, context);
  if (declared === undefined || !isOpen(state, declared, now))
    throw new RequestProblem(409, "transaction_not_open", `the transaction \`${id}\` is not open`);
  requireComplete(state, declared, context);
  await end(cellKeys.transaction(tenant, id), state, "committed", context);
  return viewTransaction(id, tenant, caller, context);
}

/** Every step that must be taken once was taken, and is known to have succeeded. */
function requireComplete(state: TransactionState, { order }: Transaction, context: EngineContext): void {
  const lacking = order === undefined ? undefined : incomplete(order, state.steps);
  if (lacking === undefined) return;
  if (lacking.isMissing)
    throw new RequestProblem(409, "transaction_incomplete", "a required step has not been taken");
  const named = lacking.unsettled.map(({ tool, decision, status }) => {
    const name = context.bundle.program.tools.get(tool)?.name ?? tool;
    const what = status === "allowed" ? "has no outcome yet" : `was reported as \`${status}\``;
    return `\`${name}\` (${decision}) ${what}`;
  });
  throw new RequestProblem(
    409,
    "transaction_unsettled",
    `a required step is not known to have succeeded: ${named.join("; ")}`,
  );
}

async function end(
  key: string,
  state: TransactionState,
  status: "committed" | "aborted",
  context: EngineContext,
): Promise<void> {
  const result = await context.store.commit(
    [
      { op: "expect", key, fields: { version: state.version, status: state.status } },
      { op: "put", key, fields: { status, version: nextVersion(state) }, ttl: KEPT },
    ],
    "all",
  );
  if (result.outcome !== "applied")
    throw new RequestProblem(409, "contended", "the transaction changed at the same moment; try again");
}

/**
 * Ends a transaction and lists the calls that undo its steps, newest first, each of which is decided like any other call;
 * and the irreversible steps, which nothing undoes.
 */
export async function abortTransaction(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<AbortAnswer> {
  const { state, cell } = await ownTransaction(id, tenant, caller, context);
  if (state.status === "committed")
    throw new RequestProblem(409, "transaction_committed", `the transaction \`${id}\` was committed`);
  if (state.status === "open") await end(cellKeys.transaction(tenant, id), state, "aborted", context);
  const { program } = context.bundle;
  return {
    id,
    status: "aborted",
    undo: undoOf(state, cell, program),
    irreversible: irreversibleSteps(state, program),
  };
}
