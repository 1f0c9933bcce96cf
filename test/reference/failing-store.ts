/** A store that can be made to fail, or to take its process with it. */
import {
  type CommitMode,
  type CommitResult,
  type Operation,
  type StateStore,
  StateUnavailable,
} from "../../src/state/store.js";

/** Thrown where the process is made to end. */
export class Ended extends Error {}

/** Passes everything on, unless it is told to fail. */
export class FailingStore implements StateStore {
  readonly kind = "failing";
  readonly #inner: StateStore;
  isDown = false;
  /** The process ends before or after the next commit that changes anything. */
  endsAt: "before" | "after" | undefined;
  /** Whether there was no room for a commit since this was last set. */
  wasFull = false;
  constructor(inner: StateStore) {
    this.#inner = inner;
  }
  #check(): void {
    if (this.isDown) throw new StateUnavailable("unreachable", "down for the test");
  }
  read(...args: Parameters<StateStore["read"]>): ReturnType<StateStore["read"]> {
    this.#check();
    return this.#inner.read(...args);
  }
  async commit(operations: readonly Operation[], mode: CommitMode): Promise<CommitResult> {
    this.#check();
    if (this.endsAt === "before") throw new Ended();
    const result = await this.#inner.commit(operations, mode);
    this.wasFull ||= result.outcome === "full";
    const changed = operations.length > 0 && (result.outcome === "applied" || mode === "each");
    if (this.endsAt === "after" && changed) throw new Ended();
    return result;
  }
  health(): ReturnType<StateStore["health"]> {
    return this.#inner.health();
  }
  keys(...args: Parameters<StateStore["keys"]>): ReturnType<StateStore["keys"]> {
    return this.#inner.keys(...args);
  }
  reset(...args: Parameters<StateStore["reset"]>): ReturnType<StateStore["reset"]> {
    return this.#inner.reset(...args);
  }
  close(): Promise<void> {
    return this.#inner.close();
  }
}

/**
 * Another store, to be looked at alone. Another policy over the state of a run must not write down what it keeps of the
 * past and strike out the rest, for that makes the past unknown to the policy whose run it is.
 */
export class ReadOnlyStore implements StateStore {
  readonly kind = "read-only";
  readonly #inner: StateStore;
  constructor(inner: StateStore) {
    this.#inner = inner;
  }
  read(...args: Parameters<StateStore["read"]>): ReturnType<StateStore["read"]> {
    return this.#inner.read(...args);
  }
  commit(): never {
    throw new StateUnavailable("unreachable", "only to be looked at");
  }
  health(): ReturnType<StateStore["health"]> {
    return this.#inner.health();
  }
  keys(...args: Parameters<StateStore["keys"]>): ReturnType<StateStore["keys"]> {
    return this.#inner.keys(...args);
  }
  async reset(): Promise<never> {
    throw new StateUnavailable("unreachable", "only to be looked at");
  }
  async close(): Promise<void> {}
}
