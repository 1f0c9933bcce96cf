import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { damageOf } from "./file-check.js";
import type { Identity } from "./file-layout.js";
import { StateUnavailable } from "./store.js";

/** Where LMDB keeps its data and its locks in a folder. */
const files = { data: "data.mdb", lock: "lock.mdb" };

/** The file that holds the state of a folder. */
export function dataFile(directory: string): string {
  return join(directory, files.data);
}

/** The file with the locks of all processes that use the folder. */
export function lockFile(directory: string): string {
  return join(directory, files.lock);
}

/**
 * Makes a folder ready for LMDB, readable by its owner alone if it is new. Throws where it cannot be used.
 *
 * All of it is looked at before LMDB sees it, because LMDB ends the whole process where it finds what it cannot read. A
 * folder without state is made only where `begin` says that there was none.
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

/** An error that says which folder it is and why. */
export function unusable(directory: string, why: string, cause?: unknown): Error {
  return new Error(`cannot keep state in ${directory}: ${why}`, cause === undefined ? {} : { cause });
}

/** What tells a file from every other, also from its own copies; undefined where there is none. */
export function identityOf(path: string): Pick<Identity, "inode" | "born"> | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : { inode: String(found.ino), born: String(found.birthtimeNs) };
}

/** A folder that holds no state, which is not the same as "nothing spent". */
export function nothingIn(directory: string): StateUnavailable {
  return new StateUnavailable(
    "lost",
    `there is no state in ${directory}: it is new, was deleted, or is on a volume that is not mounted; ` +
      `\`writ state init --state file:${directory} --yes\` starts from zero`,
  );
}
