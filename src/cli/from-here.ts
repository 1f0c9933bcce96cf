/** Paths as a person can follow them from the current folder. */
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/**
 * A file or folder as it is printed: from the current folder where it is inside it, absolute elsewhere, and empty for the
 * current folder. Terminals and editors follow no path that climbs out by `..`.
 */
export function pathFromHere(path: string): string {
  const near = relative("", path);
  const isOutside = near === ".." || near.startsWith(`..${sep}`) || isAbsolute(near);
  return isOutside ? resolve(path) : near;
}

/** What is printed before a path of the bundle. */
export function prefixFromHere(directory: string): string {
  const path = pathFromHere(directory);
  return path === "" ? "" : join(path, sep);
}
