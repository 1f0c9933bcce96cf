/**
 * Characters that are invisible in a file, that change the order in which a line is read ("Trojan Source",
 * CVE-2021-42574), or that only some programs treat as the end of a line.
 */

/**
 * Joiners and variation selectors are not included: scripts and emoji need them. A carriage return is hidden unless a
 * line feed follows: an editor that shows no line end there would display a rule as the rest of a comment, and a
 * terminal would overwrite the text before it.
 */
const HIDDEN = String.raw`[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{E0000}-\u{E0FFF}\p{Cs}]|\u034F|\r(?!\n)`;
const RUN = new RegExp(`(?:${HIDDEN})+`, "gu");
const FIRST = new RegExp(HIDDEN, "u");

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const LINE_END = /[\u000B\u000C\r\u0085\u2028\u2029]/;
const TURNING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

/** A run of hidden characters; the offset is in UTF-16 code units. */
export interface HiddenCharacters {
  readonly offset: number;
  readonly length: number;
  /** Describes the first of them, such as `an invisible character in the text: U+200B`. */
  readonly message: string;
}

/** Returns the first hidden character of a text; undefined if there is none. A byte order mark always counts. */
export function findHiddenCharacter(text: string): HiddenCharacters | undefined {
  const found = FIRST.exec(text);
  return found === null ? undefined : describe(found[0], found.index);
}

/**
 * Returns the text with a visible replacement for each run of hidden characters; `replacement` must return a text of
 * the same length.
 */
export function replaceHiddenCharacters(
  text: string,
  replacement: (run: HiddenCharacters) => string,
): string {
  if (!FIRST.test(text)) return text;
  return text.replace(RUN, (found: string, offset: number) => replacement(describe(found, offset)));
}

function describe(found: string, offset: number): HiddenCharacters {
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return { offset, length: found.length, message: `${kindOf(found)} in the text: U+${code}` };
}

function kindOf(found: string): string {
  if (TURNING.test(found)) return "a character that turns the reading order";
  if (found.includes("\0")) return "a NUL character";
  if (/\p{Cs}/u.test(found)) return "half of a character";
  if (/[\u2028\u2029]/.test(found)) return "a line separator that is no line end";
  if (/\r/.test(found)) return "a carriage return without a line feed";
  if (LINE_END.test(found)) return "a control character that some editors show as a line end";
  if (/\uFEFF/.test(found)) return "a byte order mark";
  return "an invisible character";
}
