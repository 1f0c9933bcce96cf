/** Stage 3, the facts: what one batched read means for the rules, and what a reservation then relies on. */
import type { Transaction } from "../../check/program.js";
import type { StateFacts } from "../../compile/frame.js";
import { type PriorExpr, priorCellName, priorKey } from "../../compile/prior-key.js";
import { FALSE, type Tri, UNKNOWN } from "../../compile/tri.js";
import type { MapCell, Operation } from "../../state/store.js";
import type { RecordValue } from "../../values/type.js";
import { type ApprovalState, effectiveStatus, readApproval } from "../records/approval-state.js";
import { type EarlierCall, labelsBefore, readEarlier } from "../records/earlier-call.js";
import { sessionGuards } from "../records/open-session.js";
import { answerPriorBefore } from "../records/own-effects.js";
import { answerPrior, priorFields } from "../records/prior-cells.js";
import { isKept, registeredName } from "../records/prior-registry.js";
import { heldLabel, isStated, labelsOf, type Observed } from "../records/provenance.js";
import { isUpToDate } from "../records/scheme-terms.js";
import { isOpen, readTransaction, type TransactionState } from "../records/transaction-state.js";
import { withFrame } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import { judge, nothingRequired } from "../rules/judge.js";
import { digestFor } from "./approval-binding.js";
import { mayHaveRun } from "./earlier-call.js";
import { adding } from "./open-case.js";
import { emptyMap, readCells } from "./read-cells.js";
import type { Case, CellSnapshot, DecisionState, PriorCells, ReadPlan } from "./types.js";
import { whenReady } from "./when-ready.js";

/** Reads what a plan requires, then evaluates the rules again. */
export function readState(c: Case, plan: ReadPlan): Case | Promise<Case> {
  const registering = plan.required.priors.size > 0 ? c.context.priorRegistration.attempt() : undefined;
  return whenReady(
    whenReady(registering, () => readOnceOrTwice(c, plan)),
    (cells) => withFacts(c, plan, cells),
  );
}

/** The session of a call that was refused before anything was read. */
export function readSession(c: Case): DecisionState["session"] | Promise<DecisionState["session"]> {
  const plan = { required: nothingRequired(), provenance: false, schemes: new Set<string>(), windows: [] };
  return whenReady(readOnceOrTwice(c, plan), (cells) => sessionOf(c, cells));
}

/** Reads twice if this process sees the session for the first time and the session shares its parent's cell. */
function readOnceOrTwice(c: Case, plan: ReadPlan): CellSnapshot | Promise<CellSnapshot> {
  const { call, context } = c;
  const known = call.sessionKey === undefined ? undefined : context.sessionTrees.get(call.sessionKey);
  const tree = known?.tree ?? call.request.session;
  return whenReady(readCells(c, plan, { tree, opened: known?.opened }), (first) => {
    const actual = first.session.fields.get("family");
    const opened = first.session.fields.get("opened");
    // What happened in a session is kept by its opening.
    const isFound = actual === tree && (opened === known?.opened || !keepsPriorsBySession(plan));
    if (tree === undefined || actual === undefined || isFound) return first;
    return readCells(c, plan, { tree: actual, opened });
  });
}

function keepsPriorsBySession({ required }: ReadPlan): boolean {
  for (const { same } of required.priors.values())
    if (same.some(({ kind }) => kind === "session")) return true;
  return false;
}

/** The case with what was read. Earlier assumptions stay: a transaction that is only planned. */
function withFacts(c: Case, plan: ReadPlan, cells: CellSnapshot): Case {
  const { call, target } = c;
  const reading = new Reading(c, plan, cells);
  const read = reading.facts();
  const priors = new Map([...(read.priors ?? []), ...(call.frame.state.priors ?? [])]);
  const facts = { ...read, ...call.frame.state, priors };
  const frame = call.frame.knowing(facts, cells.now);
  return adding(c, { call: withFrame(call, frame), findings: judge(target, frame), state: reading.state() });
}

/** One read, understood. */
class Reading {
  readonly #c: Case;
  readonly #plan: ReadPlan;
  readonly #cells: CellSnapshot;
  readonly #session: DecisionState["session"];
  readonly #transaction: DecisionState["transaction"];
  readonly #earlier: EarlierCall | undefined;
  /** The earlier call, if its effects are removed. */
  readonly #takenOut: EarlierCall | undefined;
  readonly #observed: Observed | undefined;
  #carried: readonly string[] | undefined;

  constructor(c: Case, plan: ReadPlan, cells: CellSnapshot) {
    this.#c = c;
    this.#plan = plan;
    this.#cells = cells;
    this.#session = sessionOf(c, cells);
    this.#transaction = transactionOf(c, cells);
    this.#earlier = readEarlier(cells.idempotency);
    const isReplay = this.#earlier !== undefined && mayHaveRun(this.#earlier, c.call);
    if (isReplay && this.#earlier?.revision === c.context.bundle.revision) this.#takenOut = this.#earlier;
    if (plan.provenance && typeof this.#session === "object") {
      this.#observed = {
        leaves: cells.leaves,
        attested: c.call.attested,
        sessionLabels: this.#sessionLabels(),
        seen: cells.seen,
        overflow: cells.seen.fields.get("overflow") === "1",
        bundle: c.context.bundle,
      };
      this.#carried = labelsOf("", this.#observed);
    }
  }

  /** The state that conditions may read. Anything missing is unknown to them. */
  facts(): StateFacts {
    const { now } = this.#cells;
    const observed = this.#observed;
    const paths = [...this.#plan.required.provenance];
    const transaction = this.#transaction;
    const labels = this.#knownSessionLabels();
    return {
      ...(typeof this.#session === "object" && labels !== undefined
        ? { session: { labels, steps: this.#steps() - this.#takenOutSteps() } }
        : {}),
      ...(this.#carried === undefined ? {} : { labels: this.#carried }),
      ...(observed === undefined
        ? {}
        : {
            labelsOf: new Map(
              paths.flatMap((path) => {
                const labels = labelsOf(path, observed);
                return labels === undefined ? [] : [[path, labels] as const];
              }),
            ),
            stated: new Map(paths.map((path) => [path, isStated(path, observed)])),
          }),
      ...(transaction === "none" ? { transaction } : {}),
      ...(typeof transaction === "object"
        ? {
            transaction: {
              kind: transaction.declared.id,
              root: transactionRoot(this.#c, transaction, { now, less: this.#ownSteps(transaction) }),
            },
          }
        : {}),
      priors: this.#priors(),
    };
  }

  state(): DecisionState {
    const { now, windows } = this.#cells;
    return {
      now,
      session: this.#session,
      transaction: this.#transaction,
      carried: this.#carried,
      approvals: this.#approvals(),
      earlier: this.#earlier,
      tree:
        typeof this.#session === "object" ? { labels: this.#labelsNow(), steps: this.#steps() } : undefined,
      windows,
      guards: [...this.#sessionGuards(), ...this.#transactionGuards(), ...this.#priorGuards()],
    };
  }

  #labelsNow(): readonly string[] {
    const labels = this.#cells.tree.fields.get("labels");
    if (labels === undefined || labels === "") return [];
    return labels.split(" ").map((label) => heldLabel(label, this.#c.context.bundle));
  }

  /** Undefined if one of them is no longer declared: its meaning for a rule is unknown. */
  #knownSessionLabels(): readonly string[] | undefined {
    const { labels } = this.#c.context.bundle.program;
    const held = [...new Set(this.#sessionLabels())];
    return held.every((label) => labels.has(label)) ? held : undefined;
  }

  #sessionLabels(): readonly string[] {
    const labels = this.#labelsNow();
    return this.#takenOut === undefined ? labels : labelsBefore(this.#takenOut, labels, this.#steps());
  }

  #steps(): number {
    return Number(this.#cells.tree.fields.get("steps") ?? 0);
  }

  #takenOutSteps(): number {
    return this.#takenOut === undefined ? 0 : 1;
  }

  #ownSteps({ state }: { readonly state: TransactionState }): number {
    const decision = this.#takenOut?.decision;
    return state.steps.filter((step) => step.decision === decision).length;
  }

  #priors(): ReadonlyMap<string, Tri> {
    const priors = new Map<string, Tri>();
    for (const expr of this.#plan.required.priors.values()) {
      const name = priorCellName(expr);
      const entry = this.#cells.priors.get(name);
      // What a session has seen is unknown if it is not open, even if some of its cells are left.
      const isOfSession = expr.same.some(({ kind }) => kind === "session");
      if (entry === undefined || (isOfSession && typeof this.#session !== "object")) continue;
      const answer = this.#prior(expr, { ...entry, name });
      priors.set(priorKey(expr), answer === FALSE && !this.#isKept(expr) ? UNKNOWN : answer);
    }
    return priors;
  }

  /** Whether the cell has been kept for the whole period: otherwise an empty cell proves nothing. */
  #isKept(expr: PriorExpr): boolean {
    const { priorRegistry, now } = this.#cells;
    const record = priorRegistry.fields.get(registeredName(expr));
    // Removed by another bundle: the next decision records it again.
    if (record === undefined) this.#c.context.priorRegistration.renew();
    return isKept(record, expr.within, now);
  }

  #prior(expr: PriorExpr, { cell, pending, name }: PriorCells & { readonly name: string }): Tri {
    const { now } = this.#cells;
    const takenOut = this.#takenOut;
    const isOwn = this.#c.target.priorCells.some((each) => each.name === name);
    // Its reported outcome stays: other calls may have set the same times.
    return takenOut === undefined || takenOut.status !== undefined || !isOwn
      ? answerPrior(expr, cell, pending, now)
      : answerPriorBefore(takenOut.at, expr, { cell, pending }, now);
  }

  #sessionGuards(): readonly Operation[] {
    const session = this.#session;
    if (typeof session !== "object") return [];
    const { call } = this.#c;
    const { required, provenance } = this.#plan;
    const { tree, seen, hashes } = this.#cells;
    const guards = sessionGuards(call, session);
    const labels = tree.fields.get("labels") ?? null;
    const steps = tree.fields.get("steps") ?? null;
    if (provenance || required.session)
      guards.push({ op: "expect", key: session.treeKey, fields: { labels } });
    if (required.steps) guards.push({ op: "expect", key: session.treeKey, fields: { steps } });
    if (provenance) {
      const fields = fieldsOf(seen, [...hashes, "overflow"]);
      guards.push({ op: "expect", key: cellKeys.seen(call.tenant, session.tree), fields });
    }
    return guards;
  }

  #transactionGuards(): readonly Operation[] {
    if (typeof this.#transaction !== "object") return [];
    const { tenant, request } = this.#c.call;
    const { version } = this.#transaction.state;
    const key = cellKeys.transaction(tenant, request.transaction as string);
    return [{ op: "expect", key, fields: { version, status: "open" } }];
  }

  #priorGuards(): readonly Operation[] {
    return [...this.#cells.priors.values()].map(({ key, cell }) => {
      return { op: "expect", key, fields: fieldsOf(cell, priorFields) };
    });
  }

  #approvals(): DecisionState["approvals"] {
    const { approvals, planApprovals, now } = this.#cells;
    const { call, context } = this.#c;
    const found = new Map<string, ApprovalState | undefined>();
    for (const scheme of this.#plan.schemes) {
      const digest = digestFor(scheme, call, context.bundle, this.#transaction);
      const cell = (digest === call.digest() ? approvals : planApprovals).get(scheme);
      const state = readApproval(cell ?? emptyMap);
      if (state === undefined || state.request.digest !== digest) found.set(scheme, undefined);
      // An approval that no longer meets the policy counts as withdrawn: a new one replaces it.
      else {
        const isKept = effectiveStatus(state, now) === "none" || isUpToDate(state, now, context);
        found.set(scheme, isKept ? state : { ...state, status: "withdrawn" });
      }
    }
    return found;
  }
}

/** The fields as they are; null if absent. Without a prototype, so that no hash collides with an inherited name. */
function fieldsOf(cell: MapCell, names: readonly string[]): Record<string, string | null> {
  const fields: Record<string, string | null> = Object.create(null);
  for (const name of names) fields[name] = cell.fields.get(name) ?? null;
  return fields;
}

/** The session that the call names, remembered if it is open and the caller's. */
function sessionOf({ call, context }: Case, cells: CellSnapshot): DecisionState["session"] {
  const key = call.sessionKey;
  if (key === undefined) return "none";
  const { fields } = cells.session;
  const tree = fields.get("family");
  const opened = fields.get("opened");
  const treeOpened = cells.tree.fields.get("opened");
  const expires = Number(fields.get("expires") ?? 0);
  // A child of an ended session does not belong to a later session with the same id.
  const belongs = treeOpened !== undefined && fields.get("epoch") === treeOpened;
  if (tree === undefined || opened === undefined || !belongs || !(expires > cells.now)) {
    context.sessionTrees.delete(key);
    return "not_open";
  }
  if (fields.get("owner") !== call.owner()) return "not_yours";
  const state = { tree, treeKey: cellKeys.sessionTree(call.tenant, tree), opened, treeOpened };
  context.sessionTrees.set(key, state);
  return state;
}

function transactionOf({ call, context }: Case, cells: CellSnapshot): DecisionState["transaction"] {
  if (call.request.transaction === undefined) return "none";
  const state = readTransaction(cells.transaction);
  if (state === undefined) return "not_open";
  if (state.sessionOpened !== cells.session.fields.get("opened")) return "not_open";
  if (state.owner !== call.owner() || state.session !== (call.request.session ?? "")) return "not_yours";
  const declared = context.bundle.program.transactions.get(state.kind);
  if (declared === undefined || !isOpen(state, declared, cells.now)) return "not_open";
  return { state, declared };
}

function transactionRoot(
  { call }: Case,
  { state, declared }: { readonly state: TransactionState; readonly declared: Transaction },
  { now, less }: { readonly now: number; readonly less: number },
): RecordValue {
  return Object.assign(Object.create(null), {
    id: call.request.transaction as string,
    kind: declared.name,
    steps: state.steps.length - less,
    age: Math.max(0, now - state.opened),
  }) as RecordValue;
}
