import { getHeapStatistics } from "node:v8";
import { applyCommit, type CellTable, readCell } from "./apply.js";
import { type Clock, systemClock } from "./clock.js";
import type { Draft } from "./draft.js";
import { type Expiring, ExpiryQueue } from "./expiry-queue.js";
import { SmallMap } from "./small-map.js";
import {
  type CellRead,
  type CommitMode,
  type CommitResult,
  type LateText,
  type Milliseconds,
  type Operation,
  type Snapshot,
  type StateStore,
  type StoreHealth,
  textOf,
  type WindowCell,
} from "./store.js";
import type { CellSlot, StoredMap } from "./stored-cell.js";
import { assertCommit, assertReads } from "./valid-operation.js";
import { WrittenMap } from "./written-map.js";

export interface MemoryStoreOptions {
  readonly clock?: Clock;
  /** The maximum number of cells; by default as many as fit into half of the heap. */
  readonly capacity?: number;
}

/** Bytes of heap per cell, with a margin; `bench/state/soak.ts` measures it. */
const BYTES_PER_CELL = 1_000;
/** The share of the heap that cells may fill. The rest is for the policy and for requests under way. */
const SHARE_OF_HEAP = 0.5;
/** The maximum number of entries of a `Map`. */
const MAX_CAPACITY = 16_000_000;

/** Returns how many cells fit into the memory that this process may use. */
function cellsThatFit(): number {
  const fitting = Math.floor((getHeapStatistics().heap_size_limit * SHARE_OF_HEAP) / BYTES_PER_CELL);
  return Math.min(MAX_CAPACITY, fitting);
}

/** How many expired cells a commit clears at most, unless it needs the room. */
const clearedAtOnce = 8;
/** How many expired cells a health check clears at most. */
const clearedForHealth = 10_000;

/**
 * Cells in the memory of this process, lost when it ends. Both operations answer synchronously, not with a promise.
 *
 * Live cells are never evicted: a commit that does not fit is refused as `full`.
 */
export class MemoryStore implements StateStore, CellTable {
  readonly kind = "memory";
  readonly #clock: Clock;
  readonly #capacity: number;
  // A plain map, not a cache: these are live counts, and a cache may evict.
  readonly #cells = new Map<string, Slot>();
  readonly #queue = new ExpiryQueue<Slot>();
  #now: Milliseconds = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#capacity = options.capacity ?? cellsThatFit();
  }

  read(cells: readonly CellRead[]): Snapshot {
    assertReads(cells);
    const now = this.#tick();
    return { now, cells: cells.map((cell) => readCell(this.find(cell.key)?.cell, cell, now)) };
  }

  commit(operations: readonly Operation[], mode: CommitMode): CommitResult {
    assertCommit(operations);
    const now = this.#tick();
    // Clear before reading, so that no cell of this commit disappears during it.
    for (let cleared = 0; cleared < clearedAtOnce || !this.hasRoom(operations.length); cleared++) {
      if (!this.#clearOne()) break;
    }
    return applyCommit(this, operations, mode, now);
  }

  async health(): Promise<StoreHealth> {
    const now = this.#tick();
    for (let cleared = 0; cleared < clearedForHealth && this.#clearOne(); cleared++);
    const cells = this.#cells.size;
    const ahead = Math.max(0, now - Math.floor(this.#clock.now()));
    return { reachable: true, cells, capacity: this.#capacity, fill: cells / this.#capacity, ahead };
  }

  async keys(prefix: string, limit: number): Promise<readonly string[]> {
    this.#tick();
    const found: string[] = [];
    for (const [key, slot] of this.#cells) {
      if (found.length >= limit) break;
      if (slot.expires > this.#now && key.startsWith(prefix)) found.push(key);
    }
    return found;
  }

  async reset(prefix: string): Promise<number> {
    this.#tick();
    while (this.#clearOne());
    const keys = await this.keys(prefix, Number.POSITIVE_INFINITY);
    for (const key of keys) this.#forget(this.#cells.get(key)!);
    if (prefix === "") this.#now = 0;
    return keys.length;
  }

  async close(): Promise<void> {}

  find(key: string): Slot | undefined {
    return this.#cells.get(key);
  }

  hasRoom(more: number): boolean {
    return this.#cells.size + more <= this.#capacity;
  }

  write(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      if (!draft.dirty) continue;
      const slot = draft.slot as Slot | undefined;
      if (slot === undefined) {
        if (draft.kind !== undefined) this.#add(draft);
      } else if (draft.kind === undefined) this.#forget(slot);
      else slot.update(draft);
    }
  }

  #add(draft: Draft): void {
    const slot = new Slot(draft);
    this.#cells.set(draft.key, slot);
    this.#queue.add(slot);
  }

  #tick(): Milliseconds {
    const now = Math.floor(this.#clock.now());
    if (now > this.#now) this.#now = now;
    return this.#now;
  }

  #clearOne(): boolean {
    const slot = this.#queue.takeExpired(this.#now);
    return slot !== undefined && this.#cells.delete(slot.key);
  }

  #forget(slot: Slot): void {
    this.#queue.remove(slot);
    this.#cells.delete(slot.key);
  }
}

/** The slot of one cell, which stays the same when the cell changes. */
class Slot implements Expiring, CellSlot {
  readonly key: string;
  cell: WindowCell | MemoryMap | WrittenMap;
  expires: Milliseconds;
  index = -1;
  due: Milliseconds = 0;

  constructor(draft: Draft) {
    this.key = draft.key;
    this.cell = cellOf(draft);
    this.expires = draft.deadline;
  }

  update(draft: Draft): void {
    this.cell = cellOf(draft);
    this.expires = Math.max(this.expires, draft.deadline);
  }
}

function cellOf(draft: Draft): WindowCell | MemoryMap | WrittenMap {
  if (draft.kind === "window") return draft.window;
  const { below, written } = draft;
  if (written !== undefined) {
    written.expires = draft.expires;
    return written;
  }
  const map = below instanceof MemoryMap ? below : new MemoryMap();
  if (below instanceof WrittenMap) map.begin(below);
  map.update(draft);
  return map;
}

/** A map whose fields are updated in place: copying thousands of them per commit would cost more than the commit. */
class MemoryMap implements StoredMap {
  readonly kind = "map";
  expires: Milliseconds = 0;
  size = 0;
  readonly #fields = new SmallMap<string | LateText>();

  get(field: string): string | undefined {
    const value = this.#fields.get(field);
    return value === undefined ? undefined : textOf(value);
  }

  *entries(): Generator<readonly [string, string]> {
    for (const [field, value] of this.#fields.entries()) yield [field, textOf(value)];
  }

  /** Copies the fields before the first update. */
  begin(map: WrittenMap): void {
    for (const [field, value] of map.unwritten()) this.#fields.set(field, value);
  }

  update(draft: Draft): void {
    this.expires = draft.expires;
    this.size = draft.size;
    if (draft.changed === undefined) return;
    for (const [field, value] of draft.changed.entries()) {
      if (value === null) this.#fields.delete(field);
      else this.#fields.set(field, value);
    }
  }
}
