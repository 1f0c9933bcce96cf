import type { Position, Source, Span } from "../source/source.js";

/** The sources that diagnostics speak of, by path. */
export type Sources = ReadonlyMap<string, Source>;

/** Where a span begins and ends for people; the end is exclusive, like the span's. */
export interface Place {
  readonly start: Position;
  readonly end: Position;
}

/** The lines and columns of a span; undefined where its file is not among the sources. */
export function placeOf(span: Span, sources: Sources): Place | undefined {
  const source = sources.get(span.file);
  if (source === undefined) return undefined;
  return { start: source.positionAt(span.start), end: source.positionAt(span.end) };
}
