/** Parses JSON, and rejects texts that two parsers could read differently. */
import { FEW_MEMBERS, findJsonMistake, type JsonCheckOptions, type JsonMistake } from "./json-check.js";
import type { JsonValue } from "./type.js";

/** The value of a text, or the first mistake in it. */
export type JsonRead = { readonly value: JsonValue } | { readonly mistake: JsonMistake };

/** Parses a text that `findJsonMistake` accepts; otherwise returns the mistake that it finds. */
export function readJson(text: string, options: JsonCheckOptions): JsonRead {
  if (hasOneReading(text, options.maxDepth)) {
    try {
      return { value: JSON.parse(text) };
    } catch {
      // It is not JSON; the check reports where and why.
    }
  }
  const mistake = findJsonMistake(text, options);
  return mistake === undefined ? { value: JSON.parse(text) } : { mistake };
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_E = 0x45;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LOWER_E = 0x65;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A number of at most this many characters without an exponent is finite, and exact if it is whole. */
const EXACT_CHARACTERS = 15;

/**
 * Whether a text, if it is JSON, certainly has only one meaning. It takes a third of the time of the check, because it
 * looks only at the ends of texts, at keys and at the length of numbers. False means "unknown".
 */
function hasOneReading(text: string, maxDepth: number): boolean {
  // Without escapes a text ends at the next quote, and equal keys have equal source text.
  if (text.includes("\\")) return false;
  // The keys so far of each object that is open, by depth; undefined for an array.
  const open: (string[] | undefined)[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const close = text.indexOf('"', at + 1);
      if (close < 0) return false;
      const next = afterSpace(text, close + 1);
      // Only a key is followed by a colon.
      if (text.charCodeAt(next) !== COLON) {
        at = close + 1;
        continue;
      }
      const key = text.slice(at + 1, close);
      const keys = open[depth];
      if (keys === undefined || keys.length === FEW_MEMBERS || keys.includes(key)) return false;
      if (key === "__proto__" || key === "prototype") return false;
      keys.push(key);
      at = next + 1;
    } else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      depth++;
      if (depth > maxDepth) return false;
      open[depth] = unit === OPEN_BRACE ? [] : undefined;
      at++;
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      depth--;
      at++;
    } else if (unit === MINUS || isDigit(unit)) {
      const start = at;
      do at++;
      while (isDigit(text.charCodeAt(at)) || text.charCodeAt(at) === POINT);
      const end = text.charCodeAt(at);
      if (at - start > EXACT_CHARACTERS || end === LOWER_E || end === UPPER_E) return false;
    } else at++;
  }
  return true;
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== SPACE && unit !== LINE_FEED && unit !== RETURN && unit !== TAB) return at;
    at++;
  }
}
