/** Locations in a bundle, for display: steps of tests, rules, lines of a listing. */
import type { Source, Span } from "../source/source.js";

/** One-based; `file` is the path from the bundle's folder. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Returns the location at which a span begins; line 1 of the file if its text is missing. */
export function locationOf(span: Span, sources: ReadonlyMap<string, Source>): Location {
  const position = sources.get(span.file)?.positionAt(span.start) ?? { line: 1, column: 1 };
  return { file: span.file, line: position.line, column: position.column };
}

/** Returns `file:line:column`, a form that terminals and editors link. */
export function locationText({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}
