/** Finds the folder of the bundle that a file belongs to, for editors; on the command line it is an argument. */
import { readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isInside } from "./folder.js";

/** Folders further up are not searched. */
const MAX_LEVELS = 32;

/**
 * Returns the outermost folder around a file, within the workspace, that directly holds a policy; outside of any
 * workspace, the search ends at the first folder without one. A bundle whose policies are all in subfolders must be
 * named, because it cannot be distinguished from a folder of several bundles.
 */
export function findBundle(file: string, workspace: string | undefined): string {
  const folder = dirname(file);
  const inside = workspace !== undefined && isInside(workspace, folder);
  let found = folder;
  let at = folder;
  for (let level = 0; level < MAX_LEVELS; level++) {
    if (inside && at === workspace) break;
    const parent = dirname(at);
    if (parent === at) break;
    at = parent;
    if (holdsPolicy(at)) found = at;
    else if (!inside) break;
  }
  return found;
}

function holdsPolicy(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith(".writ"));
  } catch {
    return false;
  }
}

/** Returns a path without links; for a file that does not exist yet, that of its folder. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Missing or unreadable.
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
