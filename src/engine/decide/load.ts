/** What one batched read of a decision means: facts for its rules, and guards for its reservation. */
import type { Transaction } from "../../check/program.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { StateFacts } from "../../compile/frame.js";
import { priorCellName, priorKey } from "../../compile/prior-key.js";
import type { Tri } from "../../compile/tri.js";
import type { MapCell, Operation, StateStore, WindowCell } from "../../state/store.js";
import type { RecordValue } from "../../values/type.js";
import { type ApprovalState, readApproval, standing } from "../records/approval-state.js";
import { type FamilyCache, type OpenSessionState, sessionGuards } from "../records/open-session.js";
import { answerPrior, priorFields } from "../records/prior-cells.js";
import { isStated, labelsOf } from "../records/provenance.js";
import { isUpToDate } from "../records/scheme-terms.js";
import { isOpen, readTransaction, type TransactionState } from "../records/transaction-state.js";
import type { Call } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import type { Wanted } from "../rules/judge.js";
import type { Charge } from "../rules/limits.js";
import { digestFor } from "./approval-place.js";
import { emptyMap, type Raw, readAll } from "./read-cells.js";

/** What a decision has to look at. */
export interface LoadPlan {
  readonly wanted: Wanted;
  /** What the call carries has to be known, for `accepts`. */
  readonly carried: boolean;
  /** Schemes of approvals (and `confirmation`) that may be needed. */
  readonly schemes: ReadonlySet<string>;
  readonly charges: readonly Pick<Charge, "key" | "window">[];
}

/** What was read, told apart from what it means for the rules: that is in `facts`. */
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

/** Reads what a plan asks for: once, or twice for a session that this process has not met. */
export async function load(
  plan: LoadPlan,
  call: Call,
  bundle: CompiledBundle,
  store: StateStore,
  families: FamilyCache,
  provenanceKey: Uint8Array,
): Promise<Loaded> {
  const { request, sessionKey } = call;
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
    const { familyKey } = session;
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

function sessionOf(raw: Raw, call: Call, families: FamilyCache): Loaded["session"] {
  const key = call.sessionKey;
  if (key === undefined) return "none";
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
  const state = { family, familyKey: cellKeys.family(call.tenant, family), opened, familyOpened };
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
