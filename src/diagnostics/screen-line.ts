import { displayWidth } from "./display-width.js";
import { visibleText } from "./visible-text.js";

const TAB_STOP = 4;
/** A longer line is shown in part; lines written by people are shorter. */
const MAX_UNITS = 200;
const BEFORE_FOCUS = 60;
/** Created on first use: creating the first one makes ICU read its tables. */
let graphemes: Intl.Segmenter | undefined;

/** A line of source as a terminal shows it, with the screen column of each of its offsets. */
export interface ScreenLine {
  readonly text: string;
  /** The zero-based screen column of an offset in the line. Offsets that were cut off map to the edge. */
  columnAt(offset: number): number;
}

/**
 * Lays out one line: tabs become blanks up to the next stop, wide characters take two columns, and invisible characters
 * are escaped. Of a very long line only the part around `focus` is kept.
 */
export function screenLine(line: string, focus: number): ScreenLine {
  const [from, to] = windowAround(line, focus);
  let text = from > 0 ? "…" : "";
  let column = text.length;
  const columns: number[] = [];
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment, index } of graphemes.segment(line.slice(from, to))) {
    for (let unit = 0; unit < segment.length; unit++) columns[index + unit] = column;
    const shown = segment === "\t" ? " ".repeat(TAB_STOP - (column % TAB_STOP)) : visibleText(segment);
    text += shown;
    column += displayWidth(shown);
  }
  if (to < line.length) text += "…";
  const end = column;
  return { text, columnAt: (offset) => columns[Math.max(0, offset - from)] ?? end };
}

/** The part of a line to show; it never splits a surrogate pair. */
function windowAround(line: string, focus: number): readonly [number, number] {
  if (line.length <= MAX_UNITS) return [0, line.length];
  const from = Math.max(0, Math.min(focus - BEFORE_FOCUS, line.length - MAX_UNITS));
  const to = from + MAX_UNITS;
  return [partsPair(line, from) ? from + 1 : from, partsPair(line, to) ? to + 1 : to];
}

function partsPair(line: string, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(line.slice(offset - 1, offset + 1));
}
