/** A stream of choices from one number: the same seed always draws the same. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    for (let i = 0; i < 4; i++) this.#next();
  }

  /** In [0, 1), by mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Both ends inclusive. */
  int(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }
  chance(probability: number): boolean {
    return this.#next() < probability;
  }
  pick<T>(of: readonly T[]): T {
    if (of.length === 0) throw new Error("nothing to pick from");
    return of[this.int(0, of.length - 1)] as T;
  }
  /** One of them or, where there are none, undefined. */
  maybe<T>(of: readonly T[], probability = 1): T | undefined {
    return of.length > 0 && this.chance(probability) ? this.pick(of) : undefined;
  }
  /** Between so many and so many of them, each at most once, in their order. */
  some<T>(of: readonly T[], least: number, most: number): T[] {
    const left = new Set(of);
    const wanted = Math.min(of.length, this.int(least, most));
    while (of.length - left.size < wanted) left.delete(this.pick([...left]));
    return of.filter((each) => !left.has(each));
  }
  /** One of the branches, as often as its weight says. */
  weighted<T>(branches: readonly (readonly [weight: number, make: () => T])[]): T {
    const total = branches.reduce((sum, [weight]) => sum + weight, 0);
    let at = this.#next() * total;
    for (const [weight, make] of branches) {
      at -= weight;
      if (at < 0) return make();
    }
    return (branches.at(-1) as (typeof branches)[number])[1]();
  }
  times<T>(least: number, most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.int(least, most) }, (_, i) => make(i));
  }
}
