import { type LateText, type Milliseconds, textOf } from "./store.js";
import type { StoredMap } from "./stored-cell.js";

/** The field of a map that says what its other fields are, and is not counted: see `grow` in `store.ts`. */
const UNCOUNTED = "overflow";

/**
 * A map as one `put` made it: records of decisions are made so and kept for a day, nearly all without being looked at
 * again. It holds what was asked, which takes a fraction of what a map of the same fields takes. Its fields never change.
 */
export class WrittenMap implements StoredMap {
  readonly kind = "map";
  /** Set where it is stored. */
  expires: Milliseconds = 0;
  readonly size: number;
  readonly #fields: Readonly<Record<string, string | LateText>>;
  readonly #stamp: readonly string[];
  readonly #now: Milliseconds;

  private constructor(
    fields: Readonly<Record<string, string | LateText>>,
    stamp: readonly string[],
    now: Milliseconds,
    size: number,
  ) {
    this.#fields = fields;
    this.#stamp = stamp;
    this.#now = now;
    this.size = size;
  }

  /** Undefined where that is not simply these fields: one is removed, set twice, or not counted. */
  static of(
    fields: Readonly<Record<string, string | LateText | null>>,
    stamp: readonly string[],
    now: Milliseconds,
  ): WrittenMap | undefined {
    const names = Object.keys(fields);
    for (const name of names) if (fields[name] === null || name === UNCOUNTED) return undefined;
    for (let i = 0; i < stamp.length; i++) {
      const name = stamp[i] as string;
      if (name === UNCOUNTED || Object.hasOwn(fields, name) || stamp.indexOf(name) !== i) return undefined;
    }
    const all = fields as Readonly<Record<string, string | LateText>>;
    return new WrittenMap(all, stamp, now, names.length + stamp.length);
  }

  get(field: string): string | undefined {
    if (this.#stamp.includes(field)) return String(this.#now);
    return Object.hasOwn(this.#fields, field) ? textOf(this.#fields[field] as string | LateText) : undefined;
  }

  *entries(): Generator<readonly [string, string]> {
    for (const [field, value] of this.unwritten()) yield [field, textOf(value)];
  }

  /** The same, with late texts as they are. */
  *unwritten(): Generator<readonly [string, string | LateText]> {
    yield* Object.entries(this.#fields);
    for (const field of this.#stamp) yield [field, String(this.#now)];
  }
}
