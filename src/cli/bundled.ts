/**
 * The command in one file, as `npm run build` makes it, and what Node compiled of that file: finding, reading and
 * compiling hundreds of modules would take longer than most commands do.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

/** A script whose value is a function with the parameters of a CommonJS module. Absent beside the TypeScript source. */
export const BUNDLE = fileURLToPath(new URL("../../writ.cjs", import.meta.url));
/** What was compiled of it while building. It stands beside the code that it is made of, and is trusted as that is. */
export const CODE_CACHE = `${BUNDLE}.cache`;

/** What the bundle exports. */
export type Command = typeof import("./run.js");

/** The bundle, run. */
export interface Bundled {
  readonly script: Script;
  readonly command: Command;
}

/** Undefined where there is no bundle of these modules: none, or one that is older than they are. */
export function loadBundled(): Bundled | undefined {
  const written = writtenAt(BUNDLE);
  if (written < writtenAt(fileURLToPath(import.meta.url))) return undefined;
  // It is written in ASCII, which is read faster than what might hold other characters.
  const text = readFileSync(BUNDLE, "latin1");
  const cachedData = writtenAt(CODE_CACHE) < written ? undefined : readFileSync(CODE_CACHE);
  // Another version of Node takes no notice of the cache.
  const script = new Script(text, { filename: BUNDLE, ...(cachedData && { cachedData }) });
  const module = { exports: {} as Command };
  script.runInThisContext()(module.exports, createRequire(BUNDLE), module, BUNDLE, dirname(BUNDLE));
  return { script, command: module.exports };
}

/** Before everything else where there is no such file. */
function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
