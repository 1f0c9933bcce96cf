/** Chance that can be had again: every proof prints its seed, and `WRIT_PROOF_SEED` takes it or `random`. */

const asked = process.env.WRIT_PROOF_SEED;
/** The seed of this run. */
export const seed = asked === "random" ? Date.now() & 0x7fffffff : Number(asked ?? 20_261_128);

/** Numbers from one seed and one name, so that a proof draws the same whatever ran before it. */
export class Dice {
  #state: number;

  constructor(name: string) {
    let hash = seed >>> 0;
    for (const char of name) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
    this.#state = hash;
    console.info(`${name}: WRIT_PROOF_SEED=${seed}`);
  }

  /** An integer from 0 to below `sides`. (mulberry32) */
  below(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * sides);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
