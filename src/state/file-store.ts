import { randomUUID } from "node:crypto";
import { statfsSync, statSync } from "node:fs";
import { applyCommit, readCell } from "./apply.js";
import { type Clock, systemClock } from "./clock.js";
import { Deadlines } from "./deadlines.js";
import { dataFile, identityOf, nothingIn, prepareFolder, unusable } from "./file-folder.js";
import {
  decodeIdentity,
  decodeMeta,
  encodeIdentity,
  encodeMeta,
  identityKey,
  layoutVersion,
  type Meta,
  metaKey,
} from "./file-layout.js";
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

export interface FileStoreOptions {
  readonly clock?: Clock;
  /** The maximum number of cells. */
  readonly capacity?: number;
  /** How long a commit may wait for the other processes of the folder, in milliseconds, before it is `unreachable`. */
  readonly timeout?: number;
  /**
   * Whether a folder without state, or with a copy of one, is accepted as it is. Otherwise it is `lost`, because what
   * was spent there is unknown.
   */
  readonly begin?: boolean;
  /**
   * Whether an answer waits until the commit is on disk. Otherwise answered commits survive the end of every process,
   * but a power failure may lose the last moments.
   */
  readonly awaitDisk?: boolean;
}

/** The result of reading a whole file; `expected` is the number of cells in its counters. */
export interface FileInspection {
  readonly cells: number;
  readonly expected: number;
  readonly damaged: number;
  readonly committed: Milliseconds;
}

const defaultCapacity = 1_000_000;
const defaultTimeout = 1_000;
/** The maximum number of commits under way, so that another process that holds the file cannot fill our memory. */
const mostCommits = 10_000;
/** After how many commits, and at most how many, expired cells are cleared: a check alone costs more than a commit. */
const clearedEvery = 8;
const clearedAtOnce = 64;
const clearedForRoom = 256;
/** The maximum rounds of clearing during a health check. */
const clearedForHealth = 16;

/**
 * Cells in a folder. The processes of one machine share them, and they survive the end of every process.
 *
 * Commits of one turn of the event loop become one transaction. A store on a network file system loses data, because
 * LMDB's locks work only within one machine. A file that is removed or replaced is `lost`, never "nothing spent".
 */
export class FileStore implements StateStore {
  readonly kind = "file";
  readonly #file: Bytes;
  readonly #path: string;
  readonly #inode: number | undefined;
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #awaitDisk: boolean;
  readonly #timeout: number;
  readonly #deadlines: Deadlines;
  /** Transactions that LMDB has not ended, including those whose caller has given up. */
  #pending = 0;
  #now: Milliseconds = 0;
  #sequence = 0;
  #commits = 0;
  #closed = false;

  private constructor(file: Bytes, path: string, options: FileStoreOptions) {
    this.#file = file;
    this.#path = path;
    this.#inode = statSync(path, { throwIfNoEntry: false })?.ino;
    this.#clock = options.clock ?? systemClock;
    this.#capacity = options.capacity ?? defaultCapacity;
    this.#awaitDisk = options.awaitDisk ?? false;
    this.#timeout = options.timeout ?? defaultTimeout;
    this.#deadlines = new Deadlines(this.#timeout);
  }

  /**
   * Opens the folder. Rejects if it cannot be used or holds something else, and as `lost` if it holds no state or a
   * copy, unless `begin` accepts that.
   */
  static async open(directory: string, options: FileStoreOptions = {}): Promise<FileStore> {
    const begin = options.begin ?? false;
    prepareFolder(directory, begin);
    const { open } = await import("lmdb");
    // `permissionsMode` is missing from the types.
    const settings = { path: directory, noSubdir: false, permissionsMode: 0o660 };
    const file = open<Buffer, Buffer>({
      ...settings,
      encoding: "binary",
      keyEncoding: "binary",
      // It creates promises without a rejection handler: if a commit fails, one of them would end the process.
      eventTurnBatching: false,
    });
    const store = new FileStore(file, dataFile(directory), options);
    try {
      await store.#transaction(() => claim(file, directory, begin));
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  read(cells: readonly CellRead[]): Snapshot {
    assertReads(cells);
    this.#assertUsable();
    // Otherwise LMDB would reuse the snapshot of this turn of the event loop.
    this.#file.resetReadTxn();
    const table = this.#table();
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
      if (result === undefined || !(error instanceof NoSpace)) throw error;
      return { now: result.now, outcome: "full", windows: [] };
    }
  }

  async health(): Promise<StoreHealth> {
    const capacity = this.#capacity;
    let committed: Milliseconds | undefined;
    try {
      this.#assertUsable();
      this.#file.resetReadTxn();
      ({ committed } = this.#table().meta);
      let cells = 0;
      await this.#write((table, now) => {
        for (let round = 0; round < clearedForHealth && table.clear(now, clearedForRoom); round++);
        cells = table.meta.cells;
      });
      const ahead = Math.max(0, this.#now - Math.floor(this.#clock.now()));
      const fill = hasNoRoom(this.#path) ? 1 : cells / capacity;
      return { reachable: true, cells, capacity, fill, ahead, committed };
    } catch (error) {
      const base = {
        cells: 0,
        capacity,
        fill: 0,
        ahead: 0,
        ...(committed === undefined ? {} : { committed }),
      };
      if (error instanceof NoSpace) return { reachable: true, ...base, fill: 1 };
      const lost = error instanceof StateUnavailable && error.reason === "lost";
      const problem = error instanceof Error ? error.message : String(error);
      return { reachable: false, problem, ...base, ...(lost ? { lost } : {}) };
    }
  }

  async keys(prefix: string, limit: number): Promise<readonly string[]> {
    this.#assertUsable();
    this.#file.resetReadTxn();
    const table = this.#table();
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

  async initialise(): Promise<void> {
    await this.#transaction(() => {
      const found = identityOf(this.#path);
      if (found !== undefined) this.#file.put(identityKey, encodeIdentity({ epoch: randomUUID(), ...found }));
    });
  }

  /** Writes a copy of the current state into a folder, while other processes continue. */
  async backup(directory: string): Promise<void> {
    this.#assertUsable();
    await this.#file.backup(directory, true);
  }

  /** Reads every cell: how many there are, how many of them are damaged, and when the last commit was. */
  inspect(): FileInspection {
    this.#assertUsable();
    this.#file.resetReadTxn();
    const table = this.#table();
    const { cells, committed } = table.meta;
    let found = 0;
    let damaged = 0;
    for (const key of table.keys("")) {
      found++;
      if (!table.isSound(key)) damaged++;
    }
    return { cells: found, expected: cells, damaged, committed };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const isInPlace = statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode;
    this.#closed = true;
    // LMDB would wait forever for the locks of a replaced file; the operating system releases it when the process ends.
    if (!isInPlace) return;
    // Another process that holds the file must not keep this one from ending.
    const late = new Promise<void>((resolve) => setTimeout(resolve, this.#timeout).unref());
    await Promise.race([this.#file.close(), late]);
  }

  async #write(change: (table: FileTable, now: Milliseconds) => void): Promise<void> {
    let sequence = 0;
    await this.#transaction(() => {
      const table = this.#table();
      table.meta.now = this.#tick(table.meta.now);
      change(table, table.meta.now);
      table.meta.committed = Math.floor(this.#clock.now());
      sequence = ++table.meta.sequence;
      table.writeMeta();
    });
    this.#sequence = Math.max(this.#sequence, sequence);
    if (this.#awaitDisk) await this.#file.flushed;
  }

  /** Runs in its own transaction, within the time limit: a transaction that runs too late to be answered changes nothing. */
  #transaction(change: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#assertUsable();
      if (this.#pending >= mostCommits) throw unreachable("too many commits wait for it");
      let isLate = false;
      const waiting = this.#deadlines.begin(() => {
        isLate = true;
        reject(unreachable(`no answer within ${this.#timeout} ms; another process may hold it`));
      });
      this.#pending++;
      const settled = () => {
        this.#pending--;
        this.#deadlines.end(waiting);
      };
      // A child transaction, because only that is rolled back if something throws.
      const done = this.#file.childTransaction(() => {
        if (isLate) return;
        this.#assertUsable();
        change();
      });
      Promise.resolve(done).then(
        () => {
          settled();
          resolve();
        },
        (error: unknown) => {
          settled();
          failureOf(error, this.#path).then(reject, reject);
        },
      );
    });
  }

  #table(): FileTable {
    const table = new FileTable(this.#file, this.#capacity);
    if (table.meta.sequence < this.#sequence) throw lost("went back to an earlier state");
    return table;
  }

  #tick(highest: Milliseconds): Milliseconds {
    this.#now = Math.max(this.#now, highest, Math.floor(this.#clock.now()));
    return this.#now;
  }

  /** Throws if the store is closed, or if its file was moved or removed: other processes would then use another count. */
  #assertUsable(): void {
    if (this.#closed) throw new StateUnavailable("unreachable", "the state file is closed");
    const inode = statSync(this.#path, { throwIfNoEntry: false })?.ino;
    if (inode === undefined) throw lost("was removed while it was in use");
    if (inode !== this.#inode) throw lost("was replaced while it was in use");
  }
}

/** Checks that the file has our layout and is not a copy; a new file is given its identity. */
function claim(file: Bytes, directory: string, begin: boolean): void {
  const bytes = file.get(metaKey);
  if (bytes === undefined) {
    if ([...file.getKeys({ limit: 1 })].length > 0)
      throw unusable(directory, "it holds a database of something else");
    if (!begin) throw nothingIn(directory);
    file.put(metaKey, encodeMeta(newMeta));
  } else {
    const { format } = decodeMeta(bytes);
    if (format !== layoutVersion)
      throw unusable(directory, `it has format ${format}, and this version of Writ reads ${layoutVersion}`);
  }
  const known = decodeIdentity(file.get(identityKey));
  const found = identityOf(dataFile(directory));
  if (found === undefined) throw nothingIn(directory);
  if (known?.inode === found.inode && known.born === found.born) return;
  if (!begin) throw copyIn(directory);
  file.put(identityKey, encodeIdentity({ epoch: randomUUID(), ...found }));
}

const newMeta: Meta = { format: layoutVersion, now: 0, cells: 0, nextMap: 1, sequence: 0, committed: 0 };

function copyIn(directory: string): StateUnavailable {
  return new StateUnavailable(
    "lost",
    `the state in ${directory} is a copy: what was spent since it was made may be missing; ` +
      `\`writ state init --state file:${directory} --yes\` accepts it as it is`,
  );
}

function lost(what: string): StateUnavailable {
  return new StateUnavailable(
    "lost",
    `the state file ${what}; start again once it is in its place, or start from zero with \`writ state init\``,
  );
}

function unreachable(why: string, cause?: unknown): StateUnavailable {
  return new StateUnavailable(
    "unreachable",
    `the state file is unreachable: ${why}`,
    cause === undefined ? {} : { cause },
  );
}

/** Returns the error for a failed transaction: our own errors and a lack of room unchanged, anything else as `unreachable`. */
async function failureOf(error: unknown, path: string): Promise<unknown> {
  if (error instanceof StateUnavailable) return error;
  const cause = await causeOf(error);
  if (isFull(cause, path)) return new NoSpace(cause);
  return cause.message.startsWith("cannot keep state") ? cause : unreachable(cause.message, cause);
}

/** Resolves to LMDB's message about a failed commit, which it provides as a rejecting promise. */
async function causeOf(error: unknown): Promise<Error> {
  const reason = error instanceof Error && "commitError" in error ? error.commitError : error;
  try {
    // It should reject at once, but an answer must not depend on that.
    await Promise.race([reason, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  } catch (cause) {
    if (cause instanceof Error) return cause;
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** Whether the disk, or the part of it that LMDB may use, is full. */
class NoSpace extends Error {
  override readonly name = "NoSpace";

  constructor(cause: Error) {
    super("the disk is full", { cause });
  }
}

/** With fewer free bytes than this, the disk counts as full: a commit may need several pages. */
const leastRoom = 256 * 1024;

/** LMDB reports a page that was written only in part as an input/output error. */
function isFull(error: Error, path: string): boolean {
  if (/MDB_MAP_FULL|No space left/.test(error.message)) return true;
  return /Input\/output error/.test(error.message) && hasNoRoom(path);
}

function hasNoRoom(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize < leastRoom;
  } catch {
    return false;
  }
}
