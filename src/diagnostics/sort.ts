import type { Diagnostic } from "./diagnostic.js";

/** How many diagnostics one run reports; whoever has more mends these first. */
export const MOST_DIAGNOSTICS = 100;

/** What is shown, in order, and how much was left out. */
export interface SortedDiagnostics {
  readonly shown: readonly Diagnostic[];
  readonly omitted: { readonly errors: number; readonly warnings: number };
}

/**
 * Diagnostics by file and place, each once, at most a hundred.
 *
 * Where there are more, warnings give way to errors, so a flood of warnings never hides that a bundle does
 * not load; whether it loads is still to be asked of the whole list, never of `shown`.
 */
export function sortDiagnostics(
  diagnostics: readonly Diagnostic[],
  most: number = MOST_DIAGNOSTICS,
): SortedDiagnostics {
  const sorted = withoutRepeats([...diagnostics].sort(byPlace));
  const errors = sorted.filter((each) => each.severity === "error").slice(0, most);
  const warnings = sorted.filter((each) => each.severity === "warning").slice(0, most - errors.length);
  const kept = new Set<Diagnostic>([...errors, ...warnings]);
  const shown = sorted.filter((each) => kept.has(each));
  const left = sorted.filter((each) => !kept.has(each));
  const leftErrors = left.filter((each) => each.severity === "error").length;
  return { shown, omitted: { errors: leftErrors, warnings: left.length - leftErrors } };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
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
    return before === undefined || byPlace(before, each) !== 0;
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
