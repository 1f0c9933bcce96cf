/** Compiles a loaded bundle. Separate from loading, because checking a bundle does not need it. */
import { type CompiledBundle, compile } from "../compile/compile.js";
import { locatorOf } from "../source/locator.js";
import type { Source } from "../source/source.js";
import type { Bundle } from "./load.js";

/** Compiles a bundle; answers locate rules as `file:line:column`. */
export function compileBundle(bundle: Bundle, sources: ReadonlyMap<string, Source>): CompiledBundle {
  return compile(bundle.program, bundle.revision, locatorOf(sources));
}
