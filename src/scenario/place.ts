/** Where in the bundle something stands, for people: steps of tests, rules, lines of a listing. */
import type { Source, Span } from "../source/source.js";

/** One-based; the file is named by its path from the bundle's folder. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The place where a span begins; line 1 of the file where its text is not at hand. */
export function placeOf(span: Span, sources: ReadonlyMap<string, Source>): Place {
  const position = sources.get(span.file)?.positionAt(span.start) ?? { line: 1, column: 1 };
  return { file: span.file, line: position.line, column: position.column };
}

/** `file:line:column`, as terminals and editors follow it. */
export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
