/**
 * Requests that arrive in the same turn of the event loop are processed together. This is cohort scheduling (Larus and
 * Parkes, "Using Cohort Scheduling to Enhance Server Performance", USENIX 2002).
 *
 * Reading a request, deciding and answering each run more code than fits in a processor's cache. One request after the
 * other, all of that code is fetched again for each request; phase by phase for a whole batch, it is fetched once.
 */

/** Maximum number of requests in a batch. In a larger one the last would gain little and the first would wait. */
const MAX_SIZE = 64;

interface Member {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The requests that have arrived in this turn of the event loop. */
export class Batch {
  readonly #begun: (count: number, ms: number) => void;
  #members: Member[] = [];
  #isScheduled = false;

  /** `begun` is called per batch with the number of requests and the milliseconds that reading and deciding took. */
  constructor(begun: (count: number, ms: number) => void) {
    this.#begun = begun;
  }

  /**
   * Resolves to the result of `work`, which runs once all requests of the batch are read. Keeps the order of arrival.
   */
  join(work: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#members.push({ work, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => this.#go());
    });
  }

  /**
   * Runs one batch. The next one follows before anything else is read from the network, so that a request that is still
   * to be refused does not overtake an admitted one. Promises handle the answers before that.
   */
  #go(): void {
    const started = performance.now();
    const members = this.#members.splice(0, MAX_SIZE);
    for (const { work, resolve, reject } of members) {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    }
    const next = () => {
      this.#begun(members.length, performance.now() - started);
      this.#isScheduled = this.#members.length > 0;
      if (this.#isScheduled) this.#go();
    };
    // Node runs a tick after all pending promises: after the answers and before the next read from the network.
    queueMicrotask(() => process.nextTick(next));
  }
}
