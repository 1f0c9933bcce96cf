import type { Database } from "lmdb";
import type { CellTable } from "./apply.js";
import type { Draft } from "./draft.js";
import {
  cellKey,
  cellRange,
  decodeField,
  decodeHead,
  decodeMeta,
  decodeValue,
  encodeField,
  encodeHead,
  encodeMeta,
  expiryKey,
  expiryRange,
  fieldKey,
  fieldRange,
  garbageKey,
  garbageRange,
  type Head,
  isShortened,
  keyAfter,
  type Meta,
  metaKey,
  numberAfter,
  shortened,
  wholeKeyKey,
} from "./file-layout.js";
import { textOf } from "./store.js";
import type { CellSlot, StoredMap } from "./stored-cell.js";
import { expiryOf } from "./window.js";
import { WrongKind } from "./wrong-kind.js";

/** How many fields of removed maps count as one cell when clearing. */
const fieldsForOneCell = 8;

/** A map from buffers to buffers, ordered by bytes. */
export type Bytes = Database<Buffer, Buffer>;

interface FileSlot extends CellSlot {
  readonly head: Head;
}

/** The cells of a file within one transaction. It is invalid after the transaction. */
export class FileTable implements CellTable {
  readonly meta: Meta;
  readonly #file: Bytes;
  readonly #capacity: number;

  constructor(file: Bytes, capacity: number) {
    this.#file = file;
    this.#capacity = capacity;
    this.meta = decodeMeta(file.get(metaKey)!);
  }

  find(key: string): FileSlot | undefined {
    const bytes = this.#file.get(cellKey(shortened(key)));
    if (bytes === undefined) return undefined;
    const head = soundHead(key, bytes);
    const cell =
      head.kind === "window" ? head.window : new FileMap(this.#file, head.map, head.expires, head.size);
    return { cell, head };
  }

  hasRoom(more: number): boolean {
    return this.meta.cells + more <= this.#capacity;
  }

  write(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      if (!draft.dirty) continue;
      const key = shortened(draft.key);
      const head = (draft.slot as FileSlot | undefined)?.head;
      if (draft.kind === undefined) {
        if (head !== undefined) this.#remove(key, head);
        continue;
      }
      const due = head?.due ?? draft.deadline;
      if (head === undefined) {
        this.meta.cells++;
        this.#file.put(expiryKey(due, key), Buffer.alloc(0));
        if (isShortened(key)) this.#file.put(wholeKeyKey(key), Buffer.from(draft.key, "utf8"));
      }
      this.#file.put(cellKey(key), encodeHead(this.#headOf(draft, head, due)));
    }
  }

  /** Clears up to `limit` expired cells, and fields of removed maps. Returns whether more may have expired. */
  clear(now: number, limit: number): boolean {
    const due = [...this.#file.getKeys({ ...expiryRange(now), limit })];
    for (const entry of due) {
      const key = keyAfter(entry, "expiry");
      const bytes = this.#file.get(cellKey(key));
      if (bytes === undefined) {
        this.#file.remove(entry);
        continue;
      }
      const head = decodeHead(bytes);
      // Whether a damaged cell has expired is unknown: it stays, and its entry is removed.
      if (head === undefined) {
        this.#file.remove(entry);
        continue;
      }
      const expires = head.kind === "map" ? head.expires : expiryOf(head.window);
      if (expires <= now) {
        this.#remove(key, head);
      } else {
        this.#file.remove(entry);
        this.#file.put(expiryKey(expires, key), Buffer.alloc(0));
        this.#file.put(cellKey(key), encodeHead({ ...head, due: expires }));
      }
    }
    this.#clearGarbage(limit * fieldsForOneCell);
    return due.length === limit;
  }

  #clearGarbage(limit: number): void {
    let left = limit;
    for (const garbage of [...this.#file.getKeys({ ...garbageRange, limit })]) {
      const fields = [...this.#file.getKeys({ ...fieldRange(numberAfter(garbage)), limit: left })];
      for (const field of fields) this.#file.remove(field);
      left -= fields.length;
      if (left <= 0) return;
      this.#file.remove(garbage);
    }
  }

  /** Returns the keys that begin with `prefix`, live or not. */
  *keys(prefix: string): Generator<string> {
    for (const entry of this.#file.getKeys(cellRange(prefix))) {
      const key = keyAfter(entry, "cell");
      const whole = (isShortened(key) ? this.#file.get(wholeKeyKey(key))! : key).toString("utf8");
      if (whole.startsWith(prefix)) yield whole;
    }
  }

  /** Whether the cell and all its fields can be read. */
  isSound(key: string): boolean {
    const bytes = this.#file.get(cellKey(shortened(key)));
    const head = bytes === undefined ? undefined : decodeHead(bytes);
    if (head?.kind !== "map") return head !== undefined;
    try {
      const map = new FileMap(this.#file, head.map, head.expires, head.size);
      const counted = [...map.entries()].filter(([field]) => field !== "overflow");
      return counted.length === head.size;
    } catch {
      return false;
    }
  }

  /** Removes a cell, even a damaged one. */
  forget(key: string): void {
    const bytes = shortened(key);
    const head = this.#file.get(cellKey(bytes));
    if (head !== undefined) this.#remove(bytes, decodeHead(head));
  }

  /** Stores the changed `meta`. Call it last in a transaction that writes. */
  writeMeta(): void {
    this.#file.put(metaKey, encodeMeta(this.meta));
  }

  #headOf(draft: Draft, head: Head | undefined, due: number): Head {
    const before = head?.kind === "map" ? head : undefined;
    if (draft.kind === "window") {
      if (before !== undefined) this.#discard(before.map);
      return { kind: "window", due, window: draft.window };
    }
    let map = before?.map;
    if (map === undefined || draft.below === undefined) {
      if (map !== undefined) this.#discard(map);
      map = this.meta.nextMap++;
    }
    for (const [field, value] of draft.written?.unwritten() ?? draft.changed?.entries() ?? []) {
      if (value === null) this.#file.remove(fieldKey(map, field));
      else this.#file.put(fieldKey(map, field), encodeField(field, textOf(value)));
    }
    return { kind: "map", due, map, expires: draft.expires, size: draft.size };
  }

  /** Without a header (a damaged cell), its fields, if any, remain. */
  #remove(key: Buffer, head: Head | undefined): void {
    this.meta.cells--;
    this.#file.remove(cellKey(key));
    if (isShortened(key)) this.#file.remove(wholeKeyKey(key));
    if (head === undefined) return;
    this.#file.remove(expiryKey(head.due, key));
    if (head.kind === "map") this.#discard(head.map);
  }

  /** Leaves the fields to `clear`, because there may be thousands. */
  #discard(map: number): void {
    this.#file.put(garbageKey(map), Buffer.alloc(0));
  }
}

function soundHead(key: string, bytes: Buffer): Head {
  const head = decodeHead(bytes);
  if (head === undefined) throw new WrongKind(key, "damaged");
  return head;
}

/** A map whose fields are read from the file one by one. */
class FileMap implements StoredMap {
  readonly kind = "map";

  constructor(
    readonly file: Bytes,
    readonly map: number,
    readonly expires: number,
    readonly size: number,
  ) {}

  get(field: string): string | undefined {
    const bytes = this.file.get(fieldKey(this.map, field));
    return bytes === undefined ? undefined : decodeValue(bytes);
  }

  *entries(): Generator<readonly [string, string]> {
    for (const { key, value } of this.file.getRange(fieldRange(this.map))) yield decodeField(key, value);
  }
}
