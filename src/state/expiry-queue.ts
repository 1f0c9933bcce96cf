import type { Milliseconds } from "./store.js";

/** Something that expires. Its time may move later while it is queued, never earlier. */
export interface Expiring {
  expires: Milliseconds;
  /** Its index in the queue, set by the queue; -1 if it is not queued. */
  index: number;
  /** When the queue checks it next: at most `expires`. */
  due: Milliseconds;
}

/**
 * Finds the next items that expire: a heap that can also remove an item from the middle.
 *
 * It spreads the cost of clearing expired cells over commits, instead of walking over a million cells at once.
 */
export class ExpiryQueue<T extends Expiring> {
  readonly #heap: T[] = [];

  add(item: T): void {
    item.due = item.expires;
    this.#rise(item, this.#heap.length);
  }

  remove(item: T): void {
    const last = this.#heap.pop()!;
    const index = item.index;
    item.index = -1;
    if (last === item) return;
    this.#sink(last, index);
    this.#rise(last, last.index);
  }

  /** Removes and returns an item that has expired by `now`, or returns undefined if all are live. */
  takeExpired(now: Milliseconds): T | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.due > now) return undefined;
      if (first.expires <= now) {
        this.remove(first);
        return first;
      }
      first.due = first.expires;
      this.#sink(first, 0);
    }
  }

  #rise(item: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = this.#heap[(index - 1) >> 1]!;
      if (parent.due <= item.due) break;
      this.#put(parent, index);
      index = (index - 1) >> 1;
    }
    this.#put(item, index);
  }

  #sink(item: T, from: number): void {
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && this.#heap[child + 1]!.due < this.#heap[child]!.due) child++;
      const smaller = this.#heap[child]!;
      if (smaller.due >= item.due) break;
      this.#put(smaller, index);
      index = child;
    }
    this.#put(item, index);
  }

  #put(item: T, index: number): void {
    this.#heap[index] = item;
    item.index = index;
  }
}
