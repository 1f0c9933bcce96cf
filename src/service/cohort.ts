/**
 * Cohort scheduling (Larus and Parkes, "Using Cohort Scheduling to Enhance Server Performance", USENIX 2002).
 *
 * Reading a request, deciding and answering are each more code than a processor keeps at hand. Done for one request after
 * the other, all of it is fetched anew for each of them; done phase by phase for all that have arrived, it is fetched once.
 */

/** So many are worked on before the first of them is answered: beyond, the last would gain little and the first wait. */
const MOST = 64;

interface Member {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What has arrived in this turn of the event loop. */
export class Cohort {
  #members: Member[] = [];

  /** What `work` gives, once everything that is here was read. In the order of arrival. */
  join(work: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#members.push({ work, resolve, reject }) === 1) setImmediate(() => this.#go());
    });
  }

  /** What is done with the answers is done by promises, and so after the last of these. */
  #go(): void {
    const members = this.#members.splice(0, MOST);
    if (this.#members.length > 0) setImmediate(() => this.#go());
    for (const { work, resolve, reject } of members) {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    }
  }
}
