/**
 * Finds files that look like policies and are not read: a reviewer sees `deny.WRIT` or `.deny.writ` in the folder and
 * believes that it is part of the bundle. Skipped folders are searched within limits.
 */
import { readdirSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { BUNDLE_LIMITS } from "./limits.js";

/** A file that is not read although it looks like a policy, or a skipped folder that was not searched to its end. */
export interface LeftOut {
  readonly path: string;
  /** The real path. */
  readonly real: string;
  /** Why it is left out, in words that follow its path. */
  readonly why: string;
  /**
   * What is left out: a file of the bundle's author, files that a package manager installed (Writ's own package has
   * policies), or a folder that was not searched.
   */
  readonly kind: "file" | "packages" | "unsearched";
}

/** Version control keeps copies of the files under other names; no reviewer believes that they are part of the bundle. */
const VERSION_CONTROL: ReadonlySet<string> = new Set([".git", ".hg", ".svn", ".jj"]);

const WHY = {
  name: "its name does not end in `.writ` exactly",
  hidden: "its name begins with a dot",
  skipped: "hidden folders are skipped",
} as const;

/** Returns the reason in words, for a file. */
export function whyLeftOut(reason: keyof typeof WHY): Pick<LeftOut, "why" | "kind"> {
  return { why: WHY[reason], kind: "file" };
}

/** Whether files and folders of this name are never part of a bundle. */
export function isSkipped(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

/** Whether a reader of the name would take the file for a policy, ignoring case, width, and blanks or dots at its end. */
export function looksLikePolicy(path: string): boolean {
  const name = basename(path).normalize("NFKC").toLowerCase();
  return /\.writ[\s.\p{Default_Ignorable_Code_Point}]*$/u.test(name);
}

/**
 * Finds everything in skipped folders that looks like a policy. Links are not followed, because their targets are found
 * separately.
 */
export function searchSkipped(folders: readonly string[]): readonly LeftOut[] {
  const budget = { left: BUNDLE_LIMITS.skippedEntries };
  return folders.flatMap((folder) => {
    if (VERSION_CONTROL.has(basename(folder))) return [];
    const found: string[] = [];
    const isWhole = search(folder, found, budget, 0);
    const open: readonly LeftOut[] = isWhole ? [] : [{ path: folder, real: folder, ...UNSEARCHED }];
    if (basename(folder) !== "node_modules") {
      return [...found.map((path) => ({ path, real: realOf(path), ...whyLeftOut("skipped") })), ...open];
    }
    const [first] = found;
    if (first === undefined) return open;
    const why = `skipped with ${found.length} file${found.length === 1 ? "" : "s"} that look${found.length === 1 ? "s" : ""} like policies`;
    return [{ path: folder, real: folder, why, kind: "packages" as const }, ...open];
  });
}

const UNSEARCHED = {
  why: "skipped, and too large or not readable: policies in it would be left out unnoticed",
  kind: "unsearched",
} as const;

/** Whether everything could be searched. */
function search(folder: string, found: string[], budget: { left: number }, depth: number): boolean {
  let isWhole = true;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (budget.left-- <= 0) return false;
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) {
        if (looksLikePolicy(entry.name)) found.push(path);
      } else if (!VERSION_CONTROL.has(entry.name)) {
        isWhole = depth < BUNDLE_LIMITS.skippedDepth && search(path, found, budget, depth + 1) && isWhole;
      }
    }
    return isWhole;
  } catch {
    return false;
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
