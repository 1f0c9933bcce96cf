/** The one batched read of a decision: which cells it wants. What they mean is told by `load`. */
import type { CompiledBundle } from "../../compile/compile.js";
import { priorCellName } from "../../compile/prior-key.js";
import type { Cell, CellRead, MapCell, StateStore, WindowCell } from "../../state/store.js";
import { pendingKey, pendingWindow, priorCellKey, priorFields } from "../records/prior-cells.js";
import { type Leaf, leavesOf } from "../records/provenance.js";
import type { Call } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import { planRef } from "./approval-place.js";
import type { LoadPlan } from "./load.js";

/** The cells of one read as the store gave them; what was not asked for is empty. */
export interface Raw {
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

/** A map that does not exist. */
export const emptyMap: MapCell = { kind: "map", exists: false, fields: new Map() };

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

/** Reads the cells that a plan asks for. `family` and `opened` are what is known of the session so far. */
export async function readAll(
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

  if (call.sessionKey !== undefined && family !== undefined) {
    batch.map(call.sessionKey, sessionFields, (cell) => (session = cell));
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
