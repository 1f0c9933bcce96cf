/** Converts between Writ's offsets and the protocol's lines and characters; both count UTF-16 units. */
import type { Position, Range } from "vscode-languageserver/node";
import type { Source, Span } from "../source/source.js";

/** Returns the position of an offset; an offset past the end is at the end of the text. */
export function positionOf(source: Source, offset: number): Position {
  const at = Math.max(0, Math.min(offset, source.text.length));
  const { line } = source.positionAt(at);
  return { line: line - 1, character: at - (source.lineStarts[line - 1] ?? 0) };
}

/** Returns the offset of a position; a position past its line or the text is at the end of it. */
export function offsetOf(source: Source, position: Position): number {
  const starts = source.lineStarts;
  if (!(position.line >= 0)) return 0;
  const start = starts[position.line];
  if (start === undefined) return source.text.length;
  const next = starts[position.line + 1];
  const end = next === undefined ? source.text.length : withoutLineEnd(source.text, next);
  return Math.max(start, Math.min(end, start + Math.max(0, position.character)));
}

function withoutLineEnd(text: string, next: number): number {
  return text[next - 1] === "\n" && text[next - 2] === "\r" ? next - 2 : next - 1;
}

/** Returns the range of a span in its source. */
export function rangeOf(source: Source, span: Pick<Span, "start" | "end">): Range {
  return { start: positionOf(source, span.start), end: positionOf(source, span.end) };
}
