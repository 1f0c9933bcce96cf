/** The plan that a transaction is opened with: judged as a whole, and confirmed once if its kind says so. */
import type { Program, Transaction } from "../../check/program.js";
import { candidatesOf, type TargetProgram } from "../../compile/compile.js";
import { priorCellName, priorKey } from "../../compile/prior-key.js";
import { TRUE, type Tri } from "../../compile/tri.js";
import type { Need } from "../../model/decision.js";
import type { DecideRequest } from "../../model/request.js";
import type { OpenTransaction } from "../../model/session.js";
import type { MapCell } from "../../state/store.js";
import { canonicalJson } from "../../values/canonical.js";
import type { JsonValue } from "../../values/type.js";
import type { EngineContext } from "../context.js";
import { newApprovalId } from "../decide/approval-needs.js";
import { deliberate } from "../decide/decide.js";
import { openCase } from "../decide/open-case.js";
import {
  type ApprovalRequest,
  CONFIRMATION,
  effectiveStatus,
  readApproval,
} from "../records/approval-state.js";
import { priorCellKey } from "../records/prior-cells.js";
import { termsOf } from "../records/scheme-terms.js";
import { admits, type PlannedStep, STEPS_MAX } from "../records/transaction-state.js";
import { actorsOf, type Call, readCall, withFrame } from "../request/call.js";
import type { Chain } from "../request/chain.js";
import { assumedFacts } from "../request/frame.js";
import { type Caller, RequestProblem } from "../request/types.js";

/** Judges every call of the plan by what is known now. One refusal refuses the plan; all refusals are reported. */
export async function readPlan(
  request: OpenTransaction,
  declared: Transaction,
  caller: Caller,
  context: EngineContext,
): Promise<readonly PlannedStep[]> {
  const problems: { pointer: string; message: string }[] = [];
  const steps: PlannedStep[] = [];
  const calls: Call[] = [];
  for (const [i, planned] of (request.plan ?? []).entries()) {
    const pointer = `/plan/${i}`;
    const decideRequest: DecideRequest = {
      tool: planned.tool,
      session: request.session,
      ...(planned.args === undefined ? {} : { args: planned.args }),
      ...(request.actors === undefined ? {} : { actors: request.actors }),
      ...(request.tenant === undefined ? {} : { tenant: request.tenant }),
      ...(request.context === undefined ? {} : { context: request.context }),
    };
    const call = readCall(decideRequest, caller, context.bundle, context.clock.now());
    const tool = call.target?.tool;
    const refusals =
      call.refusals.length > 0 || tool === undefined
        ? call.refusals
        : await refusalsOf(call, { declared, before: calls }, context);
    calls.push(call);
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

/** Refusals of one planned call, the transaction taken as open, and the calls before it as made. */
async function refusalsOf(
  call: Call,
  { declared, before }: { readonly declared: Transaction; readonly before: readonly Call[] },
  context: EngineContext,
) {
  const facts = { ...assumedFacts(declared, before.length), priors: assumedPriors(call, before) };
  const assumed = withFrame(call, call.frame.knowing(facts, call.frame.now));
  const outcome = await deliberate(openCase(assumed, call.target as TargetProgram, context), true);
  return outcome.kind === "refusal" ? outcome.reasons : [];
}

/** Every `prior` about a call before this one in the plan, as if that had succeeded. */
function assumedPriors(call: Call, before: readonly Call[]): ReadonlyMap<string, Tri> {
  const priors = new Map<string, Tri>();
  for (const candidate of candidatesOf(call.target as TargetProgram)) {
    for (const expr of candidate.rule.asks.priors) {
      if (expr.status !== "any" && expr.status !== "ok") continue;
      const name = priorCellName(expr);
      const opened = "this session";
      const key = priorCellKey(expr.same, name, call, opened);
      const isMade = (made: Call) =>
        made.target?.tool?.id === expr.tool && priorCellKey(expr.same, name, made, opened) === key;
      if (key !== undefined && before.some(isMade)) priors.set(priorKey(expr), TRUE);
    }
  }
  return priors;
}

/** The plan of a transaction that is being opened. */
export interface OpenedPlan {
  readonly digest: string;
  readonly plan: readonly PlannedStep[];
  /** The transaction's. */
  readonly id: string;
  readonly tenant: string;
  readonly chain: Chain;
}

/** What the user is asked to confirm: every call of the plan at once. */
export function planConfirmation(
  { digest, plan, id, tenant, chain }: OpenedPlan,
  request: OpenTransaction,
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

/** What a plan still waits for. */
export function planNeeds(cell: MapCell, now: number): Need[] {
  const state = readApproval(cell);
  const status = effectiveStatus(state, now);
  if (state === undefined || (status !== "pending" && status !== "rejected")) return [];
  const { id, digest } = state.request;
  return [
    { type: "confirmation", id, digest, status, expires_at: state.expires / 1000, url: `/approvals/${id}` },
  ];
}
