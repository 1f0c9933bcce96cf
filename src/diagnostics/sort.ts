import type { Diagnostic } from "./diagnostic.js";

/** The maximum number of diagnostics that one run reports. */
export const MAX_DIAGNOSTICS = 100;

/** The diagnostics to show, in order, and how many were left out. */
export interface SortedDiagnostics {
  readonly shown: readonly Diagnostic[];
  readonly omitted: { readonly errors: number; readonly warnings: number };
}

/**
 * Diagnostics by file and location, without duplicates, at most a hundred.
 *
 * If there are more, errors come before warnings, so that a flood of warnings never hides that a bundle does not load.
 * To find out whether it loads, check the whole list, never `shown`.
 */
export function sortDiagnostics(
  diagnostics: readonly Diagnostic[],
  most: number = MAX_DIAGNOSTICS,
): SortedDiagnostics {
  const sorted = withoutRepeats([...diagnostics].sort(byLocation));
  const errors = sorted.filter((each) => each.severity === "error").slice(0, most);
  const warnings = sorted.filter((each) => each.severity === "warning").slice(0, most - errors.length);
  const kept = new Set<Diagnostic>([...errors, ...warnings]);
  const shown = sorted.filter((each) => kept.has(each));
  const left = sorted.filter((each) => !kept.has(each));
  const leftErrors = left.filter((each) => each.severity === "error").length;
  return { shown, omitted: { errors: leftErrors, warnings: left.length - leftErrors } };
}

function byLocation(a: Diagnostic, b: Diagnostic): number {
  const left = a.primary.span;
  const right = b.primary.span;
  return (
    compareText(left.file, right.file) ||
    left.start - right.start ||
    left.end - right.end ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

function withoutRepeats(sorted: readonly Diagnostic[]): readonly Diagnostic[] {
  return sorted.filter((each, index) => {
    const before = sorted[index - 1];
    return before === undefined || byLocation(before, each) !== 0;
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
