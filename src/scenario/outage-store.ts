/** A state store that a test can make unavailable. */
import {
  type CellRead,
  type CommitMode,
  type CommitResult,
  type Operation,
  type Snapshot,
  type StateStore,
  StateUnavailable,
  type StoreHealth,
} from "../state/store.js";

/** Passes everything on while `isOut` is false, and fails like an unreachable store while it is true. */
export class OutageStore implements StateStore {
  readonly kind: string;
  isOut = false;
  readonly #inner: StateStore;

  constructor(inner: StateStore) {
    this.#inner = inner;
    this.kind = inner.kind;
  }

  read(cells: readonly CellRead[]): Snapshot | Promise<Snapshot> {
    this.#requireReach();
    return this.#inner.read(cells);
  }

  commit(operations: readonly Operation[], mode: CommitMode): CommitResult | Promise<CommitResult> {
    this.#requireReach();
    return this.#inner.commit(operations, mode);
  }

  async health(): Promise<StoreHealth> {
    const health = await this.#inner.health();
    return this.isOut ? { ...health, reachable: false, problem: OUT } : health;
  }

  keys(prefix: string, limit: number): Promise<readonly string[]> {
    return this.#inner.keys(prefix, limit);
  }

  reset(prefix: string): Promise<number> {
    return this.#inner.reset(prefix);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #requireReach(): void {
    if (this.isOut) throw new StateUnavailable("unreachable", OUT);
  }
}

const OUT = "the test has made the state unreachable";
