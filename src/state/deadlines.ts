import { elapsed } from "./clock.js";

/** Something that has to be over in time. */
export interface Waiting {
  readonly due: number;
  readonly expire: () => void;
}

/**
 * Time limits of one length, under one timer: nearly all are over long before, and a timer for each would have to be
 * started and stopped.
 */
export class Deadlines {
  readonly #length: number;
  /** In the order in which they are due. */
  readonly #waiting = new Set<Waiting>();
  #isTimed = false;

  constructor(milliseconds: number) {
    this.#length = milliseconds;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Calls `expire` once the time is up, unless what this returns is given to `end` before. */
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
      // After the sockets were looked at: the answer may be here, and we who were late.
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
