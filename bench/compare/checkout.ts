/** A revision, built with the benches of this working tree, so that both sides are asked the same. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../process/root.js";
import { temporaryFolder } from "../process/temporary.js";

/** A built copy of the code. */
export interface Checkout {
  readonly name: string;
  /** The built script that measures it. */
  readonly probe: string;
  remove(): void;
}

/** What the word for the files as they lie here is. */
export const WORKING_TREE = "working-tree";

/**
 * Builds a revision. Throws if `revision` does not exist, or if its source lacks what the benches call: then nothing
 * can be compared. Both sides use the packages installed here.
 */
export function checkout(revision: string): Checkout {
  const folder = temporaryFolder();
  const path = join(folder.path, "tree");
  const isTree = revision === WORKING_TREE;
  const remove = () => {
    if (!isTree) git("worktree", "remove", "--force", path);
    folder.remove();
  };
  if (isTree) copy(["src", "grammar", "bench", "package.json", "tsconfig.json", "tsconfig.bench.json"], path);
  else git("worktree", "add", "--detach", path, revision);
  try {
    rmSync(join(path, "bench"), { recursive: true, force: true });
    copy(["bench", "tsconfig.json", "tsconfig.bench.json"], path);
    if (!existsSync(join(path, "node_modules")))
      symlinkSync(join(ROOT, "node_modules"), join(path, "node_modules"));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", "tsconfig.bench.json"], {
      cwd: path,
      stdio: ["ignore", 2, 2],
    });
  } catch (error) {
    remove();
    throw new Error(`${revision} does not build with the benches of this working tree`, { cause: error });
  }
  return { name: revision, probe: join(path, "dist/bench/compare/probe.js"), remove };
}

function copy(names: readonly string[], to: string): void {
  for (const name of names) cpSync(join(ROOT, name), join(to, name), { recursive: true });
}

function git(...words: readonly string[]): void {
  execFileSync("git", words, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
}
