/** Sessions and transactions, found out from what happened in them. */
import type { Transaction } from "../../src/check/program.js";
import type { Entered } from "./enter.js";
import { concerns } from "./questions.js";
import type { Call, DecisionEvent, SessionEvent, TransactionEvent, World } from "./world.js";

/** Milliseconds that a session lives. */
export const SESSION_LIFE = 24 * 3_600_000;

/** Steps of a transaction that names no number of them. */
const STEPS_MAX = 256;

export type SessionState =
  | { readonly kind: "none" | "unknown" | "not_open" | "not_yours" }
  | { readonly kind: "open"; readonly session: SessionEvent };

export function sessionOf(world: World, call: Call): SessionState {
  if (call.session === undefined) return { kind: "none" };
  const session = openSessionOf(world, call.session, call.tenant);
  if (session === undefined) return { kind: "not_open" };
  const isOwner = session.user === call.user && session.agent === call.agents[0];
  return isOwner ? { kind: "open", session } : { kind: "not_yours" };
}
/** A session is open until it is ended, expires, or the one at the head of its family is ended. */
export function openSessionOf(world: World, id: string, tenant: string): SessionEvent | undefined {
  return world.sessions.find(
    (each) =>
      each.id === id &&
      each.tenant === tenant &&
      each.endedAt === undefined &&
      headOf(each).endedAt === undefined &&
      world.now < expiryOf(each),
  );
}
export function expiryOf(session: SessionEvent): number {
  const own = session.openedAt + SESSION_LIFE;
  return session.parent === undefined ? own : Math.min(own, expiryOf(session.parent));
}
export function headOf(session: SessionEvent): SessionEvent {
  return session.parent === undefined ? session : headOf(session.parent);
}

/** The calls that were allowed in a session and in those that share its context: the one above it, and all below that. */
export function allowedIn(world: World, session: SessionEvent): DecisionEvent[] {
  return world.decisions.filter(
    (event) =>
      event.verdict === "allow" && event.session !== undefined && headOf(event.session) === headOf(session),
  );
}

export function refuseSession(world: World, entered: Entered): string[] {
  const { call, target } = entered;
  const state = sessionOf(world, call);
  if (state.kind === "none") {
    return target.accepts === undefined || target.accepts === "any" ? [] : ["builtin.session_required"];
  }
  return state.kind === "open" ? [] : [`builtin.session_${state.kind}`];
}

// --- transactions -----------------------------------------------------------------------------------------

export interface Plan {
  readonly digest: string;
  /** Whether the requesting user confirms it as a whole. */
  readonly confirmed: boolean;
}

/** The open transaction that a call names and may use. */
export function transactionOf(world: World, entered: Entered): TransactionEvent | undefined {
  const found = findTransaction(world, entered.call);
  return typeof found === "string" ? undefined : found;
}

function findTransaction(world: World, call: Call): TransactionEvent | string | undefined {
  if (call.transaction === undefined) return undefined;
  const found = world.transactions.find(
    (each) => each.id === call.transaction && each.tenant === call.tenant,
  );
  if (found === undefined || found.session !== namedSession(world, call))
    return "builtin.transaction_not_open";
  if (found.user !== call.user || found.agent !== call.agents[0]) return "builtin.transaction_not_yours";
  return isTransactionOpen(world, found) ? found : "builtin.transaction_not_open";
}
/** The session of this id that was not ended by itself, whoever opened it. */
function namedSession(world: World, call: Call): SessionEvent | undefined {
  return world.sessions.find(
    (each) =>
      each.id === call.session &&
      each.tenant === call.tenant &&
      each.endedAt === undefined &&
      world.now < each.openedAt + SESSION_LIFE,
  );
}

export function isTransactionOpen(world: World, transaction: TransactionEvent): boolean {
  const { kind, openedAt, ended } = transaction;
  if (ended !== undefined || world.now >= openedAt + kind.lasts) return false;
  return kind.idle === undefined || world.now < lastActivity(world, transaction) + kind.idle;
}

/** `idle` runs from the last step, and not while an approval is pending. */
function lastActivity(world: World, transaction: TransactionEvent): number {
  const steps = stepsOf(world, transaction).map((event) => event.at);
  const waits = world.approvals
    .filter((approval) => approval.transaction === transaction.id)
    .map((approval) => {
      const ends = [approval.approvals[approval.quorum - 1]?.at, approval.rejected?.at, approval.withdrawnAt];
      return Math.min(...ends.map((end) => end ?? approval.expiresAt), world.now);
    });
  return Math.max(transaction.openedAt, ...steps, ...waits);
}

/** Steps that were taken and not given back. */
export function stepsOf(world: World, transaction: TransactionEvent): DecisionEvent[] {
  return world.decisions.filter(
    (event) =>
      event.verdict === "allow" &&
      event.call.target.kind === "tool" &&
      event.call.transaction === transaction.id &&
      event.call.tenant === transaction.tenant &&
      !(event.outcome?.status === "not_run" && !isIrreversible(world, event)),
  );
}
export function isIrreversible(world: World, event: DecisionEvent): boolean {
  return world.program.tools.get(event.call.target.id)?.irreversible ?? false;
}

/** `isTaken`: the call is a step of it already. */
export function refuseTransaction(world: World, entered: Entered, isTaken = false): string[] {
  const found = findTransaction(world, entered.call);
  if (found === undefined) return [];
  if (typeof found === "string") return [found];
  if (!isMeantFor(found.kind, entered)) return ["builtin.transaction_not_for_you"];
  // A channel is no step.
  if (entered.tool === undefined || isTaken) return [];
  const { kind } = found;
  const taken = stepsOf(world, found);
  const refusals: string[] = [];
  if (taken.length >= (kind.steps ?? STEPS_MAX)) refusals.push("builtin.transaction_steps");
  const tools = [...taken.map((event) => event.call.target.id), entered.call.target.id];
  const afterLast = kind.irreversibleLast && taken.some((event) => isIrreversible(world, event));
  if (afterLast || (kind.order !== undefined && !fitsOrder(kind.order, tools))) {
    refusals.push("builtin.transaction_order");
  }
  const made = [...taken.map(({ call }) => call), entered.call].map(plannedAs);
  if (found.plan !== undefined && made.some((call, i) => call !== found.plan?.[i])) {
    refusals.push("builtin.transaction_plan");
  }
  return refusals;
}

/** One of its agents acts somewhere in the chain, for somebody whom it is for. */
function isMeantFor({ who }: Transaction, entered: Entered): boolean {
  const { agents } = who;
  if (agents !== "any" && !entered.call.agents.some((agent) => agents.has(agent))) return false;
  return concerns({ who: { ...who, agents: "any" } }, entered);
}

/** How a call is compared with one of a plan: by tool and arguments, after defaults and normalisation. */
export function plannedAs(call: Call): string {
  return JSON.stringify([call.target.id, call.key({ kind: "args" })]);
}

/** Whether these tools in this order are the beginning of some run through the steps. */
function fitsOrder(order: NonNullable<Transaction["order"]>, tools: readonly string[]): boolean {
  if (tools.length === 0) return true;
  const [step, ...rest] = order;
  if (step === undefined) return false;
  const most = typeof step.count === "number" ? step.count : 1;
  const least = step.count === "once" ? 1 : 0;
  for (let count = least; count <= most; count++) {
    const these = tools.slice(0, count);
    if (these.every((tool) => step.tools.has(tool)) && fitsOrder(rest, tools.slice(count))) return true;
  }
  return false;
}

/** Whether every `once` has been done, and has succeeded, so that it may be committed. */
export function isComplete(world: World, transaction: TransactionEvent): boolean {
  const taken = stepsOf(world, transaction);
  const through = (order: NonNullable<Transaction["order"]>, left: readonly DecisionEvent[]): boolean => {
    const [step, ...rest] = order;
    if (step === undefined) return left.length === 0;
    const most = typeof step.count === "number" ? step.count : 1;
    const least = step.count === "once" ? 1 : 0;
    for (let count = least; count <= Math.min(most, left.length); count++) {
      const these = left.slice(0, count);
      const isDone = step.count !== "once" || these.every((event) => event.outcome?.status === "ok");
      if (!isDone || !these.every((event) => step.tools.has(event.call.target.id))) continue;
      if (through(rest, left.slice(count))) return true;
    }
    return false;
  };
  return transaction.kind.order === undefined || through(transaction.kind.order, taken);
}

export function planOf(world: World, entered: Entered): Plan | undefined {
  const transaction = transactionOf(world, entered);
  if (transaction?.planDigest === undefined) return undefined;
  return { digest: transaction.planDigest, confirmed: transaction.kind.confirmPlan };
}
