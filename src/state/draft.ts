import { SmallMap } from "./small-map.js";
import { type LateText, type Milliseconds, textOf, type WindowCell } from "./store.js";
import type { CellSlot, StoredCell, StoredMap } from "./stored-cell.js";
import { emptyWindow, expiryOf, liveWindow } from "./window.js";
import { WrittenMap } from "./written-map.js";
import { WrongKind } from "./wrong-kind.js";

/** One cell during a commit: the stored cell, and the changes by the operations so far. */
export class Draft {
  readonly key: string;
  /** Undefined if the table has no cell under this key. */
  readonly slot: CellSlot | undefined;
  /** The current content: a window, a map, or `undefined` if the cell does not exist. */
  kind: "window" | "map" | undefined;
  window: WindowCell = emptyWindow;
  expires: Milliseconds = 0;
  size = 0;
  /** The stored fields, which are current unless `changed` has a value. */
  below: StoredMap | undefined;
  changed: SmallMap<string | LateText | null> | undefined;
  /** All fields of a map that one `put` made, as for most maps, until another operation changes it. */
  written: WrittenMap | undefined;
  /** Whether it differs from the stored cell. */
  dirty = false;
  readonly #now: Milliseconds;

  constructor(key: string, slot: CellSlot | undefined, now: Milliseconds) {
    this.key = key;
    this.slot = slot;
    this.#now = now;
    if (slot !== undefined) this.#load(slot.cell);
  }

  #load(stored: StoredCell): void {
    if (stored.kind === "window") {
      this.setWindow(liveWindow(stored, this.#now));
    } else if (stored.expires > this.#now) {
      this.kind = "map";
      this.expires = stored.expires;
      this.size = stored.size;
      this.below = stored;
    }
    this.dirty = false;
  }

  /** How many cells committing it adds to the table: 1, 0 or -1. */
  get growth(): number {
    if (!this.dirty) return 0;
    return (this.kind === undefined ? 0 : 1) - (this.slot === undefined ? 0 : 1);
  }

  asWindow(): WindowCell {
    if (this.kind === "map") throw new WrongKind(this.key, "map");
    return this.window;
  }

  /** Returns the window, or undefined if the cell is not one. */
  asMap(): void {
    if (this.kind === "window") throw new WrongKind(this.key, "window");
  }

  setWindow(window: WindowCell): void {
    if (window === this.window) return;
    this.window = window;
    this.kind = window.parts.length === 0 ? undefined : "window";
    this.dirty = true;
  }

  get(field: string): string | undefined {
    this.asMap();
    if (this.written !== undefined) return this.written.get(field);
    const changed = this.changed?.get(field);
    if (changed !== undefined) return changed === null ? undefined : textOf(changed);
    return this.below?.get(field);
  }

  /** Creates the map if it does not exist, and extends its expiry, never shortens it. */
  touch(expires: Milliseconds): void {
    this.asMap();
    this.kind = "map";
    this.dirty = true;
    if (expires > this.expires) this.expires = expires;
  }

  /** Sets fields of an existing map, or removes them; fields in `stamp` are set to the current time. */
  put(fields: Readonly<Record<string, string | LateText | null>>, stamp: readonly string[]): void {
    if (
      this.size === 0 &&
      this.below === undefined &&
      this.changed === undefined &&
      this.written === undefined
    ) {
      this.written = WrittenMap.of(fields, stamp, this.#now);
      if (this.written !== undefined) {
        this.size = this.written.size;
        return;
      }
    }
    for (const name of Object.keys(fields)) this.set(name, fields[name] as string | LateText | null);
    for (const name of stamp) this.set(name, String(this.#now));
  }

  /** Sets a field of an existing map, or removes it. */
  set(field: string, value: string | LateText | null): void {
    if (this.written !== undefined) this.#unfold(this.written);
    const before = this.get(field);
    if (before === (value ?? undefined)) return;
    if (field !== "overflow") this.size += (value === null ? 0 : 1) - (before === undefined ? 0 : 1);
    this.changed ??= new SmallMap();
    this.changed.set(field, value);
    this.dirty = true;
  }

  #unfold(written: WrittenMap): void {
    this.written = undefined;
    this.changed = new SmallMap();
    for (const [field, value] of written.unwritten()) this.changed.set(field, value);
  }

  remove(): void {
    if (this.kind === undefined) return;
    this.kind = undefined;
    this.window = emptyWindow;
    this.below = undefined;
    this.changed = undefined;
    this.written = undefined;
    this.expires = 0;
    this.size = 0;
    this.dirty = true;
  }

  /** When the table may delete it. */
  get deadline(): Milliseconds {
    return this.kind === "window" ? expiryOf(this.window) : this.expires;
  }
}
