/** Tells of changes in a folder, by looking again and again: it works on every file system and through links swapped aside. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A watch that goes on until it is stopped; it does not keep the process alive. */
export interface FolderWatch {
  stop(): void;
}

const ENTRIES_MAX = 20_000;

/** Calls `changed` once the folder differs from what it was and has been quiet for one interval (ms). */
export async function watchFolder(
  folder: string,
  interval: number,
  changed: () => Promise<void>,
): Promise<FolderWatch> {
  let known = await fingerprintOf(folder);
  let previous = known;
  let stopped = false;
  const look = async () => {
    const current = await fingerprintOf(folder);
    if (current !== known && current === previous) {
      known = current;
      await changed();
    }
    previous = current;
  };
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(() => void look().finally(() => stopped || next()), interval);
    timer.unref();
  };
  next();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Names, sizes and times of everything in it; what cannot be read counts as absent, and loading will say why. */
export async function fingerprintOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const lines = entries
    .slice(0, ENTRIES_MAX)
    .sort()
    .map(async (name) => {
      const { mtimeMs, size, ino } = await stat(join(folder, name)).catch(() => ({
        mtimeMs: 0,
        size: -1,
        ino: 0,
      }));
      return `${name} ${mtimeMs} ${size} ${ino}`;
    });
  return (await Promise.all(lines)).join("\n");
}
