/** The one batched read of a decision: which cells it wants, and what they mean. */

import type { Transaction } from "../check/program.js";
import type { CompiledBundle } from "../compile/compile.js";
import type { StateFacts } from "../compile/frame.js";
import { type PriorExpr, priorCellName, priorKey, sameKeys } from "../compile/prior-key.js";
import { FALSE, TRUE, type Tri, UNKNOWN } from "../compile/tri.js";
import type { Cell, CellRead, MapCell, Operation, StateStore, WindowCell } from "../state/store.js";
import type { RecordValue } from "../values/type.js";
import { type ApprovalState, CONFIRMATION, readApproval, standing } from "./approval-state.js";
import { type Call, keyPart } from "./call.js";
import { cellKeys } from "./cell-keys.js";
import type { Wanted } from "./judge.js";
import { argumentAt, type Charge, WINDOW_PARTS } from "./limits.js";
import { isStated, type Leaf, labelsOf, leavesOf } from "./provenance.js";
import { isUpToDate } from "./scheme-terms.js";
import { isOpen, readTransaction, type TransactionState } from "./transaction-state.js";

/** What a decision has to look at. */
export interface LoadPlan {
  readonly wanted: Wanted;
  /** What the call carries has to be known, for `accepts`. */
  readonly carried: boolean;
  /** Schemes of approvals (and `confirmation`) that may be needed. */
  readonly schemes: ReadonlySet<string>;
  readonly charges: readonly Pick<Charge, "key" | "window">[];
}

export interface OpenSessionState {
  readonly family: string;
  readonly opened: string;
  readonly familyOpened: string;
}

export interface Loaded {
  readonly now: number;
  /** Undefined where the request names none. */
  readonly session: "none" | "not_open" | "not_yours" | OpenSessionState;
  readonly transaction:
    | "none"
    | "not_open"
    | "not_yours"
    | { readonly state: TransactionState; readonly declared: Transaction };
  readonly facts: StateFacts;
  readonly carried: readonly string[] | undefined;
  /** By scheme. */
  readonly approvals: ReadonlyMap<string, ApprovalState | undefined>;
  readonly idempotency:
    | {
        readonly digest: string;
        readonly answer: string | undefined;
        readonly until: number;
        /** Of the call that the answer allowed. */
        readonly status: string | undefined;
        /** Whether any call that was allowed under the key was made. */
        readonly done: boolean;
        /** The arguments it was asked with, as JSON; only where some of them are `@advisory`. */
        readonly args: string | undefined;
      }
    | undefined;
  /** By key. */
  readonly windows: ReadonlyMap<string, WindowCell>;
  /** What a reservation relies on: it is refused, and the decision made anew, if any of it has changed. */
  readonly guards: readonly Operation[];
}

/** Families of sessions that were met; a family never changes while its session is open, and a reservation checks it. */
export class FamilyCache {
  readonly #families = new Map<string, OpenSessionState>();
  static readonly MAX = 50_000;

  get(key: string): OpenSessionState | undefined {
    return this.#families.get(key);
  }
  set(key: string, state: OpenSessionState): void {
    if (this.#families.size >= FamilyCache.MAX)
      this.#families.delete(this.#families.keys().next().value as string);
    this.#families.set(key, state);
  }
  delete(key: string): void {
    this.#families.delete(key);
  }
}

/** What binds an approval of this scheme here: the plan of the transaction where the scheme says so, else the call. */
export function digestFor(
  scheme: string,
  call: Call,
  bundle: CompiledBundle,
  transaction: Loaded["transaction"],
): string {
  const planDigest = typeof transaction === "object" ? transaction.state.planDigest : undefined;
  if (planDigest === undefined) return call.digest();
  const bindsPlan =
    scheme === CONFIRMATION
      ? typeof transaction === "object" && transaction.declared.confirmPlan
      : bundle.scheme(scheme)?.binds === "plan";
  return bindsPlan ? planDigest : call.digest();
}

export async function load(
  plan: LoadPlan,
  call: Call,
  bundle: CompiledBundle,
  store: StateStore,
  families: FamilyCache,
  provenanceKey: Uint8Array,
): Promise<Loaded> {
  const { request, tenant } = call;
  const sessionKey = request.session === undefined ? undefined : cellKeys.session(tenant, request.session);
  const known = sessionKey === undefined ? undefined : families.get(sessionKey);
  const family = known?.family ?? request.session;
  const first = await readAll(plan, call, bundle, store, family, known?.opened, provenanceKey);
  const { actual, opened } = {
    actual: first.session.fields.get("family"),
    opened: first.session.fields.get("opened"),
  };
  const isFound = actual === family && (opened === known?.opened || !asksOfSession(plan));
  if (family === undefined || actual === undefined || isFound)
    return interpret(first, plan, call, bundle, families);
  // A session that this process meets for the first time: what a child shares with its parent lies elsewhere, and what
  // happened in it is kept by its opening.
  return interpret(
    await readAll(plan, call, bundle, store, actual, opened, provenanceKey),
    plan,
    call,
    bundle,
    families,
  );
}

function asksOfSession({ wanted }: LoadPlan): boolean {
  for (const { same } of wanted.priors.values()) if (same.some(({ kind }) => kind === "session")) return true;
  return false;
}

/** Whether this very call was asked for before: an approval of it, not of a plan, is pending or given. */
export function isRetry(loaded: Loaded | undefined): boolean {
  if (loaded === undefined) return false;
  for (const state of loaded.approvals.values())
    if (state?.request.plan === undefined && ["pending", "granted"].includes(standing(state, loaded.now)))
      return true;
  return false;
}

interface Raw {
  readonly now: number;
  readonly session: MapCell;
  readonly family: MapCell;
  readonly seen: MapCell;
  readonly leaves: readonly Leaf[];
  readonly hashes: readonly string[];
  readonly transaction: MapCell;
  readonly priors: ReadonlyMap<
    string,
    { readonly key: string; readonly cell: MapCell; readonly pending: WindowCell }
  >;
  readonly approvals: ReadonlyMap<string, MapCell>;
  readonly planApprovals: ReadonlyMap<string, MapCell>;
  readonly idempotency: MapCell;
  readonly windows: ReadonlyMap<string, WindowCell>;
}

const emptyMap: MapCell = { kind: "map", exists: false, fields: new Map() };

/** Collects reads and hands each answer to whoever asked. */
class Batch {
  readonly reads: CellRead[] = [];
  readonly #takers: ((cell: Cell) => void)[] = [];

  map(key: string, fields: readonly string[] | "all", take: (cell: MapCell) => void): void {
    this.reads.push({ kind: "map", key, fields });
    this.#takers.push((cell) => take(cell as MapCell));
  }
  window(read: CellRead & { kind: "window" }, take: (cell: WindowCell) => void): void {
    this.reads.push(read);
    this.#takers.push((cell) => take(cell as WindowCell));
  }
  hand(cells: readonly Cell[]): void {
    for (const [i, take] of this.#takers.entries()) take(cells[i] as Cell);
  }
}

const sessionFields = ["owner", "family", "epoch", "opened", "expires"] as const;
const transactionFields = [
  "kind",
  "owner",
  "session",
  "sessionOpened",
  "opened",
  "lasts",
  "active",
  "waiting",
  "status",
  "version",
  "steps",
  "plan",
  "planDigest",
] as const;
/** Times, and how many calls were allowed: within one millisecond, or while a clock stands still, the times are equal. */
export const priorFields = ["ok", "failed", "denied", "unknown", "allowed", "calls"] as const;

async function readAll(
  plan: LoadPlan,
  call: Call,
  bundle: CompiledBundle,
  store: StateStore,
  family: string | undefined,
  opened: string | undefined,
  provenanceKey: Uint8Array,
): Promise<Raw> {
  const { request, tenant } = call;
  const batch = new Batch();
  let session = emptyMap;
  let familyCell = emptyMap;
  let seen = emptyMap;
  let transaction = emptyMap;
  let idempotency = emptyMap;
  const priors = new Map<string, { key: string; cell: MapCell; pending: WindowCell }>();
  const approvals = new Map<string, MapCell>();
  const planApprovals = new Map<string, MapCell>();
  const windows = new Map<string, WindowCell>();
  const provenance = plan.carried || plan.wanted.carried || plan.wanted.provenance.size > 0;
  const leaves =
    provenance && family !== undefined && call.hasArgs ? leavesOf(call, family, provenanceKey) : [];
  const hashes = [...new Set(leaves.flatMap((leaf) => leaf.hash ?? []))];

  if (request.session !== undefined && family !== undefined) {
    batch.map(cellKeys.session(tenant, request.session), sessionFields, (cell) => (session = cell));
    batch.map(cellKeys.family(tenant, family), ["opened", "labels", "steps"], (cell) => (familyCell = cell));
    if (provenance)
      batch.map(cellKeys.seen(tenant, family), [...hashes, "overflow"], (cell) => (seen = cell));
  }
  if (request.transaction !== undefined) {
    batch.map(
      cellKeys.transaction(tenant, request.transaction),
      transactionFields,
      (cell) => (transaction = cell),
    );
  }
  for (const expr of plan.wanted.priors.values()) {
    const name = priorCellName(expr);
    const key = priors.has(name) ? undefined : priorCellKey(expr.same, name, call, opened);
    if (key === undefined) continue;
    const entry = { key, cell: emptyMap, pending: { kind: "window", used: 0, parts: [] } as WindowCell };
    priors.set(name, entry);
    const kept =
      bundle.tools.get(expr.tool)?.priorCells.find((each) => each.name === name)?.within ?? expr.within;
    batch.map(key, priorFields, (cell) => {
      entry.cell = cell;
    });
    batch.window({ kind: "window", key: pendingKey(key), window: pendingWindow(kept) }, (cell) => {
      entry.pending = cell;
    });
  }
  for (const scheme of plan.schemes) {
    batch.map(cellKeys.approval(tenant, scheme, call.digest()), "all", (cell) => approvals.set(scheme, cell));
    // The plan's digest is in the transaction, which is only being read: a transaction keeps it under its own id as well.
    if (request.transaction !== undefined) {
      batch.map(cellKeys.approval(tenant, scheme, planRef(request.transaction)), "all", (cell) =>
        planApprovals.set(scheme, cell),
      );
    }
  }
  if (request.id !== undefined) {
    batch.map(
      cellKeys.idempotency(tenant, call.caller.id, request.id),
      ["digest", "answer", "until", "status", "done", "args"],
      (cell) => (idempotency = cell),
    );
  }
  for (const charge of plan.charges) {
    batch.window({ kind: "window", key: charge.key, window: charge.window }, (cell) =>
      windows.set(charge.key, cell),
    );
  }
  const answer = store.read(batch.reads);
  const snapshot = answer instanceof Promise ? await answer : answer;
  batch.hand(snapshot.cells);
  return {
    now: snapshot.now,
    session,
    family: familyCell,
    seen,
    leaves,
    hashes,
    transaction,
    priors,
    approvals,
    planApprovals,
    idempotency,
    windows,
  };
}

/** Approvals of a plan are kept under the transaction, so that one batched read finds them without knowing the digest. */
export function planRef(transaction: string): string {
  return `plan:${transaction}`;
}

/**
 * The cell of a `prior`, or undefined where a key has no value here. A session is known by its opening: another one under
 * the same id, perhaps somebody else's, has nothing to do with what happened in it.
 */
export function priorCellKey(
  keys: PriorExpr["same"],
  name: string,
  call: Call,
  opened: string | undefined,
): string | undefined {
  const parts = new Map<string, string>();
  for (const key of keys) {
    let part: string | undefined;
    if (key.kind === "argument") {
      const value = argumentAt(call, key.path);
      part = value === undefined ? undefined : keyPart(value);
    } else if (key.kind === "args") part = keyPart(call.wireArgs(true));
    else if (key.kind === "session") part = opened;
    else if (key.kind === "transaction") part = call.request.transaction;
    else if (key.kind === "user") part = call.chain.user === undefined ? undefined : `u${call.chain.user.id}`;
    else if (key.kind === "agent") part = call.frame.agentId;
    else part = "";
    if (part === undefined) return undefined;
    parts.set(key.kind === "argument" ? `args.${key.path.join(".")}` : key.kind, part);
  }
  return cellKeys.prior(
    call.tenant,
    name,
    sameKeys(keys).map((each) => parts.get(each) ?? ""),
  );
}

export function pendingKey(priorKeyText: string): string {
  return `${priorKeyText}\u001fpending`;
}
export function pendingWindow(within: number) {
  return { kind: "rolling", length: within, parts: WINDOW_PARTS } as const;
}

function interpret(
  raw: Raw,
  plan: LoadPlan,
  call: Call,
  bundle: CompiledBundle,
  families: FamilyCache,
): Loaded {
  const { now } = raw;
  const guards: Operation[] = [];
  const session = sessionOf(raw, call, families);
  const labels = raw.family.fields.get("labels");
  const steps = Number(raw.family.fields.get("steps") ?? 0);
  const sessionLabels = labels === undefined || labels === "" ? [] : labels.split(" ");
  const facts: { -readonly [K in keyof StateFacts]: StateFacts[K] } = {};
  let carried: readonly string[] | undefined;

  if (typeof session === "object") {
    guards.push(...sessionGuards(call, session));
    facts.session = { labels: sessionLabels, steps };
    const provenance = plan.carried || plan.wanted.carried || plan.wanted.provenance.size > 0;
    const familyKey = cellKeys.family(call.tenant, session.family);
    if (provenance || plan.wanted.session)
      guards.push({ op: "expect", key: familyKey, fields: { labels: labels ?? null } });
    if (plan.wanted.steps)
      guards.push({
        op: "expect",
        key: familyKey,
        fields: { steps: raw.family.fields.get("steps") ?? null },
      });
    if (provenance) {
      guards.push({ op: "expect", key: cellKeys.seen(call.tenant, session.family), fields: seenFields(raw) });
      const known = { sessionLabels, seen: raw.seen, overflow: raw.seen.fields.get("overflow") === "1" };
      carried = labelsOf("", raw.leaves, call, known, bundle);
      facts.labels = carried;
      facts.labelsOf = new Map(
        [...plan.wanted.provenance].map((path) => [path, labelsOf(path, raw.leaves, call, known, bundle)]),
      );
      facts.stated = new Map(
        [...plan.wanted.provenance].map((path) => [path, isStated(path, raw.leaves, known)]),
      );
    }
  }
  const transaction = transactionOf(raw, call, bundle);
  if (transaction === "none") facts.transaction = "none";
  else if (typeof transaction === "object") {
    const { state } = transaction;
    guards.push({
      op: "expect",
      key: cellKeys.transaction(call.tenant, call.request.transaction as string),
      fields: { version: state.version, status: "open" },
    });
    facts.transaction = {
      kind: transaction.declared.id,
      root: transactionRoot(call.request.transaction as string, transaction.declared, state, now),
    };
  }
  const priors = new Map<string, Tri>();
  for (const { key, cell } of raw.priors.values()) {
    guards.push({
      op: "expect",
      key,
      fields: Object.fromEntries(priorFields.map((field) => [field, cell.fields.get(field) ?? null])),
    });
  }
  for (const expr of plan.wanted.priors.values()) {
    const entry = raw.priors.get(priorCellName(expr));
    // What a session that is not open has seen is not known, whatever is left of it.
    const isOfSession = expr.same.some(({ kind }) => kind === "session");
    if (isOfSession && typeof session !== "object") continue;
    if (entry !== undefined) priors.set(priorKey(expr), answerPrior(expr, entry.cell, entry.pending, now));
  }
  facts.priors = priors;
  return {
    now,
    session,
    transaction,
    facts,
    carried,
    approvals: approvalsOf(raw, plan, call, bundle, transaction),
    idempotency: idempotencyOf(raw.idempotency),
    windows: raw.windows,
    guards,
  };
}

function seenFields(raw: Raw): Record<string, string | null> {
  const fields: Record<string, string | null> = Object.create(null);
  for (const hash of [...raw.hashes, "overflow"]) fields[hash] = raw.seen.fields.get(hash) ?? null;
  return fields;
}

/** A reservation holds only while the session is open, the same, and its owner's. */
export function sessionGuards(call: Call, session: OpenSessionState): Operation[] {
  const key = cellKeys.session(call.tenant, call.request.session as string);
  return [
    { op: "expect", key, fields: { owner: call.owner(), family: session.family, opened: session.opened } },
    { op: "fresh", key, field: "expires" },
    {
      op: "expect",
      key: cellKeys.family(call.tenant, session.family),
      fields: { opened: session.familyOpened },
    },
  ];
}

function sessionOf(raw: Raw, call: Call, families: FamilyCache): Loaded["session"] {
  if (call.request.session === undefined) return "none";
  const key = cellKeys.session(call.tenant, call.request.session);
  const { fields } = raw.session;
  const family = fields.get("family");
  const opened = fields.get("opened");
  const familyOpened = raw.family.fields.get("opened");
  const expires = Number(fields.get("expires") ?? 0);
  // What was opened under a session that has ended is no part of another one that was given its id.
  const belongs = familyOpened !== undefined && fields.get("epoch") === familyOpened;
  if (family === undefined || opened === undefined || !belongs || !(expires > raw.now)) {
    families.delete(key);
    return "not_open";
  }
  if (fields.get("owner") !== call.owner()) return "not_yours";
  const state = { family, opened, familyOpened };
  families.set(key, state);
  return state;
}

function transactionOf(raw: Raw, call: Call, bundle: CompiledBundle): Loaded["transaction"] {
  if (call.request.transaction === undefined) return "none";
  const state = readTransaction(raw.transaction);
  if (state === undefined) return "not_open";
  if (state.sessionOpened !== raw.session.fields.get("opened")) return "not_open";
  if (state.owner !== call.owner() || state.session !== (call.request.session ?? "")) return "not_yours";
  const declared = bundle.program.transactions.get(state.kind);
  if (declared === undefined || !isOpen(state, declared, raw.now)) return "not_open";
  return { state, declared };
}

function transactionRoot(
  id: string,
  declared: Transaction,
  state: TransactionState,
  now: number,
): RecordValue {
  return Object.assign(Object.create(null), {
    id,
    kind: declared.name,
    steps: state.steps.length,
    age: Math.max(0, now - state.opened),
  }) as RecordValue;
}

/** Whether it happened within the age asked for; unknown while an outcome that would tell is missing. */
export function answerPrior(expr: PriorExpr, cell: MapCell, pending: WindowCell, now: number): Tri {
  const recent = (field: (typeof priorFields)[number]) => {
    const at = cell.fields.get(field);
    return at !== undefined && now - Number(at) <= expr.within;
  };
  const open = pending.used > 0 && recent("allowed");
  switch (expr.status) {
    case "any":
      return recent("ok") || recent("failed") || recent("unknown") || open ? TRUE : FALSE;
    case "denied":
      return recent("denied") ? TRUE : FALSE;
    default:
      if (recent(expr.status)) return TRUE;
      return open || recent("unknown") ? UNKNOWN : FALSE;
  }
}

function approvalsOf(
  raw: Raw,
  plan: LoadPlan,
  call: Call,
  bundle: CompiledBundle,
  transaction: Loaded["transaction"],
): ReadonlyMap<string, ApprovalState | undefined> {
  const approvals = new Map<string, ApprovalState | undefined>();
  for (const scheme of plan.schemes) {
    const digest = digestFor(scheme, call, bundle, transaction);
    const cell = digest === call.digest() ? raw.approvals.get(scheme) : raw.planApprovals.get(scheme);
    const state = readApproval(cell ?? emptyMap);
    if (state === undefined || state.request.digest !== digest) approvals.set(scheme, undefined);
    // One that the policy has outgrown is as good as withdrawn: another takes its place.
    else
      approvals.set(
        scheme,
        isUpToDate(state, raw.now, { bundle }) ? state : { ...state, status: "withdrawn" },
      );
  }
  return approvals;
}

function idempotencyOf(cell: MapCell): Loaded["idempotency"] {
  const digest = cell.fields.get("digest");
  if (digest === undefined) return undefined;
  return {
    digest,
    answer: cell.fields.get("answer"),
    until: Number(cell.fields.get("until") ?? 0),
    status: cell.fields.get("status"),
    done: cell.fields.has("done"),
    args: cell.fields.get("args"),
  };
}
