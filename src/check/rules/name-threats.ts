import type { File } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";
import { THREAT_CATALOGUES } from "../threats/known-threats.js";

/**
 * Warns of threats in the chosen catalogues that no deciding rule names: a threat that no rule names is probably not
 * covered.
 */
export function nameThreats(bundle: Bundle, program: Program, files: readonly File[]): void {
  const { threatProfiles = [] } = bundle.options;
  const [first] = files;
  if (threatProfiles.length === 0 || first === undefined) return;
  const span = { file: first.span.file, start: 0, end: 0 };
  const rules = [...program.rules.values(), ...program.limits.values()].filter((rule) => !rule.shadow);
  const named = new Set(
    [...rules, ...program.exceptions.values()].flatMap(({ annotations }) => annotations.threats),
  );
  for (const catalogue of THREAT_CATALOGUES) {
    if (!threatProfiles.includes(catalogue.profile)) continue;
    for (const { id, name } of catalogue.threats) {
      if (!named.has(id)) bundle.problems.add(messages.unnamedThreat(id, name, catalogue.name, span));
    }
  }
}
