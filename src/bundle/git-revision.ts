/** Loads a bundle at a git revision from git's object store, without touching the work tree or the index. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { isSkipped } from "./left-out.js";
import { BUNDLE_LIMITS } from "./limits.js";
import { type LoadedBundle, type LoadOptions, loadBundle } from "./load.js";

/** Thrown if git has no such revision or is not installed, or if the folder is not in a repository. The message is for people. */
export class RevisionProblem extends Error {
  override readonly name = "RevisionProblem";
}

const MAX_BYTES = 4 * BUNDLE_LIMITS.totalBytes;
const FILE = /^(100644|100755) blob ([0-9a-f]{40,64})\s+([0-9]+)\t(.*)$/s;

/**
 * Loads the bundle in a folder as it was at a revision. Links are not followed, because their targets are not in the
 * revision. Throws RevisionProblem if git fails; problems of the bundle are in its diagnostics.
 */
export function loadRevision(
  directory: string,
  revision: string,
  options: LoadOptions = {},
): LoadedBundle & { readonly commit: string } {
  // After `--end-of-options`, git does not read a revision as an option.
  const verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const commit = git(directory, verify, `git knows no revision \`${revision}\``).toString().trim();
  const prefix = git(directory, ["rev-parse", "--show-prefix"]).toString().replace(/\n$/, "");
  const files = filesAt(directory, commit, prefix);
  const copy = mkdtempSync(join(tmpdir(), "writ-revision-"));
  try {
    write(copy, directory, files);
    return { ...loadBundle(copy, options), commit };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

interface StoredFile {
  readonly object: string;
  /** From the bundle's folder. */
  readonly path: string;
}

function filesAt(directory: string, commit: string, prefix: string): StoredFile[] {
  const tree = prefix === "" ? [] : ["--", prefix];
  const listing = git(directory, ["ls-tree", "-r", "-z", "-l", "--full-tree", commit, ...tree]).toString();
  const files: StoredFile[] = [];
  let bytes = 0;
  for (const line of listing.split("\0")) {
    const [, , object = "", size = "", path = ""] = FILE.exec(line) ?? [];
    if (object === "" || !path.startsWith(prefix)) continue;
    const inside = path.slice(prefix.length);
    const isPolicy = inside.endsWith(".writ") && !inside.split("/").some(isSkipped);
    if (!(isPolicy || inside.endsWith(".json")) || !isPlain(inside)) continue;
    if (Number(size) > BUNDLE_LIMITS.fileBytes) {
      // A missing data file is an error where it is named; a missing policy would go unnoticed.
      if (isPolicy) throw new RevisionProblem(`\`${inside}\` is too large at that revision`);
      continue;
    }
    bytes += Number(size);
    files.push({ object, path: inside });
    if (bytes > MAX_BYTES || files.length > BUNDLE_LIMITS.entries) {
      throw new RevisionProblem("the folder holds too much at that revision");
    }
  }
  return files;
}

/** A hand-made tree may contain any name. */
function isPlain(path: string): boolean {
  return (
    !posix.isAbsolute(path) &&
    posix.normalize(path) === path &&
    !path.startsWith("..") &&
    !path.includes("\\")
  );
}

/** `cat-file --batch` answers each object's name with `<object> blob <size>`, a line end, the bytes and a line end. */
function write(copy: string, directory: string, files: readonly StoredFile[]): void {
  if (files.length === 0) return;
  const input = files.map(({ object }) => `${object}\n`).join("");
  const output = git(directory, ["cat-file", "--batch"], undefined, input);
  let at = 0;
  for (const { path } of files) {
    const end = output.indexOf(10, at);
    const size = Number(output.subarray(at, end).toString().split(" ")[2]);
    if (!Number.isInteger(size)) throw new RevisionProblem(`git cannot read \`${path}\` of that revision`);
    const place = join(copy, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, output.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
}

function git(directory: string, words: readonly string[], problem?: string, input?: string): Buffer {
  try {
    return execFileSync("git", ["-C", directory, ...words], {
      maxBuffer: 2 * MAX_BYTES,
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
      ...(input === undefined ? {} : { input }),
    });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === "ENOENT") throw new RevisionProblem("git is not installed, or not on the PATH");
    const said = stderr?.toString().trim().split("\n")[0] ?? "";
    throw new RevisionProblem(said === "" ? (problem ?? "git failed") : said.replace(/^fatal: /, "git: "));
  }
}
