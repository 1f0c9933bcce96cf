/** Cuts one member out of the text of a JSON object, even if its value is malformed, so that the rest can be read. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Returns the text with `null` as the value of the first member of this name; undefined if there is none, or if it has
 * no end. Only brackets and quotes are counted: the JSON reader checks the rest. All counted characters are ASCII, so
 * the bytes of any bytewise encoding of Unicode can be passed as text.
 */
export function cutMember(text: string, name: string): string | undefined {
  let at = afterSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACE) return undefined;
  for (;;) {
    at = afterSpace(text, at + 1);
    const keyEnd = endOfText(text, at);
    if (keyEnd === undefined) return undefined;
    const colon = afterSpace(text, keyEnd);
    if (text.charCodeAt(colon) !== COLON) return undefined;
    const start = afterSpace(text, colon + 1);
    const end = endOfValue(text, start);
    if (end === undefined) return undefined;
    if (isName(text.slice(at, keyEnd), name)) return `${text.slice(0, start)}null${text.slice(end)}`;
    at = afterSpace(text, end);
    if (text.charCodeAt(at) !== COMMA) return undefined;
  }
}

function isName(written: string, name: string): boolean {
  try {
    return JSON.parse(written) === name;
  } catch {
    return false;
  }
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (" \t\n\r".includes(text[at] ?? "x")) at++;
  return at;
}

/** Returns the position after the closing quote of the string that begins at `start`. */
function endOfText(text: string, start: number): number | undefined {
  if (text.charCodeAt(start) !== QUOTE) return undefined;
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === BACKSLASH) at++;
    else if (unit === QUOTE) return at + 1;
  }
  return undefined;
}

function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const end = endOfText(text, at);
      if (end === undefined) return undefined;
      at = end;
      if (depth === 0) return at;
      continue;
    }
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth++;
    else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      // The end of the object around a bare word or number.
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (unit === COMMA && depth === 0) return at;
    at++;
  }
  return undefined;
}
