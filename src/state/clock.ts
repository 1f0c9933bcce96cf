import type { Milliseconds } from "./store.js";

/** A source of time. It may step back; callers that need it never to do so must remember the highest answer. */
export interface Clock {
  now(): Milliseconds;
}

/** The wall clock of this machine. Nothing else in Writ reads it. */
export const systemClock: Clock = { now: () => Date.now() };

/** Returns milliseconds of a monotonic clock, to measure durations: changes of the wall clock do not affect it. */
export function elapsed(): Milliseconds {
  return performance.now();
}

/** A clock that changes only when it is set, for scenarios and tests. It can be set back. */
export class VirtualClock implements Clock {
  #now: Milliseconds;

  constructor(start: Milliseconds) {
    this.#now = start;
  }

  now(): Milliseconds {
    return this.#now;
  }

  advance(by: Milliseconds): void {
    this.#now += by;
  }

  set(to: Milliseconds): void {
    this.#now = to;
  }
}
