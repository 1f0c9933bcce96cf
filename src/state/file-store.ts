import { applyCommit, readCell } from "./apply.js";
import { type Clock, systemClock } from "./clock.js";
import { prepareFolder, unusable } from "./file-folder.js";
import { decodeMeta, encodeMeta, layoutVersion, metaKey } from "./file-layout.js";
import { type Bytes, FileTable } from "./file-table.js";
import {
  type CellRead,
  type CommitMode,
  type CommitResult,
  type Milliseconds,
  type Operation,
  type Snapshot,
  type StateStore,
  StateUnavailable,
  type StoreHealth,
} from "./store.js";
import { assertCommit, assertReads } from "./valid-operation.js";
import { WrongKind } from "./wrong-kind.js";

export interface FileStoreOptions {
  readonly clock?: Clock;
  /** How many cells there may be at once. */
  readonly capacity?: number;
  /**
   * Whether an answer waits until the disk has it. Without, what was answered survives the end of every process,
   * but the last moments before a power failure may be lost.
   */
  readonly awaitDisk?: boolean;
}

const defaultCapacity = 1_000_000;
/** Every so many commits, how many expired cells are cleared up at most: looking alone costs more than a commit. */
const clearedEvery = 8;
const clearedAtOnce = 64;
const clearedForRoom = 256;

/**
 * Cells in a folder, shared by the processes of one machine and kept when they end, however they end.
 *
 * Commits of one turn of the event loop become one transaction. A store on a network file system loses data: LMDB's
 * locks hold on one machine alone.
 */
export class FileStore implements StateStore {
  readonly kind = "file";
  readonly #file: Bytes;
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #awaitDisk: boolean;
  #now: Milliseconds = 0;
  #commits = 0;
  #closed = false;

  private constructor(file: Bytes, options: FileStoreOptions) {
    this.#file = file;
    this.#clock = options.clock ?? systemClock;
    this.#capacity = options.capacity ?? defaultCapacity;
    this.#awaitDisk = options.awaitDisk ?? false;
  }

  /** Opens the folder, and makes it if it is not there. Rejects if it cannot be used or holds something else. */
  static async open(directory: string, options: FileStoreOptions = {}): Promise<FileStore> {
    prepareFolder(directory);
    const { open } = await import("lmdb");
    // `permissionsMode` is missing from the types.
    const settings = { path: directory, noSubdir: false, permissionsMode: 0o660 };
    const file = open<Buffer, Buffer>({
      ...settings,
      encoding: "binary",
      keyEncoding: "binary",
      // It makes promises that nobody holds: where a commit fails, one of them ends the process.
      eventTurnBatching: false,
    });
    try {
      file.transactionSync(() => claim(file, directory));
    } catch (error) {
      await file.close();
      throw error;
    }
    return new FileStore(file, options);
  }

  read(cells: readonly CellRead[]): Snapshot {
    assertReads(cells);
    this.#assertOpen();
    // Otherwise this turn of the event loop would go on seeing what it saw first.
    this.#file.resetReadTxn();
    const table = new FileTable(this.#file, this.#capacity);
    const now = this.#tick(table.meta.now);
    return { now, cells: cells.map((cell) => readCell(table.find(cell.key)?.cell, cell, now)) };
  }

  async commit(operations: readonly Operation[], mode: CommitMode): Promise<CommitResult> {
    assertCommit(operations);
    let result: CommitResult | undefined;
    try {
      await this.#write((table, now) => {
        if (this.#commits++ % clearedEvery === 0) table.clear(now, clearedAtOnce);
        while (!table.hasRoom(operations.length) && table.clear(now, clearedForRoom));
        result = applyCommit(table, operations, mode, now);
      });
      return result!;
    } catch (error) {
      if (result === undefined || !isNoSpace(error)) throw error;
      return { now: result.now, outcome: "full", windows: [] };
    }
  }

  async health(): Promise<StoreHealth> {
    try {
      let cells = 0;
      await this.#write((table, now) => {
        while (table.clear(now, clearedForRoom));
        cells = table.meta.cells;
      });
      return { reachable: true, cells, capacity: this.#capacity };
    } catch (error) {
      return { reachable: false, problem: String(error), cells: 0, capacity: this.#capacity };
    }
  }

  async keys(prefix: string, limit: number): Promise<readonly string[]> {
    this.#assertOpen();
    this.#file.resetReadTxn();
    const table = new FileTable(this.#file, this.#capacity);
    const now = this.#tick(table.meta.now);
    const found: string[] = [];
    if (limit <= 0) return found;
    for (const key of table.keys(prefix)) {
      const cell = table.find(key)?.cell;
      const live = cell?.kind === "map" ? cell.expires > now : cell?.parts.some((part) => part.leaves > now);
      if (live !== true) continue;
      found.push(key);
      if (found.length >= limit) break;
    }
    return found;
  }

  async reset(prefix: string): Promise<number> {
    const keys = await this.keys(prefix, Number.POSITIVE_INFINITY);
    await this.#write((table, now) => {
      while (table.clear(now, clearedForRoom));
      for (const key of [...table.keys(prefix)]) table.forget(key);
      if (prefix === "") table.meta.now = 0;
    });
    if (prefix === "") this.#now = 0;
    return keys.length;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }

  async #write(change: (table: FileTable, now: Milliseconds) => void): Promise<void> {
    this.#assertOpen();
    try {
      // A child, because it alone is undone if something throws on the way.
      await this.#file.childTransaction(() => {
        const table = new FileTable(this.#file, this.#capacity);
        table.meta.now = this.#tick(table.meta.now);
        change(table, table.meta.now);
        table.writeMeta();
      });
      if (this.#awaitDisk) await this.#file.flushed;
    } catch (error) {
      if (error instanceof WrongKind) throw error;
      const cause = await causeOf(error);
      if (isNoSpace(cause)) throw cause;
      throw new StateUnavailable("unreachable", `the state file cannot be written: ${cause.message}`, {
        cause,
      });
    }
  }

  #tick(highest: Milliseconds): Milliseconds {
    this.#now = Math.max(this.#now, highest, Math.floor(this.#clock.now()));
    return this.#now;
  }

  #assertOpen(): void {
    if (this.#closed) throw new StateUnavailable("unreachable", "the state file is closed");
  }
}

/** Makes sure that the file is ours, which a new one becomes. */
function claim(file: Bytes, directory: string): void {
  const bytes = file.get(metaKey);
  if (bytes !== undefined) {
    const { format } = decodeMeta(bytes);
    if (format !== layoutVersion) {
      throw unusable(directory, `it has format ${format}, and this version of Writ reads ${layoutVersion}`);
    }
  } else if ([...file.getKeys({ limit: 1 })].length > 0) {
    throw unusable(directory, "it holds a database of something else");
  } else {
    file.put(metaKey, encodeMeta({ format: layoutVersion, now: 0, cells: 0, nextMap: 1 }));
  }
}

/** What LMDB says of a failed commit, which it hands over as a promise that rejects. */
async function causeOf(error: unknown): Promise<Error> {
  const reason = error instanceof Error && "commitError" in error ? error.commitError : error;
  try {
    // It should reject at once; an answer must not hang on it.
    await Promise.race([reason, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  } catch (cause) {
    if (cause instanceof Error) return cause;
  }
  return error instanceof Error ? error : new Error(String(error));
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && /MDB_MAP_FULL|No space left/.test(error.message);
}
