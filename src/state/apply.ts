/** Carries out the operations of a commit, for the stores that do so in this process. */

import { Draft } from "./draft.js";
import { few } from "./small-map.js";
import type {
  Cell,
  CellRead,
  CommitMode,
  CommitResult,
  Milliseconds,
  Operation,
  WindowCell,
} from "./store.js";
import type { CellSlot, StoredCell } from "./stored-cell.js";
import { unknownOperation } from "./valid-operation.js";
import { addToWindow, emptyWindow, fits, liveWindow } from "./window.js";
import { addWords, decimalOf } from "./words.js";
import { WrongKind } from "./wrong-kind.js";

/** A table of cells: the part of a store that the operations need. */
export interface CellTable {
  /** Returns the slot of the cell under the key, possibly of a cell that has expired. */
  find(key: string): CellSlot | undefined;
  /** Whether the table has room for this many more cells. */
  hasRoom(more: number): boolean;
  /** Stores the result of a draft: all drafts of a commit, or, if this throws, none. */
  write(drafts: readonly Draft[]): void;
}

/** Returns the requested cell as it is at `now`. */
export function readCell(stored: StoredCell | undefined, read: CellRead, now: Milliseconds): Cell {
  if (read.kind === "window") {
    if (stored === undefined) return emptyWindow;
    if (stored.kind === "window") return liveWindow(stored, now);
    if (stored.expires > now) throw new WrongKind(read.key, "map");
    return emptyWindow;
  }
  if (stored?.kind === "window") {
    if (liveWindow(stored, now).used > 0) throw new WrongKind(read.key, "window");
    return noMap;
  }
  if (stored === undefined || stored.expires <= now) return noMap;
  if (read.fields === "all") return { kind: "map", exists: true, fields: new Map(stored.entries()) };
  const fields = new Map<string, string>();
  for (const field of read.fields) {
    const value = stored.get(field);
    if (value !== undefined) fields.set(field, value);
  }
  return { kind: "map", exists: true, fields };
}

const none: readonly never[] = [];
const noStamp: readonly string[] = none;
const noMap: Cell = { kind: "map", exists: false, fields: new Map() };

/**
 * Carries out a commit on the table at the time `now`.
 *
 * If there is no room for a cell that the commit would make, nothing changes.
 */
export function applyCommit(
  table: CellTable,
  operations: readonly Operation[],
  mode: CommitMode,
  now: Milliseconds,
): CommitResult {
  return new Application(table, now).run(operations, mode);
}

class Application {
  readonly #table: CellTable;
  readonly #now: Milliseconds;
  readonly #drafts: Draft[] = [];
  #byKey: Map<string, Draft> | undefined;

  constructor(table: CellTable, now: Milliseconds) {
    this.#table = table;
    this.#now = now;
  }

  run(operations: readonly Operation[], mode: CommitMode): CommitResult {
    let holds = true;
    for (let i = 0; i < operations.length && (holds || mode === "each"); i++)
      holds = this.#apply(operations[i] as Operation) && holds;
    if (!holds && mode === "all") return { now: this.#now, outcome: "refused", windows: none };
    if (!this.#write()) return { now: this.#now, outcome: "full", windows: none };
    if (!holds) return { now: this.#now, outcome: "refused", windows: none };
    return { now: this.#now, outcome: "applied", windows: this.#windowsOf(operations) };
  }

  #windowsOf(operations: readonly Operation[]): readonly WindowCell[] {
    const windows: WindowCell[] = [];
    for (let i = 0; i < operations.length; i++) {
      const { op, key } = operations[i] as Operation;
      if (op === "charge" || op === "below") windows.push(this.#draft(key).window);
    }
    return windows;
  }

  /** Returns whether there was room for all changes; otherwise nothing changed. */
  #write(): boolean {
    let growth = 0;
    let dirty = false;
    for (const draft of this.#drafts) {
      growth += draft.growth;
      dirty ||= draft.dirty;
    }
    if (!dirty) return true;
    if (growth > 0 && !this.#table.hasRoom(growth)) return false;
    this.#table.write(this.#drafts);
    return true;
  }

  #draft(key: string): Draft {
    let draft = this.#known(key);
    if (draft === undefined) {
      draft = new Draft(key, this.#table.find(key), this.#now);
      this.#drafts.push(draft);
      this.#byKey?.set(key, draft);
    }
    return draft;
  }

  /** Most commits touch a handful of cells; a linear search finds those faster. */
  #known(key: string): Draft | undefined {
    if (this.#byKey === undefined && this.#drafts.length > few)
      this.#byKey = new Map(this.#drafts.map((draft) => [draft.key, draft]));
    if (this.#byKey !== undefined) return this.#byKey.get(key);
    for (let i = 0; i < this.#drafts.length; i++) {
      const draft = this.#drafts[i] as Draft;
      if (draft.key === key) return draft;
    }
    return undefined;
  }

  /** Applies an operation if its check holds, and returns whether it did. */
  #apply(operation: Operation): boolean {
    const draft = this.#draft(operation.key);
    switch (operation.op) {
      case "charge":
      case "below":
        return this.#charge(draft, operation);
      case "adjust": {
        const { window, at, by } = operation;
        draft.setWindow(addToWindow(draft.asWindow(), window, at, by, this.#now));
        return true;
      }
      case "expect":
        return this.#expect(draft, operation);
      case "put":
        draft.touch(this.#now + operation.ttl);
        draft.put(operation.fields, operation.stamp ?? noStamp);
        return true;
      case "increment":
        return this.#increment(draft, operation);
      case "grow":
        this.#grow(draft, operation);
        return true;
      case "fresh": {
        const deadline = draft.get(operation.field);
        return deadline !== undefined && (decimalOf(deadline) ?? 0) > this.#now;
      }
      case "delete":
        draft.remove();
        return true;
      default:
        return unknownOperation(operation);
    }
  }

  #charge(draft: Draft, { op, window, amount, cap }: Operation & { op: "charge" | "below" }): boolean {
    const cell = draft.asWindow();
    if (!fits(cell, amount, cap)) return false;
    if (op === "charge") draft.setWindow(addToWindow(cell, window, this.#now, amount, this.#now));
    return true;
  }

  #expect(draft: Draft, { fields }: Operation & { op: "expect" }): boolean {
    draft.asMap();
    for (const name of Object.keys(fields)) if ((draft.get(name) ?? null) !== fields[name]) return false;
    return true;
  }

  #increment(draft: Draft, { field, by, min, ttl }: Operation & { op: "increment" }): boolean {
    const before = decimalOf(draft.get(field));
    const after = before === undefined ? Number.NaN : before + by;
    // If the field is not a number, or the sum is not exact, the check does not hold.
    if (!Number.isSafeInteger(after) || after < (min ?? after)) return false;
    draft.touch(this.#now + ttl);
    draft.set(field, String(after));
    return true;
  }

  #grow(draft: Draft, { fields, limit, stamp, ttl }: Operation & { op: "grow" }): void {
    draft.touch(this.#now + ttl);
    for (const name of Object.keys(fields)) {
      const words = fields[name]!;
      if (words.length === 0) continue;
      const before = draft.get(name);
      if (before === undefined && name !== "overflow" && limit !== undefined && draft.size >= limit) {
        draft.set("overflow", "1");
        continue;
      }
      draft.set(name, addWords(before, stamp === true ? words.map((word) => `${word}@${this.#now}`) : words));
    }
  }
}
