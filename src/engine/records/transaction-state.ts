/** The stored state of a transaction: its steps, what the next one may be, and when it ends. Pure; does not access the store. */
import type { Tool, Transaction } from "../../check/program.js";
import type { MapCell } from "../../state/store.js";
import type { JsonValue } from "../../values/type.js";
import type { BuiltinName } from "../request/refusal.js";

/** Used if a transaction states no number of steps. */
export const STEPS_MAX = 256;

/** A call that was allowed inside a transaction. */
export interface TakenStep {
  readonly decision: string;
  readonly tool: string;
  readonly irreversible: boolean;
  readonly status: "allowed" | "ok" | "failed" | "unknown";
  /** The position of the call in the plan. Its position among the steps differs if an earlier step was given back. */
  readonly planned?: number;
}
/** A call of a plan, its arguments in their normal form, as JSON. */
export interface PlannedStep {
  readonly tool: string;
  /** Canonical JSON of the arguments, `@advisory` left out. */
  readonly args: string;
}

/** A transaction as it was last kept; times in milliseconds. */
export interface TransactionState {
  readonly kind: string;
  readonly owner: string;
  readonly session: string;
  /** Which opening of the session: a session that ends also ends its transactions. */
  readonly sessionOpened: string | undefined;
  readonly opened: number;
  readonly expires: number;
  /** The last step, or since when no approval is pending. */
  readonly active: number;
  /** How long it may idle, fixed at its opening: a later policy with a longer time does not reopen it. */
  readonly idle: number;
  /** Pending approvals by id, and when they expire. */
  readonly waits: Readonly<Record<string, number>>;
  readonly status: "open" | "committed" | "aborted";
  readonly version: string;
  readonly steps: readonly TakenStep[];
  readonly plan: readonly PlannedStep[] | undefined;
  readonly planDigest: string | undefined;
}

/** The state in a cell; undefined if the cell does not exist or is incomplete. */
export function readTransaction(cell: MapCell): TransactionState | undefined {
  const field = (name: string) => cell.fields.get(name);
  const kind = field("kind");
  const owner = field("owner");
  const session = field("session");
  const status = field("status");
  if (kind === undefined || owner === undefined || session === undefined || status === undefined)
    return undefined;
  const plan = field("plan");
  const waits = readWaits(field("waits"));
  const times = [Number(field("active") ?? 0), Number(field("opened")), ...Object.values(waits)];
  return {
    kind,
    owner,
    session,
    sessionOpened: field("sessionOpened"),
    opened: Number(field("opened")),
    expires: Number(field("opened")) + Number(field("lasts")),
    active: Math.max(...times),
    idle: Number(field("idle") ?? Number.POSITIVE_INFINITY),
    waits,
    status: status as TransactionState["status"],
    version: field("version") ?? "",
    steps: JSON.parse(field("steps") ?? "[]") as TakenStep[],
    plan: plan === undefined ? undefined : (JSON.parse(plan) as PlannedStep[]),
    planDigest: field("planDigest"),
  };
}

/** Whether it can still take steps at `now`. */
export function isOpen(state: TransactionState, declared: Transaction, now: number): boolean {
  if (state.status !== "open" || now >= state.expires) return false;
  return now - state.active < Math.min(state.idle, declared.idle ?? Number.POSITIVE_INFINITY);
}

/** The pending approvals as text, with some added or one removed. */
export function writeWaits(
  waits: TransactionState["waits"],
  { more = {}, less }: { readonly more?: TransactionState["waits"]; readonly less?: string },
): string {
  return JSON.stringify(Object.entries({ ...waits, ...more }).filter(([id]) => id !== less));
}

function readWaits(text: string | undefined): TransactionState["waits"] {
  return Object.fromEntries(JSON.parse(text ?? "[]") as [string, number][]);
}

/** Why the transaction does not admit a step of this tool, or nothing. */
export function stepRefusals(
  state: TransactionState,
  declared: Transaction,
  tool: Tool,
  args: JsonValueText,
): BuiltinName[] {
  const refusals: BuiltinName[] = [];
  if (state.steps.length >= (declared.steps ?? STEPS_MAX)) refusals.push("transaction_steps");
  const sealed = declared.irreversibleLast && state.steps.some((step) => step.irreversible);
  const order =
    declared.order === undefined ||
    admits(declared.order, [...state.steps.map((step) => step.tool), tool.id]);
  if (sealed || !order) refusals.push("transaction_order");
  if (state.plan !== undefined) {
    const next = state.plan[state.steps.length];
    if (!beginsPlan(state.steps, state.plan) || next?.tool !== tool.id || next.args !== args())
      refusals.push("transaction_plan");
  }
  return refusals;
}

/**
 * Whether the steps are the beginning of the plan. They are not if a step was given back after others followed it: the
 * next position of the plan would then be that of a call that was already made.
 */
function beginsPlan(steps: readonly TakenStep[], plan: readonly PlannedStep[]): boolean {
  return steps.every(({ planned = -1 }, i) => {
    const [made, meant] = [plan[planned], plan[i]];
    return made !== undefined && made.tool === meant?.tool && made.args === meant.args;
  });
}

/** Canonical arguments, computed only if there is a plan. */
export type JsonValueText = () => string;

type Order = NonNullable<Transaction["order"]>;

/** Whether a sequence of tools keeps the declared order so far. */
export function admits(order: Order, tools: readonly string[]): boolean {
  return positionsAfter(order, tools).length > 0;
}

/** Tools of the order that the next step may call. */
export function admittedNext(order: Order, tools: readonly string[]): readonly string[] {
  const all = new Set(order.flatMap((step) => [...step.tools]));
  return [...all].filter((tool) => admits(order, [...tools, tool])).sort();
}

/** What is missing before a transaction can be committed. */
export interface Incomplete {
  /** Whether a step that must be taken once was not taken. */
  readonly isMissing: boolean;
  /** Such steps that were taken, and are not known to have succeeded. */
  readonly unsettled: readonly TakenStep[];
}

/** Why the order is incomplete, at its most advanced position; nothing if every `once` step is done. */
export function incomplete(order: Order, steps: readonly TakenStep[]): Incomplete | undefined {
  const ends = positionsAfter(
    order,
    steps.map(({ tool }) => tool),
  ).filter(({ at, count }) =>
    order.every((step, i) => i < at || step.count !== "once" || (i === at && count === 1)),
  );
  const unsettled = ends.map(({ once }) =>
    once.map((index) => steps[index] as TakenStep).filter(({ status }) => status !== "ok"),
  );
  const [least] = unsettled.sort((a, b) => a.length - b.length);
  if (least === undefined) return { isMissing: true, unsettled: [] };
  return least.length === 0 ? undefined : { isMissing: false, unsettled: least };
}

interface Position {
  readonly at: number;
  readonly count: number;
  /** Which of the tools were the steps that must be taken once. */
  readonly once: readonly number[];
}

/**
 * Every position that the sequence may have reached: a tool may occur in more than one step, so there can be several.
 * Positions that differ only in which tools were the required steps are kept apart.
 */
function positionsAfter(order: Order, tools: readonly string[]): readonly Position[] {
  let positions: readonly Position[] = [{ at: 0, count: 0, once: [] }];
  for (const [index, tool] of tools.entries()) {
    const next = new Map<string, Position>();
    for (const { at, count, once } of positions) {
      for (let to = at; to < order.length; to++) {
        const step = order[to] as Order[number];
        const taken = to === at ? count : 0;
        const most = typeof step.count === "number" ? step.count : 1;
        if (step.tools.has(tool) && taken < most) {
          const required = step.count === "once" ? [...once, index] : once;
          next.set(`${to}:${taken + 1}:${required}`, { at: to, count: taken + 1, once: required });
        }
        if (step.count === "once" && taken === 0) break;
      }
    }
    positions = [...next.values()];
  }
  return positions;
}

/** A step's own field: what it was called with, for undoing. */
export function stepField(decision: string): string {
  return `step:${decision}`;
}

/** The fields that change when a step is taken. */
export function takeStep(state: TransactionState, step: TakenStep, args: JsonValue): Record<string, string> {
  return {
    steps: JSON.stringify([...state.steps, step]),
    version: nextVersion(state),
    [stepField(step.decision)]: JSON.stringify({ args }),
  };
}

/** The next version: any reservation that relied on this one has lost the race. */
export function nextVersion(state: TransactionState): string {
  return String(Number(state.version || "0") + 1);
}
