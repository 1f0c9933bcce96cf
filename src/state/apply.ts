/** What the operations of a commit mean, for the stores that carry them out in this process. */

import { Draft, type Place, type StoredCell } from "./draft.js";
import { few } from "./small-map.js";
import type { Cell, CellRead, Commit, CommitResult, Failure, Milliseconds, Operation } from "./store.js";
import { unknownOperation } from "./valid-operation.js";
import { addToWindow, emptyWindow, fits, liveWindow } from "./window.js";
import { addWords, decimalOf, removeWord } from "./words.js";
import { WrongKind } from "./wrong-kind.js";

/** Where cells are kept: the little that the operations need of a store. */
export interface CellTable {
  /** Where the cell under the key is kept; one that has expired may still be given. */
  find(key: string): Place | undefined;
  /** Whether so many more cells may be made. */
  hasRoom(more: number): boolean;
  /** Takes over what a draft has become: all of a commit's drafts, or, if this throws, none. */
  write(drafts: readonly Draft[]): void;
}

/** The cell that was asked for, as it is at `now`. */
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

const noStamp: readonly string[] = [];
const noMap: Cell = { kind: "map", exists: false, fields: new Map() };

/** The reads that give the windows an answer to this commit shows. */
export function shownWindows({ always = [], reserve }: Commit): CellRead[] {
  const reads: CellRead[] = [];
  for (const { op, key, ...rest } of [...always, ...reserve]) {
    if ((op === "charge" || op === "below") && "window" in rest)
      reads.push({ kind: "window", key, window: rest.window });
  }
  return reads;
}

/**
 * Carries out a commit on the table at the time `now`.
 *
 * Where there is no room for a cell it would make, nothing at all is changed, by no group.
 */
export function applyCommit(table: CellTable, commit: Commit, now: Milliseconds): CommitResult {
  return new Application(table, now).run(commit);
}

class Application {
  readonly #table: CellTable;
  readonly #now: Milliseconds;
  readonly #drafts: Draft[] = [];
  #byKey: Map<string, Draft> | undefined;
  readonly #failures: Failure[] = [];
  /** The windows to answer with, in order. */
  readonly #shown: Draft[] = [];

  constructor(table: CellTable, now: Milliseconds) {
    this.#table = table;
    this.#now = now;
  }

  run(commit: Commit): CommitResult {
    const { always, reserve, otherwise } = commit;
    if (always !== undefined && always.length > 0) {
      this.#check("always", always);
      for (const draft of this.#drafts) draft.save();
    }
    this.#check("reserve", reserve);
    const holds = this.#failures.length === 0;
    if (!holds) {
      for (const draft of this.#drafts) draft.rollback();
      if (otherwise !== undefined) for (const operation of otherwise) this.#apply(operation);
    }
    const written = this.#write();
    if (!written) for (const draft of this.#shown) draft.forget();
    const windows = this.#shown.map(({ window }) => window);
    return { now: this.#now, applied: holds && written, full: !written, failures: this.#failures, windows };
  }

  #check(group: Failure["group"], operations: readonly Operation[]): void {
    for (let index = 0; index < operations.length; index++) {
      const operation = operations[index]!;
      if (operation.op === "charge" || operation.op === "below") this.#shown.push(this.#draft(operation.key));
      const cell = this.#apply(operation);
      if (cell !== undefined) this.#failures.push({ group, index, cell });
    }
  }

  /** Whether there was room for all that changed; otherwise nothing did. */
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

  /** Most commits are about a handful of cells, which are found sooner one by one. */
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

  /** Applies an operation if its check holds, and gives the cell it failed on if it does not. */
  #apply(operation: Operation): Cell | undefined {
    const draft = this.#draft(operation.key);
    switch (operation.op) {
      case "charge":
      case "below":
        return this.#charge(draft, operation);
      case "adjust": {
        const { window, at, by } = operation;
        draft.setWindow(addToWindow(draft.asWindow(), window, at, by, this.#now));
        return undefined;
      }
      case "expect":
        return this.#expect(draft, operation);
      case "put":
        return this.#put(draft, operation);
      case "increment":
        return this.#increment(draft, operation);
      case "grow":
        return this.#grow(draft, operation);
      case "shrink": {
        const words = draft.get(operation.field);
        if (words !== undefined) draft.set(operation.field, removeWord(words, operation.word) ?? null);
        return undefined;
      }
      case "fresh": {
        const deadline = draft.get(operation.field);
        const holds = deadline !== undefined && (decimalOf(deadline) ?? 0) > this.#now;
        return holds ? undefined : draft.pick([operation.field]);
      }
      case "delete":
        draft.remove();
        return undefined;
      default:
        return unknownOperation(operation);
    }
  }

  #charge(
    draft: Draft,
    { op, window, amount, cap }: Operation & { op: "charge" | "below" },
  ): Cell | undefined {
    const cell = draft.asWindow();
    if (!fits(cell, amount, cap)) return cell;
    if (op === "charge") draft.setWindow(addToWindow(cell, window, this.#now, amount, this.#now));
    return undefined;
  }

  #expect(draft: Draft, { fields }: Operation & { op: "expect" }): Cell | undefined {
    const names = Object.keys(fields);
    for (const name of names) {
      if ((draft.get(name) ?? null) !== fields[name]) return draft.pick(names);
    }
    draft.asMap();
    return undefined;
  }

  #put(draft: Draft, { fields, stamp, ttl }: Operation & { op: "put" }): undefined {
    draft.touch(this.#now + ttl);
    draft.put(fields, stamp ?? noStamp);
  }

  #increment(draft: Draft, operation: Operation & { op: "increment" }): Cell | undefined {
    const { field, by, min, max, ttl } = operation;
    const before = decimalOf(draft.get(field));
    const after = before === undefined ? Number.NaN : before + by;
    // A field that is no number, or whose sum is none, holds nothing.
    if (!Number.isSafeInteger(after) || after < (min ?? after) || after > (max ?? after))
      return draft.pick([field]);
    draft.touch(this.#now + ttl);
    draft.set(field, String(after));
    return undefined;
  }

  #grow(draft: Draft, { fields, limit, stamp, ttl }: Operation & { op: "grow" }): undefined {
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
