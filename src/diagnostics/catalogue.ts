import type { Span } from "../source/source.js";
import { bundleCodes } from "./catalogue/bundle.js";
import { conditionCodes } from "./catalogue/conditions.js";
import type { CatalogueEntry } from "./catalogue/entry.js";
import { lintCodes } from "./catalogue/lints.js";
import { nameCodes } from "./catalogue/names.js";
import { safetyCodes } from "./catalogue/safety.js";
import { syntaxCodes } from "./catalogue/syntax.js";
import { testCodes } from "./catalogue/tests.js";
import { threatCodes } from "./catalogue/threats.js";
import { typeCodes } from "./catalogue/types.js";
import type { Diagnostic, Fix, Label } from "./diagnostic.js";

/** The whole error index, sorted by code; each code appears once. */
export const catalogue: readonly CatalogueEntry[] = [
  ...syntaxCodes,
  ...nameCodes,
  ...typeCodes,
  ...safetyCodes,
  ...lintCodes,
  ...conditionCodes,
  ...testCodes,
  ...bundleCodes,
  ...threatCodes,
].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));

const byCode = new Map(catalogue.map((entry) => [entry.code, entry]));

/** The entry of a code such as `W2001`, in upper or lower case; undefined for a code that does not exist. */
export function findCode(code: string): CatalogueEntry | undefined {
  return byCode.get(code.toUpperCase());
}

/** The optional parts of a diagnostic. */
export interface DiagnosticOptions {
  /** What the primary span *is*, in a few words. */
  readonly label?: string;
  readonly secondary?: readonly Label[];
  /** What to write instead. Only this part gives advice. */
  readonly help?: string;
  /** The same for machines, if it is one replacement. */
  readonly fix?: Fix;
}

/**
 * A diagnostic with the severity that the catalogue gives its code.
 *
 * A code that the catalogue lacks throws: it is a mistake in Writ, not in the policy, and must not pass as a warning.
 */
export function diagnostic(
  code: string,
  span: Span,
  message: string,
  options: DiagnosticOptions = {},
): Diagnostic {
  const entry = byCode.get(code);
  if (entry === undefined) throw new Error(`no code ${code} in the catalogue of diagnostics`);
  return {
    code,
    severity: entry.severity,
    message,
    primary: options.label === undefined ? { span } : { span, message: options.label },
    secondary: options.secondary ?? [],
    ...(options.help === undefined ? {} : { help: options.help }),
    ...(options.fix === undefined ? {} : { fix: options.fix }),
  };
}
