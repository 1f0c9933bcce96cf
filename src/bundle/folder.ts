/**
 * Finds the files of a bundle's folder.
 *
 * Nothing outside the folder is read. A link is followed only if its target is inside, as a mounted Kubernetes
 * ConfigMap requires, and each real file is read once, regardless of how many links lead to it.
 */
import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { isSkipped, type LeftOut, looksLikePolicy, searchSkipped, whyLeftOut } from "./left-out.js";
import { BUNDLE_LIMITS } from "./limits.js";

/** A file by its path in the bundle (with `/` on every system), and its real path. */
export interface FoundFile {
  readonly path: string;
  readonly real: string;
}

/** An entry of the folder that cannot be read, with the words that follow its path. */
export interface FolderProblem {
  readonly path: string;
  readonly kind: "unreadable" | "outside" | "too-large";
  readonly message: string;
}

/** The files found, and the entries that could not be read. */
export interface FolderListing {
  /** Policy files, sorted by path in code-unit order. */
  readonly files: readonly FoundFile[];
  readonly problems: readonly FolderProblem[];
  /** Files that look like policies and are not read, and skipped folders that may hold more. */
  readonly leftOut: readonly LeftOut[];
}

/** Finds every `*.writ` below a folder, except in hidden folders and `node_modules`. `root` is a real path. */
export function listPolicyFiles(root: string): FolderListing {
  const walk = new Walk(root);
  walk.folder(root, 0);
  walk.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: walk.files, problems: walk.problems, leftOut: leftOutBy(walk, root) };
}

/** Returns what is left out, without files that are read through a link: a mounted ConfigMap has all its files in a hidden folder. */
function leftOutBy(walk: Walk, root: string): readonly LeftOut[] {
  const read = new Set(walk.files.map(({ real }) => real));
  const inside = searchSkipped(walk.skipped);
  return [...walk.leftOut, ...inside]
    .filter(({ real }) => !read.has(real))
    .map((each) => ({ ...each, path: pathIn(root, each.path) }));
}

const HIDDEN_NAME = whyLeftOut("hidden");

class Walk {
  readonly files: FoundFile[] = [];
  readonly problems: FolderProblem[] = [];
  /** With whole paths, like the skipped folders. */
  readonly leftOut: LeftOut[] = [];
  readonly skipped: string[] = [];
  /** Real paths of files and folders. */
  readonly #seen: Set<string>;
  readonly #root: string;
  #entries = 0;

  constructor(root: string) {
    this.#root = root;
    this.#seen = new Set([root]);
  }

  folder(folder: string, depth: number): void {
    for (const name of this.#namesIn(folder)) {
      if (this.#entries++ === BUNDLE_LIMITS.entries) {
        this.#report(folder, "too-large", `more than ${BUNDLE_LIMITS.entries} entries to look at`);
      }
      if (this.#entries > BUNDLE_LIMITS.entries) return;
      if (isSkipped(name)) this.#skip(folder, name);
      else this.#entry(join(folder, name), depth);
    }
  }

  #namesIn(folder: string): readonly string[] {
    try {
      return readdirSync(folder).sort();
    } catch (error) {
      this.#report(folder, "unreadable", reasonOf(error));
      return [];
    }
  }

  /** Examines skipped entries only as far as needed to decide whether a policy is left out. */
  #skip(folder: string, name: string): void {
    const path = join(folder, name);
    try {
      if (lstatSync(path).isDirectory()) this.skipped.push(path);
      else if (looksLikePolicy(name)) this.leftOut.push({ path, real: realpathSync(path), ...HIDDEN_NAME });
    } catch {
      // Emacs locks a file with a hidden dangling link; any other unreadable entry may be a policy.
      const isLock = name.startsWith(".#");
      if (looksLikePolicy(name) && !isLock) this.leftOut.push({ path, real: path, ...HIDDEN_NAME });
    }
  }

  #entry(path: string, depth: number): void {
    try {
      const status = lstatSync(path);
      if (status.isDirectory()) this.#descend(path, path, depth);
      else if (status.isSymbolicLink()) this.#link(path, depth);
      else if (path.endsWith(".writ")) this.#file(path, path);
      else if (looksLikePolicy(path)) this.leftOut.push({ path, real: path, ...whyLeftOut("name") });
    } catch (error) {
      // It may have been a folder of policies; if it is not mounted, its denies are missing.
      this.#report(path, "unreadable", reasonOf(error));
    }
  }

  #descend(path: string, real: string, depth: number): void {
    if (!this.#isNew(real)) return;
    if (depth < BUNDLE_LIMITS.depth) this.folder(path, depth + 1);
    else this.#report(path, "too-large", `more than ${BUNDLE_LIMITS.depth} folders deep`);
  }

  /** The target of a link could hold policies, so a link out of the folder is reported regardless of its name. */
  #link(path: string, depth: number): void {
    const real = realpathSync(path);
    const isFolder = statSync(real).isDirectory();
    if (!isFolder && !path.endsWith(".writ")) {
      if (looksLikePolicy(path) || looksLikePolicy(real)) {
        this.leftOut.push({ path, real, ...whyLeftOut("name") });
      }
      return;
    }
    if (!isInside(this.#root, real)) this.#report(path, "outside", "a link that leads out of the bundle");
    else if (isFolder) this.#descend(path, real, depth);
    else this.#file(path, real);
  }

  #file(path: string, real: string): void {
    if (!statSync(real).isFile()) this.#report(path, "unreadable", "not a regular file");
    else if (this.#isNew(real)) this.files.push({ path: pathIn(this.#root, path), real });
  }

  #isNew(real: string): boolean {
    const isNew = !this.#seen.has(real);
    this.#seen.add(real);
    return isNew;
  }

  #report(path: string, kind: FolderProblem["kind"], message: string): void {
    this.problems.push({ path: pathIn(this.#root, path), kind, message });
  }
}

/** Whether a real path is a real folder or is inside it. */
export function isInside(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
}

function pathIn(root: string, path: string): string {
  return relative(root, path).split(sep).join("/") || ".";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "a link that leads to itself",
  ENOTDIR: "not a folder",
  EISDIR: "a folder, not a file",
  ENAMETOOLONG: "the name is too long",
};

/** Returns why the file system refused, in words, or its error code. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  return Object.hasOwn(REASONS, code) ? (REASONS[code] as string) : code;
}
