/** The only access to regular expressions: RE2 syntax, linear time. `.` matches every character, line ends too. */
import { RE2JS } from "re2js";
import { FALSE, TRUE, type Tri, UNKNOWN } from "./tri.js";

/** Longer input is unknown, in UTF-8 bytes. */
export const MATCH_INPUT_BYTES = 8192;
/** The same for a search. */
export const SEARCH_INPUT_BYTES = 262_144;

/** Why a pattern is not RE2 syntax; undefined if it is. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A whole-match test for `matches`. The pattern has been checked at load. */
export function compilePattern(pattern: string): (text: string) => Tri {
  const compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
  return (text) => {
    if (tooLong(text, MATCH_INPUT_BYTES)) return UNKNOWN;
    return compiled.matcher(text).matches() ? TRUE : FALSE;
  };
}

/** A test for `finds`: anywhere in the text, across lines. */
export function compileSearch(pattern: string): (text: string) => Tri {
  const compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
  return (text) => {
    if (tooLong(text, SEARCH_INPUT_BYTES)) return UNKNOWN;
    return compiled.matcher(text).find() ? TRUE : FALSE;
  };
}

function tooLong(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || Buffer.byteLength(text, "utf8") > bytes;
}
