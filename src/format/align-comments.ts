import { displayWidth } from "../diagnostics/display-width.js";
import type { PrintedLine } from "./print-doc.js";

/** A longer line does not push the comments of its neighbours further right. */
const WIDEST_ALIGNED = 80;

/** Comments further apart than this many lines are not aligned. */
const FARTHEST = 2;

/**
 * Returns the lines as text with their trailing comments aligned. A column ends at an empty line, a bracket, or two
 * lines without a comment.
 */
export function alignComments(lines: readonly PrintedLine[]): readonly string[] {
  return runsOf(lines).flatMap((run) => {
    const widths = run.map((line) => (line.comment === undefined ? 0 : displayWidth(line.text)));
    const column = Math.max(0, ...widths.filter((width) => width <= WIDEST_ALIGNED));
    return run.map(({ text, comment }, index) => {
      if (comment === undefined) return text;
      const width = widths[index] ?? 0;
      return `${text}${" ".repeat(Math.max(0, column - width) + 2)}${comment}`;
    });
  });
}

function runsOf(lines: readonly PrintedLine[]): readonly (readonly PrintedLine[])[] {
  const runs: PrintedLine[][] = [];
  let ended = true;
  let sinceComment = 0;
  for (const line of lines) {
    const closes = /^ *[}\])]/.test(line.text);
    if (ended || closes || line.text === "" || sinceComment >= FARTHEST) runs.push([]);
    runs.at(-1)?.push(line);
    ended = line.text === "" || /[{[(]$/.test(line.text);
    sinceComment = line.comment === undefined ? sinceComment + 1 : 0;
  }
  return runs;
}
