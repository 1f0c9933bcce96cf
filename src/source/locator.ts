import type { Source, Span } from "./source.js";

/**
 * Returns a function that converts spans to `file:line:column`, a form that terminals and editors link; the file alone
 * if its text is missing. Each span is located once, because every decision names rules.
 */
export function locatorOf(sources: ReadonlyMap<string, Source>): (span: Span) => string {
  const located = new WeakMap<Span, string>();
  return (span) => {
    let location = located.get(span);
    if (location === undefined) {
      const position = sources.get(span.file)?.positionAt(span.start);
      location = position === undefined ? span.file : `${span.file}:${position.line}:${position.column}`;
      located.set(span, location);
    }
    return location;
  };
}
