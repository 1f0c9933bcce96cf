/**
 * Reports changes in a folder, by looking again and again: it works on every file system, through links that are swapped
 * and for files that are replaced by a rename, which the events of operating systems lose.
 */
import { FolderContents } from "./folder-contents.js";

/** A watch that goes on until it is stopped; it does not keep the process alive. */
export interface FolderWatch {
  stop(): void;
}

/** Calls `changed`, which must not reject, after the folder has become another and was quiet for one interval (ms). */
export async function watchFolder(
  folder: string,
  interval: number,
  changed: () => Promise<void>,
): Promise<FolderWatch> {
  const contents = new FolderContents(folder);
  let known = await contents.look();
  let previous = known;
  let stopped = false;
  const look = async () => {
    const current = await contents.look();
    if (!stopped && current !== known && current === previous) {
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
