/**
 * Detects changes of a folder by the contents of its files. Times and sizes alone miss a file that is replaced with its
 * times kept (`cp -p`, `tar`), and files on file systems whose clock is coarse or remote.
 */
import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, readlink, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isInside } from "./folder.js";
import { isSkipped } from "./left-out.js";
import { BUNDLE_LIMITS } from "./limits.js";
import { readTextFile } from "./read-file.js";

/** Files beyond this many bytes in total are compared only by their stamp; a bundle may have half of it. */
const MAX_COMPARED_BYTES = 2 * BUNDLE_LIMITS.totalBytes;
/** Bytes of files with an unchanged stamp that one check reads again, which limits the cost of a check in a large folder. */
const REREAD_BYTES = 1_048_576;

/** Names of files that can be part of a bundle. */
const PART = /\.(?:writ|json)$/i;

/** Returns a cheap sign of a change: a file with another stamp is read again; an equal stamp proves nothing. */
export type StampOf = (path: string) => Promise<{ readonly stamp: string; readonly size: number }>;

interface KnownFile {
  readonly stamp: string;
  readonly size: number;
  readonly hash: string;
}

/** A folder that is checked for changes repeatedly. */
export class FolderContents {
  readonly #folder: string;
  readonly #stampOf: StampOf;
  #known: ReadonlyMap<string, KnownFile> = new Map();
  /** Where the next check continues to reread files. */
  #next = 0;

  constructor(folder: string, stampOf: StampOf = stampOfFile) {
    this.#folder = folder;
    this.#stampOf = stampOf;
  }

  /**
   * Returns a text that differs from the previous one if names, links or contents of `.writ` and `.json` files in the
   * folder have changed. The first check reads every file. Later checks read files with another stamp, and a mebibyte
   * of the others in turn, so that a change with an equal stamp is found after a few checks. An unreadable file counts
   * too; loading reports why.
   */
  async look(): Promise<string> {
    const { names, files } = await walk(this.#folder);
    const stamped = await Promise.all(files.map(async (path) => ({ path, ...(await this.#stampOf(path)) })));
    const again = this.#readAgain(stamped);
    const known = new Map<string, KnownFile>();
    let bytes = 0;
    for (const { path, stamp, size } of stamped) {
      bytes += size;
      const isCompared = size <= BUNDLE_LIMITS.fileBytes && bytes <= MAX_COMPARED_BYTES;
      const before = this.#known.get(path);
      const isKnown = before?.stamp === stamp && !again.has(path);
      const hash = isKnown ? before.hash : isCompared ? hashOf(path) : stamp;
      known.set(path, { stamp, size, hash });
    }
    this.#known = known;
    const whole = createHash("sha256");
    for (const name of names) whole.update(`${name}\n`);
    for (const [path, { hash }] of known) whole.update(`${path} ${hash}\n`);
    return whole.digest("hex");
  }

  #readAgain(files: readonly { readonly path: string; readonly size: number }[]): ReadonlySet<string> {
    const again = new Set<string>();
    let bytes = 0;
    for (let count = 0; count < files.length; count++) {
      const file = files[(this.#next + count) % files.length]!;
      bytes += file.size;
      if (bytes > REREAD_BYTES && again.size > 0) break;
      again.add(file.path);
    }
    this.#next = files.length === 0 ? 0 : (this.#next + again.size) % files.length;
    return again;
  }
}

interface Walked {
  /** Names, kinds and link targets of everything, sorted. */
  readonly names: readonly string[];
  /** Files that can be part of a bundle, sorted. */
  readonly files: readonly string[];
}

/** Orders files that a bundle can be read from first, so that a large folder of other files cannot push them past the limit. */
async function walk(root: string): Promise<Walked> {
  const walked = new Walk(await realpath(root).catch(() => root));
  await walked.run();
  return { names: walked.names.sort(), files: [...walked.files].sort() };
}

class Walk {
  readonly names: string[] = [];
  readonly files = new Set<string>();
  readonly #root: string;
  readonly #seen: Set<string>;
  /** Folders that are part of a bundle, and those that are skipped unless a link leads into them. */
  readonly #part: string[];
  readonly #skipped: string[] = [];

  constructor(root: string) {
    this.#root = root;
    this.#part = [root];
    this.#seen = new Set([root, `part ${root}`]);
  }

  async run(): Promise<void> {
    await this.#drain(this.#part, BUNDLE_LIMITS.entries);
    await this.#drain(this.#skipped, this.names.length + BUNDLE_LIMITS.skippedEntries);
  }

  async #drain(queue: string[], most: number): Promise<void> {
    for (let at = 0; at < queue.length; at++) {
      const folder = queue[at]!;
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (this.names.length >= most) return;
        await this.#entry(folder, entry, queue);
      }
    }
  }

  async #entry(folder: string, entry: Dirent, queue: string[]): Promise<void> {
    const path = join(folder, entry.name);
    const isLink = entry.isSymbolicLink();
    this.names.push(`${kindOf(entry)} ${path} ${isLink ? await targetOf(path) : ""}`);
    if (isLink) await this.#follow(path, queue);
    else if (entry.isDirectory()) this.#enter(path, isSkipped(entry.name) ? this.#skipped : queue);
    else if (entry.isFile() && PART.test(entry.name)) this.files.add(path);
  }

  /** A bundle follows links to what is inside its folder, also into folders that it skips otherwise. */
  async #follow(path: string, queue: string[]): Promise<void> {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || !isInside(this.#root, real)) return;
    const status = await stat(real).catch(() => undefined);
    if (status?.isDirectory() === true) this.#enter(real, queue);
    else if (status?.isFile() === true && (PART.test(path) || PART.test(real))) this.files.add(real);
  }

  #enter(folder: string, queue: string[]): void {
    // The target of a link is part of the bundle, even if it was to be visited last.
    const key = queue === this.#part ? `part ${folder}` : folder;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    queue.push(folder);
  }
}

function kindOf(entry: Dirent): string {
  return entry.isDirectory() ? "folder" : entry.isSymbolicLink() ? "link" : entry.isFile() ? "file" : "other";
}

async function targetOf(path: string): Promise<string> {
  return readlink(path).catch(() => "");
}

function hashOf(path: string): string {
  const file = readTextFile(path);
  return "hash" in file ? file.hash : file.kind;
}

async function stampOfFile(path: string): Promise<{ readonly stamp: string; readonly size: number }> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
    return { stamp: `${mtimeNs} ${ctimeNs} ${size} ${ino}`, size: Number(size) };
  } catch {
    return { stamp: "unreadable", size: 0 };
  }
}
