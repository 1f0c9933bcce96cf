/**
 * The state that policy decisions keep between calls, and the two operations on it.
 *
 * Everything is a *cell* under a key: a **window** (amounts in sub-windows of time) or a **map** (fields of text).
 * `read` answers with a consistent snapshot; `commit` checks and changes many cells at once. The engine composes cell
 * keys (tenant first); stores treat them as opaque.
 *
 * Time is the store's own clock and never steps back: `now` of a later answer is never below that of an earlier one, so
 * a clock set back cannot reopen a window. Amounts are integers (the engine meters in millionths).
 */

/** A time in milliseconds since the Unix epoch, by the store's clock. */
export type Milliseconds = number;

/**
 * How a window counts.
 * - `rolling`: the last `length` ms, in `parts` equal sub-windows; an amount leaves when the whole of its
 *   sub-window is out, so it may refuse a sliver (`length / parts`) early and never admits late.
 * - `calendar`: the current UTC hour, day, ISO week (from Monday) or month.
 * - `life`: for as long as the cell lives, which is `length` ms from its last change.
 */
export type WindowSpec =
  | { readonly kind: "rolling"; readonly length: Milliseconds; readonly parts: number }
  | { readonly kind: "calendar"; readonly period: "hour" | "day" | "week" | "month" }
  | { readonly kind: "life"; readonly length: Milliseconds };

export type CellRead =
  | { readonly kind: "window"; readonly key: string; readonly window: WindowSpec }
  /** The named fields of a map, or all of them. */
  | { readonly kind: "map"; readonly key: string; readonly fields: readonly string[] | "all" };

/** The content of a window now: the live sub-windows, oldest first. `start` is inclusive; an amount counts until `leaves`. */
export interface WindowCell {
  readonly kind: "window";
  readonly used: number;
  readonly parts: readonly {
    readonly start: Milliseconds;
    readonly leaves: Milliseconds;
    readonly amount: number;
  }[];
}
/** The requested fields that exist; `exists` is false for a map that was never written or has expired. */
export interface MapCell {
  readonly kind: "map";
  readonly exists: boolean;
  readonly fields: ReadonlyMap<string, string>;
}
export type Cell = WindowCell | MapCell;

export interface Snapshot {
  readonly now: Milliseconds;
  /** One snapshot per requested cell, in order. */
  readonly cells: readonly Cell[];
}

/**
 * A text that is produced on demand: most records of an `allow` are never read again, and a store in this process need
 * not produce them. It is the same and well-formed whenever it is produced.
 */
export interface LateText {
  written(): string;
}

/** Returns the text, producing it if needed. */
export function textOf(text: string | LateText): string {
  return typeof text === "string" ? text : text.written();
}

/**
 * One check or change.
 *
 * `ttl` is how long a cell outlives its last change. It serves only for clearing: anything with a deadline stores it in
 * a field. A cell's expiry never becomes earlier.
 */
export type Operation =
  /** Holds if the map's fields have exactly these values; `null` means absent. In a missing map every field is absent. */
  | { readonly op: "expect"; readonly key: string; readonly fields: Readonly<Record<string, string | null>> }
  /** Holds if the map's field exists and, read as decimal ms, is after `now`: something with a deadline is still open. */
  | { readonly op: "fresh"; readonly key: string; readonly field: string }
  /** Holds if `used + amount <= cap` (no cap: always), then adds `amount` to the current sub-window. `amount >= 0`. */
  | {
      readonly op: "charge";
      readonly key: string;
      readonly window: WindowSpec;
      readonly amount: number;
      readonly cap: number | null;
    }
  /** Holds if `used + amount <= cap`, and changes nothing. */
  | {
      readonly op: "below";
      readonly key: string;
      readonly window: WindowSpec;
      readonly amount: number;
      readonly cap: number;
    }
  /** Adds `by` (may be negative) to the sub-window that held the time `at`, if it is still live; never below zero. */
  | {
      readonly op: "adjust";
      readonly key: string;
      readonly window: WindowSpec;
      readonly at: Milliseconds;
      readonly by: number;
    }
  /**
   * Sets fields (`null` removes); the fields named in `stamp` are set to the store's `now` in decimal ms. A store may
   * keep both objects as they are, so callers must not change them afterwards.
   */
  | {
      readonly op: "put";
      readonly key: string;
      readonly fields: Readonly<Record<string, string | LateText | null>>;
      readonly stamp?: readonly string[];
      readonly ttl: Milliseconds;
    }
  /** Adds to a decimal field (absent is 0). Holds if the result is at least `min`, if given. */
  | {
      readonly op: "increment";
      readonly key: string;
      readonly field: string;
      readonly by: number;
      readonly min?: number;
      readonly ttl: Milliseconds;
    }
  /**
   * Adds words to fields that hold a set of words (space-separated, sorted). With `stamp`, `@now` is appended to each
   * word. A new field is left out if the map already holds `limit` fields; then the field `overflow` is set to "1"
   * (`overflow` itself does not count).
   */
  | {
      readonly op: "grow";
      readonly key: string;
      readonly fields: Readonly<Record<string, readonly string[]>>;
      readonly limit?: number;
      readonly stamp?: boolean;
      readonly ttl: Milliseconds;
    }
  | { readonly op: "delete"; readonly key: string };

/**
 * How the operations of a commit depend on each other; they apply in order, each seeing the ones before it.
 * - `all`: all or nothing. At the first check that does not hold, nothing is changed.
 * - `each`: each operation is applied if its own check holds, regardless of the others.
 */
export type CommitMode = "all" | "each";

export interface CommitResult {
  readonly now: Milliseconds;
  /**
   * - `applied`: every check held, and everything was applied.
   * - `refused`: a check did not hold. With `all` nothing was changed; with `each` the other operations were applied.
   * - `full`: there is no room for a cell that the commit would make, and nothing was changed.
   */
  readonly outcome: "applied" | "refused" | "full";
  /** After a commit that was applied: the windows of its `charge` and `below` operations, in order. Otherwise none. */
  readonly windows: readonly WindowCell[];
}

/**
 * Why a store cannot answer.
 * - `unreachable` ends by itself.
 * - `lost` needs an administrator to accept what the store holds now.
 * - `damaged` concerns cells that Writ cannot have written: they are unknown until an administrator removes them.
 */
export type UnavailableReason = "unreachable" | "lost" | "damaged";

/** Thrown (or rejected with) if the store cannot answer in time or has lost its data. Nothing may be allowed then. */
export class StateUnavailable extends Error {
  override readonly name: string = "StateUnavailable";
  readonly reason: UnavailableReason;
  constructor(reason: UnavailableReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface StoreHealth {
  readonly reachable: boolean;
  /** Why the store is not reachable, in words for an operator. */
  readonly problem?: string;
  /** True if the store answers but has lost its state, or never had any: only `initialise` resolves that. */
  readonly lost?: boolean;
  /** How many cells are live, and the maximum (null if the store sets none). */
  readonly cells: number;
  readonly capacity: number | null;
  /** The share of the capacity in use, from 0 to 1 (0 if it has no limit). At 1 the store is full. */
  readonly fill: number;
  /** How far its clock is ahead of this machine's, in milliseconds: limits and deadlines follow the store's. */
  readonly ahead: number;
  /** The time of the last commit, if the store records it. */
  readonly committed?: Milliseconds;
}

/** A store of cells. Both operations are atomic; an embedded store may answer synchronously instead of with a promise. */
export interface StateStore {
  /** `memory`, `file` or `redis`, for people. */
  readonly kind: string;
  read(cells: readonly CellRead[]): Snapshot | Promise<Snapshot>;
  commit(operations: readonly Operation[], mode: CommitMode): CommitResult | Promise<CommitResult>;
  health(): Promise<StoreHealth>;
  /** Returns at most `limit` keys that begin with `prefix`, for administrators: no decision depends on it. */
  keys(prefix: string, limit: number): Promise<readonly string[]>;
  /** Deletes every cell whose key begins with `prefix`; the empty prefix deletes all. Returns how many. */
  reset(prefix: string): Promise<number>;
  /**
   * Accepts the current content of the store, on behalf of an administrator, if the store is `lost` or new. Absent if a
   * store cannot detect a loss; never called during a decision.
   */
  initialise?(): Promise<void>;
  close(): Promise<void>;
}
