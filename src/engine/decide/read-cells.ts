/** Stage 3, the read: fetches the cells of a plan in one batch. `read-state.ts` interprets them. */
import { priorCellName } from "../../compile/prior-key.js";
import type { Cell, CellRead, MapCell, Snapshot, WindowCell } from "../../state/store.js";
import { earlierFields } from "../records/earlier-call.js";
import { pendingKey, pendingWindow, priorCellKey, priorFields } from "../records/prior-cells.js";
import { registeredName } from "../records/prior-registry.js";
import { type Leaf, leavesOf } from "../records/provenance.js";
import { cellKeys } from "../request/cell-keys.js";
import { planRef } from "./approval-binding.js";
import type { Case, CellSnapshot, PriorCells, ReadPlan } from "./types.js";
import { whenReady } from "./when-ready.js";

/** A map that does not exist. */
export const emptyMap: MapCell = { kind: "map", exists: false, fields: new Map() };

/** What is known of the session before its cell is read: the cell it shares with its parent, and its opening. */
export interface KnownSession {
  readonly tree: string | undefined;
  readonly opened: string | undefined;
}

/** Reads the cells that a plan asks for. */
export function readCells(
  c: Case,
  plan: ReadPlan,
  session: KnownSession,
): CellSnapshot | Promise<CellSnapshot> {
  const batch = new Batch(c, plan, session);
  return whenReady(c.context.store.read(batch.reads), (snapshot) => batch.snapshotOf(snapshot));
}

/** Takes its cell out of the answer. */
type Take<Answer extends Cell> = (cells: readonly Cell[]) => Answer;
const takeNothing: Take<MapCell> = () => emptyMap;

const SESSION = ["owner", "family", "epoch", "opened", "expires"] as const;
const TREE = ["opened", "labels", "steps"] as const;
const TRANSACTION = [
  "kind",
  "owner",
  "session",
  "sessionOpened",
  "opened",
  "lasts",
  "active",
  "idle",
  "waits",
  "status",
  "version",
  "steps",
  "plan",
  "planDigest",
] as const;

/** The reads of one plan, and where each answer belongs. */
class Batch {
  readonly reads: CellRead[] = [];
  readonly #c: Case;
  readonly #leaves: readonly Leaf[];
  readonly #hashes: readonly string[];
  #session = takeNothing;
  #tree = takeNothing;
  #seen = takeNothing;
  #priorRegistry = takeNothing;
  readonly #transaction: Take<MapCell>;
  readonly #request: Take<MapCell>;
  readonly #priors = new Map<string, (cells: readonly Cell[]) => PriorCells>();
  readonly #approvals = new Map<string, Take<MapCell>>();
  readonly #planApprovals = new Map<string, Take<MapCell>>();
  readonly #windows = new Map<string, Take<WindowCell>>();

  constructor(c: Case, plan: ReadPlan, { tree, opened }: KnownSession) {
    this.#c = c;
    const { call, context } = c;
    const { request, tenant } = call;
    const readsArgs = plan.provenance && tree !== undefined && call.hasArgs;
    this.#leaves = readsArgs ? leavesOf(call, tree, context.keys.provenance) : [];
    this.#hashes = [...new Set(this.#leaves.flatMap((leaf) => leaf.hashes))];
    if (tree !== undefined) this.#addSession(tree, plan);
    this.#transaction =
      request.transaction === undefined
        ? takeNothing
        : this.#map(cellKeys.transaction(tenant, request.transaction), TRANSACTION);
    this.#addPriors(plan, opened);
    for (const scheme of plan.schemes) this.#addApprovals(scheme);
    this.#request =
      request.id === undefined
        ? takeNothing
        : this.#map(cellKeys.idempotency(tenant, call.caller.id, request.id), earlierFields);
    for (const read of plan.windows) this.#windows.set(read.key, this.#window({ kind: "window", ...read }));
  }

  /** The cells, each under what it was read for. */
  snapshotOf({ now, cells }: Snapshot): CellSnapshot {
    return {
      now,
      session: this.#session(cells),
      tree: this.#tree(cells),
      seen: this.#seen(cells),
      leaves: this.#leaves,
      hashes: this.#hashes,
      transaction: this.#transaction(cells),
      priors: taken(this.#priors, cells),
      priorRegistry: this.#priorRegistry(cells),
      approvals: taken(this.#approvals, cells),
      planApprovals: taken(this.#planApprovals, cells),
      idempotency: this.#request(cells),
      windows: taken(this.#windows, cells),
    };
  }

  #map(key: string, fields: readonly string[] | "all"): Take<MapCell> {
    const at = this.reads.push({ kind: "map", key, fields }) - 1;
    return (cells) => cells[at] as MapCell;
  }

  #window(read: CellRead & { readonly kind: "window" }): Take<WindowCell> {
    const at = this.reads.push(read) - 1;
    return (cells) => cells[at] as WindowCell;
  }

  #addSession(tree: string, { provenance }: ReadPlan): void {
    const { sessionKey, tenant } = this.#c.call;
    if (sessionKey === undefined) return;
    this.#session = this.#map(sessionKey, SESSION);
    this.#tree = this.#map(cellKeys.sessionTree(tenant, tree), TREE);
    if (provenance) this.#seen = this.#map(cellKeys.seen(tenant, tree), [...this.#hashes, "overflow"]);
  }

  #addPriors({ required }: ReadPlan, opened: string | undefined): void {
    const { call, context } = this.#c;
    if (required.priors.size > 0) {
      const names = [...new Set([...required.priors.values()].map(registeredName))];
      this.#priorRegistry = this.#map(cellKeys.priorRegistry(), names);
    }
    for (const expr of required.priors.values()) {
      const name = priorCellName(expr);
      const key = this.#priors.has(name) ? undefined : priorCellKey(expr.same, name, call, opened);
      if (key === undefined) continue;
      const declared = context.bundle.tools.get(expr.tool)?.priorCells.find((each) => each.name === name);
      const window = pendingWindow(declared?.within ?? expr.within);
      const cell = this.#map(key, priorFields);
      const pending = this.#window({ kind: "window", key: pendingKey(key), window });
      this.#priors.set(name, (cells) => ({ key, cell: cell(cells), pending: pending(cells) }));
    }
  }

  #addApprovals(scheme: string): void {
    const { request, tenant, digest } = this.#c.call;
    this.#approvals.set(scheme, this.#map(cellKeys.approval(tenant, scheme, digest()), "all"));
    if (request.transaction === undefined) return;
    // The plan's digest is in the transaction, which is not read yet: look it up by the transaction's id.
    const key = cellKeys.approval(tenant, scheme, planRef(request.transaction));
    this.#planApprovals.set(scheme, this.#map(key, "all"));
  }
}

function taken<Key, Answer>(
  takes: ReadonlyMap<Key, (cells: readonly Cell[]) => Answer>,
  cells: readonly Cell[],
): ReadonlyMap<Key, Answer> {
  const answers = new Map<Key, Answer>();
  for (const [key, take] of takes) answers.set(key, take(cells));
  return answers;
}
