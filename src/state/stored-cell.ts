import type { Milliseconds, WindowCell } from "./store.js";

/** A map as a table keeps it. The fields may be anywhere: they are asked for one by one. */
export interface StoredMap {
  readonly kind: "map";
  readonly expires: Milliseconds;
  /** How many fields there are, `overflow` not counted. */
  readonly size: number;
  get(field: string): string | undefined;
  /** All fields, in any order. */
  entries(): Iterable<readonly [string, string]>;
}

/** A cell as a table keeps it, which may have expired without being cleared up yet. */
export type StoredCell = WindowCell | StoredMap;

/** Where a table keeps a cell: what it knows of it beside what it holds is the table's own affair. */
export interface Place {
  readonly cell: StoredCell;
}
