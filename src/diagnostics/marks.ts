import type { Source } from "../source/source.js";
import type { Label } from "./diagnostic.js";

/** Lines of one label that are shown at each of its ends. */
const SHOWN_AT_EACH_END = 2;

/** What one label underlines on one line. Offsets count from the start of the line. */
export interface Mark {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly primary: boolean;
  readonly message: string | undefined;
}

/**
 * The underlines of a label, one per line; its text is at the last of them.
 *
 * For a label over many lines, the first and the last two lines are marked; indentation and blank lines are not.
 */
export function marksOf(label: Label, primary: boolean, source: Source): readonly Mark[] {
  const first = source.positionAt(label.span.start).line;
  const last = source.positionAt(Math.max(label.span.start, label.span.end - 1)).line;
  const marks = linesShown(first, last).flatMap((line) => {
    const start = source.lineStarts[line - 1] ?? 0;
    const text = source.lineText(line);
    const from = Math.max(label.span.start - start, line === first ? 0 : indentOf(text));
    const to = Math.min(label.span.end - start, text.trimEnd().length);
    const empty = to <= from && line !== first;
    return empty ? [] : [{ line, from, to, primary, message: undefined }];
  });
  return marks.map((mark, index) =>
    index === marks.length - 1 ? { ...mark, message: label.message } : mark,
  );
}

function linesShown(first: number, last: number): readonly number[] {
  const count = last - first + 1;
  const lines = Array.from({ length: Math.min(count, 2 * SHOWN_AT_EACH_END) }, (_, index) => index);
  if (count <= 2 * SHOWN_AT_EACH_END) return lines.map((index) => first + index);
  return lines.map((index) =>
    index < SHOWN_AT_EACH_END ? first + index : last - 2 * SHOWN_AT_EACH_END + 1 + index,
  );
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
