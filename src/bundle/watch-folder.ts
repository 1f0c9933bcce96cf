/**
 * Reports changes in a folder by polling. Unlike events of the operating system, this works on every file system, with
 * links that are swapped, and for files that are replaced by a rename.
 */
import { FolderContents } from "./folder-contents.js";

/** A watch that runs until it is stopped. It does not keep the process alive. */
export interface FolderWatch {
  stop(): void;
}

/** Calls `changed` after the folder has changed and then stayed the same for one interval (ms). `changed` must not reject. */
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
