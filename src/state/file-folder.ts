import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { damageOf } from "./file-check.js";
import type { Identity } from "./file-layout.js";
import { StateUnavailable } from "./store.js";

/** The data file and the lock file of LMDB in a folder. */
const files = { data: "data.mdb", lock: "lock.mdb" };

/** Returns the file that holds the state of a folder. */
export function dataFile(directory: string): string {
  return join(directory, files.data);
}

/** Returns the file with the locks of all processes that use the folder. */
export function lockFile(directory: string): string {
  return join(directory, files.lock);
}

/**
 * Prepares a folder for LMDB; a new folder is readable only by its owner. Throws if the folder cannot be used.
 *
 * The whole file is checked before LMDB opens it, because LMDB aborts the process on a page it cannot read. State is
 * created only if `begin` confirms that there was none.
 */
export function prepareFolder(directory: string, begin: boolean): void {
  const data = dataFile(directory);
  try {
    if (!begin && (statSync(data, { throwIfNoEntry: false })?.size ?? 0) === 0) throw nothingIn(directory);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const name of Object.values(files)) {
      const path = join(directory, name);
      if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    }
    const damage = existsSync(data) ? damageOf(data) : undefined;
    if (damage !== undefined) {
      const help = "bring back a backup with `writ state restore`";
      throw new Error(`its ${files.data} cannot be used: ${damage}; ${help}`);
    }
  } catch (error) {
    if (error instanceof StateUnavailable) throw error;
    throw unusable(directory, error instanceof Error ? error.message : String(error), error);
  }
}

/** Returns an error that names the folder and the reason. */
export function unusable(directory: string, why: string, cause?: unknown): Error {
  return new Error(`cannot keep state in ${directory}: ${why}`, cause === undefined ? {} : { cause });
}

/** Returns what distinguishes a file from any other, including its copies; undefined if there is no file. */
export function identityOf(path: string): Pick<Identity, "inode" | "born"> | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : { inode: String(found.ino), born: String(found.birthtimeNs) };
}

/** Returns the error for a folder without state, which does not mean "nothing spent". */
export function nothingIn(directory: string): StateUnavailable {
  return new StateUnavailable(
    "lost",
    `there is no state in ${directory}: it is new, was deleted, or is on a volume that is not mounted; ` +
      `\`writ state init --state file:${directory} --yes\` starts from zero`,
  );
}
