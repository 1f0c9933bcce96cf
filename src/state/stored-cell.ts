import type { Milliseconds, WindowCell } from "./store.js";

/** A map as a table stores it. Fields are read one by one, so that they can be stored anywhere. */
export interface StoredMap {
  readonly kind: "map";
  readonly expires: Milliseconds;
  /** The number of fields, not counting `overflow`. */
  readonly size: number;
  get(field: string): string | undefined;
  /** All fields, in any order. */
  entries(): Iterable<readonly [string, string]>;
}

/** A cell as a table stores it. It may have expired without being cleared yet. */
export type StoredCell = WindowCell | StoredMap;

/** The slot of a cell in a table. A table may keep more about a cell in it. */
export interface CellSlot {
  readonly cell: StoredCell;
}
