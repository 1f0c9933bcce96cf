import { type LateText, type Milliseconds, textOf } from "./store.js";
import type { StoredMap } from "./stored-cell.js";

/** The field of a map that marks left-out fields and is not counted: see `grow` in `store.ts`. */
const UNCOUNTED = "overflow";

/**
 * A map made by one `put`. Records of decisions are such maps, kept for a day and almost never read again. It keeps the
 * operation itself, which takes a fraction of the memory of a map of the same fields. Its fields never change.
 */
export class WrittenMap implements StoredMap {
  readonly kind = "map";
  /** Set when it is stored. */
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

  /** Undefined if the operation does more than set these fields: one is removed, set twice, or not counted. */
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

  /** The same, without producing late texts. */
  *unwritten(): Generator<readonly [string, string | LateText]> {
    yield* Object.entries(this.#fields);
    for (const field of this.#stamp) yield [field, String(this.#now)];
  }
}
