/** Transactions: bounded pieces of work inside a session, opened by name. */
import { randomUUID } from "node:crypto";
import type { Program, Tool, Transaction } from "../check/program.js";
import { concerns } from "../compile/compiled-rule.js";
import type { Need } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import type { AbortAnswer, OpenTransaction, TransactionView } from "../model/session.js";
import type { MapCell, Operation } from "../state/store.js";
import { canonicalJson } from "../values/canonical.js";
import type { JsonValue } from "../values/type.js";
import { type ApprovalRequest, CONFIRMATION, readApproval, standing } from "./approval-state.js";
import { approvalView } from "./approval-view.js";
import { newApprovalId } from "./ask.js";
import { actorsOf, DEFAULT_TENANT, ownerOf, readCall } from "./call.js";
import { cellKeys } from "./cell-keys.js";
import { readChain } from "./chain.js";
import type { EngineContext } from "./context.js";
import { deliberate } from "./decide.js";
import { digestOf } from "./digest.js";
import { planRef } from "./load.js";
import { openApproval } from "./reserve.js";
import { shortName, termsOf } from "./scheme-terms.js";
import { readSession } from "./session.js";
import {
  admits,
  isComplete,
  isOpen,
  nextVersion,
  type PlannedStep,
  readTransaction,
  STEPS_MAX,
  stepField,
  type TransactionState,
} from "./transaction-state.js";
import { type Caller, RequestProblem } from "./types.js";

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
    throw new RequestProblem(403, "not_yours", "the session was opened by somebody else");
  requireActor(declared, request, caller, context);
  if (declared.confirmPlan && request.plan === undefined)
    throw malformed("/plan", `\`${declared.name}\` is opened with the plan of its calls`);
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
        // While the plan waits for its confirmation the transaction is not idle.
        waiting: declared.confirmPlan ? String(context.clock.now() + declared.lasts) : null,
      },
      stamp: ["opened"],
      ttl: declared.lasts + KEPT,
    },
  ];
  const asked =
    planDigest !== null && declared.confirmPlan
      ? planConfirmation(
          planDigest,
          plan as readonly PlannedStep[],
          id,
          tenant,
          request,
          chain,
          caller,
          context,
        )
      : undefined;
  if (asked !== undefined)
    openApproval({ push: (...more) => operations.push(...more) }, asked, planRef(id), undefined);
  const result = await context.store.commit({ reserve: operations });
  if (result.full) throw new RequestProblem(409, "state_full", "there is no room for another transaction");
  if (!result.applied)
    throw new RequestProblem(409, "session_not_open", "the session ended in the same moment");
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

function malformed(pointer: string, message: string): RequestProblem {
  return new RequestProblem(400, "malformed", message, [{ pointer, message }]);
}

/** The declaration says who may open it, by the same clause as a rule. */
function requireActor(
  declared: Transaction,
  request: OpenTransaction,
  caller: Caller,
  context: EngineContext,
): void {
  const anyTool = context.bundle.program.tools.values().next().value as Tool | undefined;
  const call = readCall(
    { ...(request.actors === undefined ? {} : { actors: request.actors }), tool: anyTool?.wire ?? "" },
    caller,
    context.bundle,
    context.clock.now(),
  );
  const refusals = call.refusals.filter(
    ({ rule }) =>
      !["builtin.unknown_tool", "builtin.invalid_arguments", "builtin.scope_missing"].includes(rule),
  );
  if (refusals.length > 0) {
    throw new RequestProblem(
      403,
      "chain_refused",
      refusals.map(({ message }) => message).join(" "),
      refusals.map(({ rule, message }) => ({ pointer: "/actors", message: `${rule}: ${message}` })),
    );
  }
  if (!concerns(declared.who, call.frame))
    throw new RequestProblem(403, "not_for_you", `these actors may not open \`${declared.name}\``);
}

/** Every call of the plan is judged by what can be known of it now; one refusal refuses the plan, and all are told. */
async function readPlan(
  request: OpenTransaction,
  declared: Transaction,
  caller: Caller,
  context: EngineContext,
): Promise<readonly PlannedStep[]> {
  const problems: { pointer: string; message: string }[] = [];
  const steps: PlannedStep[] = [];
  for (const [i, planned] of (request.plan ?? []).entries()) {
    const pointer = `/plan/${i}`;
    const decideRequest: DecideRequest = {
      tool: planned.tool,
      session: request.session,
      ...(planned.args === undefined ? {} : { args: planned.args }),
      ...(request.actors === undefined ? {} : { actors: request.actors }),
      ...(request.tenant === undefined ? {} : { tenant: request.tenant }),
    };
    const call = readCall(decideRequest, caller, context.bundle, context.clock.now());
    const tool = call.target?.tool;
    const refusals =
      call.refusals.length > 0 || tool === undefined
        ? call.refusals
        : await refusalsOf(call, declared, context);
    for (const { rule, message } of refusals)
      problems.push({ pointer, message: `${rule}: ${message ?? "refused"}` });
    if (tool !== undefined) steps.push({ tool: tool.id, args: canonicalJson(call.wireArgs(true)) });
  }
  const tools = steps.map(({ tool }) => tool);
  if (problems.length === 0) {
    if (steps.length > (declared.steps ?? STEPS_MAX))
      problems.push({
        pointer: "/plan",
        message: `more calls than the ${declared.steps ?? STEPS_MAX} steps of \`${declared.name}\``,
      });
    if (declared.order !== undefined && !admits(declared.order, tools))
      problems.push({ pointer: "/plan", message: `not in the order that \`${declared.name}\` declares` });
    const irreversible = tools.findIndex((tool) => context.bundle.program.tools.get(tool)?.irreversible);
    if (declared.irreversibleLast && irreversible >= 0 && irreversible < tools.length - 1)
      problems.push({ pointer: `/plan/${irreversible + 1}`, message: "a call after the irreversible one" });
  }
  if (problems.length > 0)
    throw new RequestProblem(422, "plan_refused", "the plan would be refused", problems);
  return steps;
}

/** Refusals of one planned call as it stands, the transaction taken as open. */
async function refusalsOf(call: ReturnType<typeof readCall>, declared: Transaction, context: EngineContext) {
  const { verdict } = await deliberate(call, context, true, declared);
  return verdict.decision === "deny" ? verdict.reasons : [];
}

function planConfirmation(
  digest: string,
  plan: readonly PlannedStep[],
  id: string,
  tenant: string,
  request: OpenTransaction,
  chain: ReturnType<typeof readChain>,
  caller: Caller,
  context: EngineContext,
): ApprovalRequest {
  return {
    id: newApprovalId(),
    scheme: CONFIRMATION,
    digest,
    tenant,
    caller: caller.id,
    actors: actorsOf(chain),
    plan: plan.map(({ tool, args }) => ({
      tool: toolName(tool, context.bundle.program),
      args: JSON.parse(args) as JsonValue,
    })),
    session: request.session,
    transaction: id,
    revision: context.bundle.revision,
    ...termsOf(CONFIRMATION, context),
    // A plan is confirmed for as long as its transaction lasts.
    expires: context.bundle.transaction(request.kind)?.lasts ?? 0,
  };
}

function toolName(id: string, program: Program): string {
  return program.tools.get(id)?.name ?? id;
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

function planNeeds(cell: MapCell, now: number): Need[] {
  const state = readApproval(cell);
  const status = standing(state, now);
  if (state === undefined || (status !== "pending" && status !== "rejected")) return [];
  const { id, digest } = state.request;
  return [
    { type: "confirmation", id, digest, status, expires_at: state.expires / 1000, url: `/approvals/${id}` },
  ];
}

/** Ends a transaction well. Before every `once` was taken that is a conflict. */
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
  if (
    declared.order !== undefined &&
    !isComplete(
      declared.order,
      state.steps.map(({ tool }) => tool),
    )
  ) {
    throw new RequestProblem(
      409,
      "transaction_incomplete",
      "a step that must be taken once has not been taken",
    );
  }
  await end(id, tenant, state, "committed", context);
  return viewTransaction(id, tenant, caller, context);
}

async function end(
  id: string,
  tenant: string,
  state: TransactionState,
  status: "committed" | "aborted",
  context: EngineContext,
): Promise<void> {
  const key = cellKeys.transaction(tenant, id);
  const result = await context.store.commit({
    reserve: [
      { op: "expect", key, fields: { version: state.version, status: state.status } },
      { op: "put", key, fields: { status, version: nextVersion(state) }, ttl: KEPT },
    ],
  });
  if (!result.applied)
    throw new RequestProblem(409, "contended", "the transaction changed in the same moment; try again");
}

/** Ends a transaction and lists the calls that undo its steps, newest first. Each is decided like any other call. */
export async function abortTransaction(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<AbortAnswer> {
  const { state, cell } = await ownTransaction(id, tenant, caller, context);
  if (state.status === "committed")
    throw new RequestProblem(409, "transaction_committed", `the transaction \`${id}\` was committed`);
  if (state.status === "open") await end(id, tenant, state, "aborted", context);
  const undo = [...state.steps].reverse().flatMap((step) => {
    const tool = context.bundle.program.tools.get(step.tool);
    const back = tool?.undo === undefined ? undefined : context.bundle.program.tools.get(tool.undo);
    if (back === undefined) return [];
    const made = JSON.parse(cell.fields.get(stepField(step.decision)) ?? "{}") as {
      args?: Record<string, JsonValue>;
      result?: JsonValue;
    };
    return [{ tool: back.name, ...undoArguments(back, made), undoes: step.decision }];
  });
  return { id, status: "aborted", undo };
}

/** Arguments of an undo call by name: from the step's arguments, then from its result; what is missing is said. */
function undoArguments(
  back: Tool,
  made: { args?: Record<string, JsonValue>; result?: JsonValue },
): Pick<AbortAnswer["undo"][number], "args" | "missing"> {
  const args: Record<string, JsonValue> = Object.create(null);
  const missing: string[] = [];
  const result =
    typeof made.result === "object" && made.result !== null && !Array.isArray(made.result)
      ? (made.result as Record<string, JsonValue>)
      : {};
  for (const field of back.args.fields) {
    const value = Object.hasOwn(made.args ?? {}, field.wire)
      ? made.args?.[field.wire]
      : Object.hasOwn(result, field.wire)
        ? result[field.wire]
        : undefined;
    if (value !== undefined) args[field.wire] = value;
    else if (!field.optional && field.default === undefined) missing.push(field.wire);
  }
  return { args: { ...args } as AbortAnswer["undo"][number]["args"], missing };
}
