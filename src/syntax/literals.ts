/**
 * Converts literals to values. Each function returns undefined for a literal that looks valid and is not: 30 February,
 * `30m1h`.
 */

import { isExactNumber } from "../values/exact-number.js";

const UNITS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const ORDER = Object.keys(UNITS);

/**
 * Returns the milliseconds of `1h30m`; units must be in descending order, each at most once, and the sum must be a safe
 * integer.
 */
export function readDuration(image: string): number | undefined {
  let total = 0;
  let last = -1;
  for (const [, digits = "", unit = ""] of image.matchAll(/([0-9_]+)(ms|w|d|h|m|s)/g)) {
    const rank = ORDER.indexOf(unit);
    const count = readNumber(digits);
    if (rank <= last || count === undefined) return undefined;
    last = rank;
    total += count * UNITS[unit as keyof typeof UNITS];
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** Returns the milliseconds since 1970 of `2026-12-20T00:00:00Z`; undefined if the calendar has no such second. */
export function readTimestamp(image: string): number | undefined {
  const ms = Date.parse(image);
  if (Number.isNaN(ms)) return undefined;
  return new Date(ms).toISOString() === `${image.slice(0, -1)}.000Z` ? ms : undefined;
}

/**
 * Returns the number of `5_000` or `0.25`; undefined for leading zeros, unsafe integers and values that a double cannot
 * represent exactly.
 */
export function readNumber(image: string): number | undefined {
  if (image.startsWith("0") && /^0[0-9_]/.test(image)) return undefined;
  const digits = image.includes("_") ? image.replaceAll("_", "") : image;
  const value = Number(digits);
  if (!Number.isFinite(value)) return undefined;
  return (image.includes(".") ? isExactNumber(digits) : Number.isSafeInteger(value)) ? value : undefined;
}

/** An invalid escape: its half-open range inside the image. */
export interface WrongEscape {
  readonly start: number;
  readonly end: number;
}

const SIMPLE: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", n: "\n", t: "\t" };
const ESCAPE = /\\(?:u\{([^}"\\]*)\}|(u)|([\s\S]))/gu;

/** Returns the text between the quotes of an image; an invalid escape is kept as written. */
export function readText(image: string): string {
  const inside = image.slice(1, -1);
  if (!inside.includes("\\")) return inside;
  return inside.replace(ESCAPE, (whole, code?: string, _u?: string, simple?: string) => {
    const character = code === undefined ? SIMPLE[simple ?? ""] : characterOf(code);
    return character ?? whole;
  });
}

/** Returns the invalid escapes of an image, in order. */
export function wrongEscapes(image: string): readonly WrongEscape[] {
  if (!image.includes("\\")) return [];
  const wrong: WrongEscape[] = [];
  for (const match of image.slice(1, -1).matchAll(ESCAPE)) {
    const [whole, code, , simple] = match;
    const known =
      code === undefined
        ? simple !== undefined && Object.hasOwn(SIMPLE, simple)
        : characterOf(code) !== undefined;
    if (!known) wrong.push({ start: match.index + 1, end: match.index + 1 + whole.length });
  }
  return wrong;
}

/** Returns the character of `\u{…}`: one to six hexadecimal digits, and not half of a surrogate pair. */
function characterOf(code: string): string | undefined {
  if (!/^[0-9A-Fa-f]{1,6}$/.test(code)) return undefined;
  const point = Number.parseInt(code, 16);
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
  return String.fromCodePoint(point);
}
