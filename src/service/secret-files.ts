/** Reads and writes files of keys. Only their owner may write them, and errors use words for an operator. */
import { readFile, stat, writeFile } from "node:fs/promises";
import type { Keys } from "../identity/keys.js";
import { generateKeysFile, KeysFileError, parseKeysFile } from "../identity/keys-file.js";

const MAX_BYTES = 1_048_576;

/** Reads the text of a small file. Rejects with an error that names the file. */
export async function readSmallFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new Error("it is larger than 1 MiB");
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Error(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Any access by others, and write access by the group. The group may read: that is how orchestrators pass secrets. */
const TOO_OPEN = 0o027;

/** Reads the keys in a file that only its owner can write and only its group can read. */
export async function readKeysFile(path: string): Promise<Keys> {
  const text = await readSmallFile(path);
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & TOO_OPEN) !== 0) {
    throw new KeysFileError(`other users can read ${path} and could forge approvals: run chmod 600 ${path}`);
  }
  try {
    return await parseKeysFile(text);
  } catch (error) {
    throw error instanceof KeysFileError ? new KeysFileError(`${path}: ${error.message}`) : error;
  }
}

/** Writes new keys. Never replaces an existing file: everything signed under its keys would become invalid. */
export async function createKeysFile(path: string): Promise<void> {
  await writeFile(path, await generateKeysFile(), { mode: 0o600, flag: "wx" });
}
