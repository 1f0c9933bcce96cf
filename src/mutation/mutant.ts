/** One small change of a policy's text that a test should notice. */

import { type Location, locationOf } from "../scenario/location.js";
import type { Source, Span } from "../source/source.js";

/** One change: this text replaces that span. */
export interface Mutant {
  /** Describes the change: `drops the rule`, `raises the cap`. */
  readonly what: string;
  /** The name of the declaration that it changes, as declared. */
  readonly subject: string;
  readonly span: Span;
  readonly text: string;
}

/** The changed text of the file that a mutant is in. */
export function mutatedText({ span, text }: Mutant, source: Source): string {
  return source.text.slice(0, span.start) + text + source.text.slice(span.end);
}

/** A mutant as removed and added lines, for display. */
export interface MutantDiff {
  readonly at: Location;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Returns the lines that a mutant changes; a line that becomes empty is removed. */
export function diffOf(mutant: Mutant, sources: ReadonlyMap<string, Source>): MutantDiff {
  const { span } = mutant;
  const source = sources.get(span.file);
  const at = locationOf(span, sources);
  if (source === undefined) return { at, removed: [], added: [] };
  const last = source.positionAt(Math.max(span.start, span.end - 1)).line;
  const removed: string[] = [];
  for (let line = at.line; line <= last; line++) removed.push(source.lineText(line));
  const lineStart = source.lineStarts[at.line - 1] ?? 0;
  const lineEnd = (source.lineStarts[last - 1] ?? 0) + source.lineText(last).length;
  const changed =
    source.text.slice(lineStart, span.start) + mutant.text + source.text.slice(span.end, lineEnd);
  const added = changed
    .split(/\r\n|\n|\r/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  return trimmed({ at, removed: removed.filter((line) => line.trim() !== ""), added });
}

/** Returns the difference without the unchanged lines before and after it. */
function trimmed({ at, removed, added }: MutantDiff): MutantDiff {
  const shorter = Math.min(removed.length, added.length);
  let head = 0;
  while (head < shorter && removed[head] === added[head]) head++;
  let tail = 0;
  while (tail < shorter - head && removed.at(-1 - tail) === added.at(-1 - tail)) tail++;
  return {
    at: { ...at, line: at.line + head },
    removed: removed.slice(head, removed.length - tail),
    added: added.slice(head, added.length - tail),
  };
}
