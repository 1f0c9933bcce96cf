/** Backups of a folder that holds state: a folder with a file like the original's. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { damageOf } from "./file-check.js";
import { dataFile, lockFile, unusable } from "./file-folder.js";
import { FileStore, type FileStoreOptions } from "./file-store.js";

/** Writes what a folder holds now into another folder, which must not hold state yet; others may go on meanwhile. */
export async function backUp(store: FileStore, to: string): Promise<void> {
  if (existsSync(dataFile(to))) throw unusable(to, "there is a backup or a state already");
  mkdirSync(to, { recursive: true, mode: 0o700 });
  await store.backup(to);
}

/**
 * Puts a backup in the place of what a folder holds, and accepts it. Processes that use the folder lose their state: they
 * have to be started again.
 */
export async function restoreBackup(
  from: string,
  directory: string,
  options: FileStoreOptions = {},
): Promise<void> {
  const backup = dataFile(from);
  const damage = existsSync(backup) ? damageOf(backup) : "there is none";
  if (damage !== undefined) throw new Error(`the backup in ${from} cannot be used: ${damage}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const target = dataFile(directory);
  const incoming = `${target}.new`;
  copyFileSync(backup, incoming);
  const file = openSync(incoming, "r+");
  fsyncSync(file);
  closeSync(file);
  // A file of its own and not the old one written over: whoever has that open sees that it was replaced.
  renameSync(incoming, target);
  // LMDB makes the locks anew; with the old ones, processes that have the old file open could not end.
  rmSync(lockFile(directory), { force: true });
  const store = await FileStore.open(directory, { ...options, begin: true });
  await store.initialise();
  await store.close();
}
