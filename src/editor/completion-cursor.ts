/** The cursor of a completion request, and the text with a placeholder name at the cursor. */
import { lineContext, lineStart } from "./line-context.js";

/** A name that no author writes; the checker also accepts it as the name of a type. */
export const PLACEHOLDER = "zz_completed_here";

/** The cursor in its text: the word around it, the dotted name around that, and the text in quotes if it is in one. */
export interface Cursor {
  readonly word: { readonly start: number; readonly end: number };
  readonly dotted: number;
  readonly quoted: { readonly start: number; readonly end: number; readonly closed: boolean } | undefined;
}

/** Returns the cursor at an offset; undefined inside a comment. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const context = lineContext(text, offset);
  if (context.kind === "comment") return undefined;
  const begin = lineStart(text, offset);
  let start = offset;
  while (start > begin && /[A-Za-z0-9_]/.test(text[start - 1] ?? "")) start--;
  let end = offset;
  while (/[A-Za-z0-9_]/.test(text[end] ?? "")) end++;
  let dotted = start;
  while (dotted > begin && /[A-Za-z0-9_.]/.test(text[dotted - 1] ?? "")) dotted--;
  if (context.kind !== "text") return { word: { start, end }, dotted, quoted: undefined };
  const closing = /^(?:[^"\\\r\n]|\\.)*"/.exec(text.slice(offset, offset + 4096))?.[0];
  const quoted = {
    start: context.quote + 1,
    end: offset + (closing === undefined ? 0 : closing.length - 1),
    closed: closing !== undefined,
  };
  return { word: { start, end }, dotted, quoted };
}

/** What must follow a name after this word, if its line ends there. */
const FOLLOWS: readonly (readonly [before: RegExp, after: string])[] = [
  [/\b(?:approve|reject)\s+$/, ' by "x"'],
  [/\bprior\s+$/, " within 1d same user"],
  [/\bof\s+$/, " in 1d"],
];

/**
 * Returns texts to insert: a name, and what must follow it to be valid. In a record that is a colon; in an unfinished
 * line, the closing brackets.
 */
export function namesToTry(text: string, { word, dotted, quoted }: Cursor): readonly string[] {
  if (quoted !== undefined) return [PLACEHOLDER];
  const before = text.slice(lineStart(text, word.start), dotted);
  const after = /^[^\r\n]*/.exec(text.slice(word.end))?.[0] ?? "";
  const follows = FOLLOWS.find(([pattern]) => pattern.test(before))?.[1] ?? "";
  const closers = after.trim() === "" ? closersOf(before) : "";
  const closed =
    follows + closers === "" ? [] : [`${PLACEHOLDER}${follows}${closers}`, `${PLACEHOLDER}: 0${closers}`];
  return [PLACEHOLDER, `${PLACEHOLDER}: 0`, ...closed];
}

const CLOSERS: { readonly [opener: string]: string } = { "{": "}", "(": ")", "[": "]", "<": ">" };

/** Returns the brackets that close what a line opens. A comparison is not a bracket, because a blank precedes it. */
export function closersOf(line: string): string {
  const open: string[] = [];
  for (const [bracket] of line.replaceAll(/"(?:[^"\\]|\\.)*"|\s</g, "").matchAll(/[{}()[\]<>]/g)) {
    const closer = CLOSERS[bracket];
    if (closer !== undefined) open.push(closer);
    else if (open.at(-1) === bracket) open.pop();
  }
  return open.slice(-20).toReversed().join("");
}

/** Returns the text with a name in place of the word at the cursor. */
export function withPlaceholder(text: string, { word, quoted }: Cursor, name: string): string {
  if (quoted === undefined) return `${text.slice(0, word.start)}${name}${text.slice(word.end)}`;
  return `${text.slice(0, quoted.start)}${name}${quoted.closed ? "" : '"'}${text.slice(quoted.end)}`;
}
