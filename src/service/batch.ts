/**
 * Requests that arrive in the same turn of the event loop, worked on together. This is cohort scheduling (Larus and
 * Parkes, "Using Cohort Scheduling to Enhance Server Performance", USENIX 2002).
 *
 * Reading a request, deciding and answering are each more code than a processor keeps at hand. Done for one request after
 * the other, all of it is fetched anew for each of them; done phase by phase for all that have arrived, it is fetched once.
 */

/** How many are worked on before the first of them is answered: beyond, the last would gain little and the first wait. */
const MAX_SIZE = 64;

interface Member {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What has arrived in this turn of the event loop. */
export class Batch {
  readonly #begun: (count: number, ms: number) => void;
  #members: Member[] = [];
  #isScheduled = false;

  /** `begun` hears of each batch: how many there were, and how long reading and deciding them took. */
  constructor(begun: (count: number, ms: number) => void) {
    this.#begun = begun;
  }

  /** What `work` gives, once everything that is here was read. In the order of arrival. */
  join(work: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#members.push({ work, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => this.#go());
    });
  }

  /**
   * One batch. The next one follows before anything else is read from the network, so that what was let in is not
   * overtaken by what is still to be refused; what is done with the answers is done by promises, before it.
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
    // Node runs a tick once no promise is left to go on: after the answers, and before the network is looked at.
    queueMicrotask(() => process.nextTick(next));
  }
}
