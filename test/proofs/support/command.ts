/** The command line as an operator runs it, in a process of its own. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Arguments for node that run `writ` from its source. */
export const WRIT = ["--import", "tsx", fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url))];

/** Runs `writ`; rejects where it does not end with 0. */
export async function writ(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...WRIT, ...args]);
  return stdout;
}

/** A folder of its own, which the caller removes. */
export function newFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "writ-proof-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
