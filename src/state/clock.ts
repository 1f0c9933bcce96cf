import type { Milliseconds } from "./store.js";

/** Where the time comes from. It may step back; whoever needs it never to must remember the highest answer. */
export interface Clock {
  now(): Milliseconds;
}

/** The wall clock of this machine: the only place in Writ that reads it. */
export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds that pass whatever happens to the wall clock: how long something takes, never what time it is. */
export function elapsed(): Milliseconds {
  return performance.now();
}

/** A clock that stands still until it is told otherwise, for scenarios and tests. It can be set back. */
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
