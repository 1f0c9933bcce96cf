/** Files of keys: read with words for an operator, written for their owner alone. */
import { readFile, stat, writeFile } from "node:fs/promises";
import type { Keys } from "../identity/keys.js";
import { generateKeysFile, KeysFileError, parseKeysFile } from "../identity/keys-file.js";

const MAX_BYTES = 1_048_576;

/** The text of a small file. Rejects with an error that names the file. */
export async function readSmallFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new Error("it is larger than 1 MiB");
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Error(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Access of others, and a group that could write: a group that reads is how orchestrators hand secrets to a container. */
const TOO_OPEN = 0o027;

/** The keys in a file that only its owner can write and nobody outside its group can read. */
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

/** Writes new keys; never over a file that exists, for what was signed under its keys would be lost. */
export async function createKeysFile(path: string): Promise<void> {
  await writeFile(path, await generateKeysFile(), { mode: 0o600, flag: "wx" });
}
