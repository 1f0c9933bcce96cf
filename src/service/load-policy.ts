/** From a folder to an engine that decides by it. */
import { compileBundle } from "../bundle/compile-bundle.js";
import { loadBundle } from "../bundle/load.js";
import { renderPlain } from "../diagnostics/render-plain.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import { Pdp, type PdpOptions } from "../engine/pdp.js";
import type { LoadPolicy } from "./policy-holder.js";

/** The policy does not load; the message is what `writ check` would print, errors first. */
export class PolicyDoesNotLoad extends Error {
  override readonly name = "PolicyDoesNotLoad";
}

/** Loads the bundle of a folder anew at each call, into an engine over the same store and keys. */
export function policyLoader(
  directory: string,
  options: Omit<PdpOptions, "bundle"> & Required<Pick<PdpOptions, "clock">>,
): LoadPolicy {
  return async () => {
    const { bundle, diagnostics, sources } = loadBundle(directory, { now: options.clock.now() });
    if (bundle === undefined) {
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      throw new PolicyDoesNotLoad(renderPlain(sortDiagnostics(errors), sources).trimEnd());
    }
    const compiled = compileBundle(bundle, sources);
    return { revision: bundle.revision, pdp: new Pdp({ ...options, bundle: compiled }) };
  };
}
