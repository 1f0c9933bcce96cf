/** Counts the trips to a store, and logs one line when it becomes unreachable and one when it is back. */
import type { Logger } from "pino";
import type { Clock } from "../state/clock.js";
import { type StateStore, StateUnavailable, type StoreHealth } from "../state/store.js";
import type { Metrics } from "./metrics.js";
import { storeWarnings } from "./store-warnings.js";

/** Where observations of a store are logged and counted. */
export interface StoreObserver {
  readonly metrics: Pick<Metrics, "countTrip" | "countStateFailure">;
  readonly log: Pick<Logger, "error" | "warn">;
  readonly clock: Clock;
}

/** Milliseconds of answers after a failure before the store counts as back: a few late answers do not mean it is. */
const QUIET = 1_000;

/** A store whose trips are counted and timed. */
export interface ObservedStore extends StateStore {
  /** Seconds that the oldest open trip has waited for its answer; 0 if none is open. */
  oldestTrip(): number;
}

/** Wraps a store. Answers and errors are unchanged, and a synchronous answer stays synchronous. */
export function observedStore(store: StateStore, observer: StoreObserver): ObservedStore {
  const reach = new Reach(observer);
  // The start of each open trip, oldest first.
  const open = new Set<{ readonly since: number }>();
  const trip = <T>(operation: "read" | "commit", go: () => T | Promise<T>): T | Promise<T> => {
    observer.metrics.countTrip(operation);
    try {
      const answer = go();
      if (!(answer instanceof Promise)) return reach.answered(answer);
      const begun = { since: performance.now() };
      open.add(begun);
      return answer.then(
        (value) => {
          open.delete(begun);
          return reach.answered(value);
        },
        (error: unknown) => {
          open.delete(begun);
          return reach.failed(error);
        },
      );
    } catch (error) {
      return reach.failed(error);
    }
  };
  return {
    oldestTrip: () => {
      const [oldest] = open;
      return oldest === undefined ? 0 : (performance.now() - oldest.since) / 1000;
    },
    kind: store.kind,
    read: (cells) => trip("read", () => store.read(cells)),
    commit: (operations, mode) => trip("commit", () => store.commit(operations, mode)),
    health: async () => reach.looked(await store.health()),
    keys: (prefix, limit) => store.keys(prefix, limit),
    reset: (prefix) => store.reset(prefix),
    close: () => store.close(),
  };
}

/** Tracks whether the store is reachable, and logs each change. */
class Reach {
  readonly #observer: StoreObserver;
  #out: { readonly since: number; last: number } | undefined;
  #warnings: ReadonlySet<string> = new Set();

  constructor(observer: StoreObserver) {
    this.#observer = observer;
  }

  answered<T>(answer: T): T {
    if (this.#out !== undefined) this.#maybeBack(this.#out);
    return answer;
  }

  failed(error: unknown): never {
    if (error instanceof StateUnavailable) {
      this.#observer.metrics.countStateFailure(error.reason);
      this.#isOut(error.message);
    }
    throw error;
  }

  looked(health: StoreHealth): StoreHealth {
    this.#warn(storeWarnings(health));
    if (health.reachable) return this.answered(health);
    this.#isOut(health.problem ?? "no answer");
    return health;
  }

  /** Logs each warning once when its condition begins and once when it ends. */
  #warn(warnings: readonly string[]): void {
    const { log } = this.#observer;
    for (const warning of warnings) if (!this.#warnings.has(warning)) log.warn(warning);
    for (const warning of this.#warnings) if (!warnings.includes(warning)) log.warn(`no longer: ${warning}`);
    this.#warnings = new Set(warnings);
  }

  #isOut(problem: string): void {
    const { clock, log } = this.#observer;
    const now = clock.now();
    if (this.#out !== undefined) {
      this.#out.last = now;
      return;
    }
    this.#out = { since: now, last: now };
    log.error({ problem }, "the state is unreachable; decisions that need it are denied");
  }

  #maybeBack({ since, last }: { readonly since: number; readonly last: number }): void {
    const { clock, log } = this.#observer;
    const now = clock.now();
    if (now - last < QUIET) return;
    this.#out = undefined;
    log.warn({ seconds: (now - since) / 1000 }, "the state is reachable again");
  }
}
