import { elapsed } from "./clock.js";

/** An operation with a deadline. */
export interface Waiting {
  readonly due: number;
  readonly expire: () => void;
}

/**
 * Time limits of one length that share one timer. Nearly all operations end long before, and a timer for each would
 * have to be started and stopped.
 */
export class Deadlines {
  readonly #length: number;
  /** In the order of their deadlines. */
  readonly #waiting = new Set<Waiting>();
  #isTimed = false;

  constructor(milliseconds: number) {
    this.#length = milliseconds;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Calls `expire` when the time is up, unless the returned object is passed to `end` before. */
  begin(expire: () => void): Waiting {
    const waiting = { due: elapsed() + this.#length, expire };
    this.#waiting.add(waiting);
    if (!this.#isTimed) this.#time(this.#length);
    return waiting;
  }

  end(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  #time(milliseconds: number): void {
    this.#isTimed = true;
    setTimeout(() => {
      const now = elapsed();
      // Only after the sockets were polled: if this process was late, the answer may already be here.
      setImmediate(() => this.#expire(now));
    }, milliseconds).unref();
  }

  #expire(now: number): void {
    for (const waiting of this.#waiting) {
      if (waiting.due > now) {
        this.#time(waiting.due - elapsed());
        return;
      }
      this.#waiting.delete(waiting);
      waiting.expire();
    }
    this.#isTimed = false;
  }
}
