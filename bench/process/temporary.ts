import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder that is gone after `remove`. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** A new folder of the system's temporary ones, with these files in it. */
export function temporaryFolder(files: ReadonlyMap<string, string> = new Map()): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "writ-bench-"));
  for (const [name, text] of files) {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
