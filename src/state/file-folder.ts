import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readSync } from "node:fs";
import { join } from "node:path";

/** Where LMDB keeps its data and its locks in a folder. */
const files = { data: "data.mdb", lock: "lock.mdb" };
/** The mark of an LMDB file, and where it stands: behind the head of the first page. */
const mark = 0xbeefc0de;
const markAt = 24;

/**
 * Makes a folder ready for LMDB, readable by its owner alone if it is new. Throws where it cannot be used.
 *
 * All of it is looked at before LMDB sees it, for LMDB ends the whole process where it finds what it cannot open.
 */
export function prepareFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const name of Object.values(files)) {
      const path = join(directory, name);
      if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    }
    if (!isDatabase(join(directory, files.data))) throw new Error(`its ${files.data} is no database`);
  } catch (error) {
    throw unusable(directory, error instanceof Error ? error.message : String(error), error);
  }
}

/** An error that says which folder it is and why. */
export function unusable(directory: string, why: string, cause?: unknown): Error {
  return new Error(`cannot keep state in ${directory}: ${why}`, cause === undefined ? {} : { cause });
}

/** Whether LMDB would take the file for its own. One that is empty or not there it makes itself. */
function isDatabase(path: string): boolean {
  if (!existsSync(path)) return true;
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(2 * 4096);
    const length = readSync(file, head, 0, head.length, 0);
    return length === 0 || (length === head.length && head.readUInt32LE(markAt) === mark);
  } finally {
    closeSync(file);
  }
}
