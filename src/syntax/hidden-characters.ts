/**
 * Characters that an author does not see, or that turn the order in which a line is read ("Trojan Source", CVE-2021-42574).
 *
 * None of them may stand anywhere in a file, comments and texts included: what a reviewer reads must be what is decided.
 */
import type { Problems } from "./problems.js";

const BYTE_ORDER_MARK = "\uFEFF";

/** Joiners and variation selectors belong to scripts and emoji: in texts and comments only, never in a name. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  /(?:[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{E0000}-\u{E0FFF}\p{Cs}]|\u034F)+/gu;

const TURNING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

/** Reports hidden characters and gives the text with blanks in their place, so that nothing else stumbles over them. */
export function withoutHiddenCharacters(text: string, problems: Problems): string {
  const marked = text.startsWith(BYTE_ORDER_MARK);
  const rest = marked ? ` ${text.slice(1)}` : text;
  if (rest.search(HIDDEN) === -1) return rest;
  return rest.replace(HIDDEN, (found: string, offset: number) => {
    if (!problems.full) {
      const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
      const what = describe(found);
      problems.report("W1002", offset, offset + found.length, `${what} in the text: ${code}`, {
        label: "hidden here",
        help: "delete it; inside a text write it as `\\u{…}`",
      });
    }
    return standIn(rest, offset, found.length);
  });
}

function describe(found: string): string {
  if (TURNING.test(found)) return "a character that turns the reading order";
  if (found.includes("\0")) return "a NUL character";
  if (/\p{Cs}/u.test(found)) return "half of a character";
  if (/[\u2028\u2029]/.test(found)) return "a line separator that is no line end";
  return "an invisible character";
}

/** Inside a word something that keeps it one word, elsewhere blanks. */
function standIn(text: string, offset: number, length: number): string {
  const inWord = /\w/.test(text[offset - 1] ?? "") && /\w/.test(text[offset + length] ?? "");
  return (inWord ? "_" : " ").repeat(length);
}
