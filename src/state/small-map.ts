/** Beyond this many entries, a linear search costs more than a hash table. */
export const few = 8;

/**
 * A map that nearly always has a handful of entries. They are in one array, keys and values alternating, which costs a
 * fraction of a `Map` to create and collect. It becomes a `Map` when it grows. Entries have no order.
 */
export class SmallMap<V> {
  #few: (string | V)[] | undefined = [];
  #many: Map<string, V> | undefined;

  get size(): number {
    return this.#few === undefined ? (this.#many as Map<string, V>).size : this.#few.length >> 1;
  }

  get(key: string): V | undefined {
    const entries = this.#few;
    if (entries === undefined) return (this.#many as Map<string, V>).get(key);
    for (let i = 0; i < entries.length; i += 2) if (entries[i] === key) return entries[i + 1] as V;
    return undefined;
  }

  set(key: string, value: V): void {
    const entries = this.#few;
    if (entries === undefined) {
      (this.#many as Map<string, V>).set(key, value);
      return;
    }
    for (let i = 0; i < entries.length; i += 2) {
      if (entries[i] !== key) continue;
      entries[i + 1] = value;
      return;
    }
    if (entries.length < 2 * few) entries.push(key, value);
    else this.#become(new Map([...this.entries(), [key, value]]));
  }

  delete(key: string): void {
    const entries = this.#few;
    if (entries === undefined) {
      (this.#many as Map<string, V>).delete(key);
      return;
    }
    for (let i = 0; i < entries.length; i += 2) if (entries[i] === key) entries.splice(i, 2);
  }

  entries(): Iterable<readonly [string, V]> {
    const entries = this.#few;
    if (entries === undefined) return this.#many as Map<string, V>;
    const pairs: [string, V][] = [];
    for (let i = 0; i < entries.length; i += 2) pairs.push([entries[i] as string, entries[i + 1] as V]);
    return pairs;
  }

  #become(map: Map<string, V>): void {
    this.#many = map;
    this.#few = undefined;
  }
}
