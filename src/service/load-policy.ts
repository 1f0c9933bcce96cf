/** Loads a folder of policies into an engine. */
import { compileBundle } from "../bundle/compile-bundle.js";
import { FolderContents } from "../bundle/folder-contents.js";
import { type LoadedBundle, loadBundle } from "../bundle/load.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import { Pdp, type PdpOptions } from "../engine/pdp.js";
import type { LoadPolicy } from "./policy-holder.js";

/** The policy does not load. The message is the output of `writ check`, errors first. */
export class PolicyDoesNotLoad extends Error {
  override readonly name = "PolicyDoesNotLoad";
}

/** Maximum number of reads of a folder that changes while it is read. */
const READS_MAX = 5;

/**
 * Makes a loader that compiles a folder's bundle on each call, into an engine over the same store and keys. A folder
 * that changes while it is read yields neither the old bundle nor the new one, and a rule that moved between two files
 * may be missing from both. Such a folder is read again, and does not load if it keeps changing.
 */
export function policyLoader(
  directory: string,
  options: Omit<PdpOptions, "bundle"> & Required<Pick<PdpOptions, "clock">>,
): LoadPolicy {
  return async () => {
    const { bundle, diagnostics, sources } = await loadStill(directory, options.clock.now());
    if (bundle === undefined) {
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      const { renderPlain } = await import("../diagnostics/render-plain.js");
      throw new PolicyDoesNotLoad(renderPlain(sortDiagnostics(errors), sources).trimEnd());
    }
    const compiled = compileBundle(bundle, sources);
    const pdp = new Pdp({ ...options, bundle: compiled });
    return { revision: bundle.revision, pdp, bundle: compiled, register: () => pdp.register() };
  };
}

async function loadStill(directory: string, now: number): Promise<LoadedBundle> {
  const contents = new FolderContents(directory);
  let before = await contents.look();
  for (let read = 0; read < READS_MAX; read++) {
    const loaded = loadBundle(directory, { now });
    const after = await contents.look();
    if (after === before) return loaded;
    before = after;
  }
  throw new PolicyDoesNotLoad(`${directory} kept changing while it was read`);
}
