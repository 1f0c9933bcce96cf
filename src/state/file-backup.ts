/** Backups of a folder with state: another folder with a copy of its file. */
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

/** Copies the state of a folder into another folder, which must not hold state yet. Other processes may use the state meanwhile. */
export async function backUp(store: FileStore, to: string): Promise<void> {
  if (existsSync(dataFile(to))) throw unusable(to, "there is a backup or a state already");
  mkdirSync(to, { recursive: true, mode: 0o700 });
  await store.backup(to);
}

/**
 * Replaces the state of a folder with a backup, and accepts it. Processes that use the folder lose their state and must
 * be restarted.
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
  // Create a new file instead of overwriting the old one: processes that have it open then notice the replacement.
  renameSync(incoming, target);
  // LMDB creates new locks; with the old ones, processes that have the old file open could not exit.
  rmSync(lockFile(directory), { force: true });
  const store = await FileStore.open(directory, { ...options, begin: true });
  await store.initialise();
  await store.close();
}
