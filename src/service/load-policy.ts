/** From a folder to an engine that decides by it. */
import { compileBundle } from "../bundle/compile-bundle.js";
import { FolderContents } from "../bundle/folder-contents.js";
import { type LoadedBundle, loadBundle } from "../bundle/load.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import { Pdp, type PdpOptions } from "../engine/pdp.js";
import type { LoadPolicy } from "./policy-holder.js";

/** The policy does not load; the message is what `writ check` would print, errors first. */
export class PolicyDoesNotLoad extends Error {
  override readonly name = "PolicyDoesNotLoad";
}

/** How often a folder that changes while it is read is read again. */
const READS_MAX = 5;

/**
 * Loads the bundle of a folder anew at each call, into an engine over the same store and keys. What was read of a folder
 * that changed meanwhile is neither the bundle before nor the one after, and a rule that moved between two files may be in
 * none of them: it is read again, and does not load where it never stands still.
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
