import type { Position, Source, Span } from "../source/source.js";

/** The sources that diagnostics refer to, by path. */
export type Sources = ReadonlyMap<string, Source>;

/** Where a span begins and ends for people; the end is exclusive, as in the span. */
export interface Location {
  readonly start: Position;
  readonly end: Position;
}

/** The lines and columns of a span; undefined if its file is not among the sources. */
export function locationOf(span: Span, sources: Sources): Location | undefined {
  const source = sources.get(span.file);
  if (source === undefined) return undefined;
  return { start: source.positionAt(span.start), end: source.positionAt(span.end) };
}
