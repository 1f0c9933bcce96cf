/** Which folder is the bundle that a file belongs to: what an editor has to know, and the command line is told. */
import { readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isInside } from "./folder.js";

/** Folders further up are not looked at. */
const MAX_LEVELS = 32;

/**
 * The outermost folder around a file, no further out than the workspace, that holds a policy itself; outside of any
 * workspace, as far as every folder between holds one. A bundle whose policies all lie in folders below it has to be
 * named: nothing tells it from a folder of several bundles.
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

/** A path without links; of a file that is not there yet, its folder's. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there, or not to be read.
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
