/** Paths as printed, relative to the current folder. */
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/**
 * Returns a path as it is printed: relative inside the current folder, absolute outside, and empty for the current
 * folder. Terminals and editors do not follow paths that begin with `..`.
 */
export function pathFromHere(path: string): string {
  const near = relative("", path);
  const isOutside = near === ".." || near.startsWith(`..${sep}`) || isAbsolute(near);
  return isOutside ? resolve(path) : near;
}

/** Returns the prefix of printed paths of the bundle. */
export function prefixFromHere(directory: string): string {
  const path = pathFromHere(directory);
  return path === "" ? "" : join(path, sep);
}
