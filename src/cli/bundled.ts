/**
 * Runs the one-file build of the command with Node's compile cache: finding, reading and compiling hundreds of modules
 * would take longer than most commands.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

/** A script whose value is a function with the parameters of a CommonJS module. Absent next to the TypeScript source. */
export const BUNDLE = fileURLToPath(new URL("../../writ.cjs", import.meta.url));
/** The compile cache of the build. It is next to the code and trusted like it. */
export const CODE_CACHE = `${BUNDLE}.cache`;

/** The exports of the one-file build. */
export type Command = typeof import("./run.js");

/** The bundle, run. */
export interface Bundled {
  readonly script: Script;
  readonly command: Command;
}

/** Returns undefined if there is no one-file build, or if it is older than the modules. */
export function loadBundled(): Bundled | undefined {
  const written = writtenAt(BUNDLE);
  if (written < writtenAt(fileURLToPath(import.meta.url))) return undefined;
  // The file is ASCII, which Node reads faster than UTF-8.
  const text = readFileSync(BUNDLE, "latin1");
  const cachedData = writtenAt(CODE_CACHE) < written ? undefined : readFileSync(CODE_CACHE);
  // Another version of Node ignores the cache.
  const script = new Script(text, { filename: BUNDLE, ...(cachedData && { cachedData }) });
  const module = { exports: {} as Command };
  script.runInThisContext()(module.exports, createRequire(BUNDLE), module, BUNDLE, dirname(BUNDLE));
  return { script, command: module.exports };
}

/** Older than any file, if the file does not exist. */
function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
