/**
 * Hidden characters are not allowed in a policy, not even in comments and texts: a reviewer must be able to read what
 * is decided.
 */
import { replaceHiddenCharacters } from "../source/hidden-characters.js";
import type { Problems } from "./problems.js";

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Reports hidden characters and returns the text with blanks in their place, so that later stages do not report them
 * again. One byte order mark at the beginning is removed without a report: editors write it and readers expect it, but
 * not a second one.
 */
export function withoutHiddenCharacters(text: string, problems: Problems): string {
  const rest = text.startsWith(BYTE_ORDER_MARK) ? ` ${text.slice(1)}` : text;
  return replaceHiddenCharacters(rest, ({ offset, length, message }) => {
    if (!problems.full) {
      problems.report("W1002", offset, offset + length, message, {
        label: "hidden here",
        help: "delete it; inside a text write it as `\\u{…}`",
      });
    }
    return standIn(rest, offset, length);
  });
}

/** Inside a word, returns letters that keep it one word, elsewhere blanks. */
function standIn(text: string, offset: number, length: number): string {
  const inWord = /\w/.test(text[offset - 1] ?? "") && /\w/.test(text[offset + length] ?? "");
  return (inWord ? "_" : " ").repeat(length);
}
