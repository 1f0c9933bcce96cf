/** What is kept for some of the agents or roles of a bundle, by their index: found by one look where a map takes ten. */

/** A list may have so many places for each that is taken; beyond, a map takes less room. */
const PLACES_A_TAKEN = 16;

/** Items by a number from 0 on. Immutable. */
export class ByIndex<Item> {
  readonly #list: readonly (Item | undefined)[] | undefined;
  readonly #map: ReadonlyMap<number, Item> | undefined;

  private constructor(items: ReadonlyMap<number, Item>) {
    const length = 1 + Math.max(...items.keys());
    if (length > items.size * PLACES_A_TAKEN) this.#map = items;
    else this.#list = Array.from({ length }, (_, at) => items.get(at));
  }

  /** Undefined where there are none, so that nothing is looked up. */
  static of<From, Item>(
    from: ReadonlyMap<number, From>,
    make: (from: From) => Item,
  ): ByIndex<Item> | undefined {
    if (from.size === 0) return undefined;
    return new ByIndex(new Map([...from].map(([index, each]) => [index, make(each)])));
  }

  /** Undefined for what is not there, and below 0. */
  get(index: number): Item | undefined {
    const list = this.#list;
    if (list === undefined) return this.#map?.get(index);
    return index >= 0 && index < list.length ? list[index] : undefined;
  }
}
