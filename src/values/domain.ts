/** Domain names in normal form: lower-case, punycode, no trailing dot. Two names are equal if their labels are equal as texts. */
import { domainToASCII, domainToUnicode } from "node:url";

const ASCII_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const NUMERIC = /^(?:[0-9]+|0x[0-9a-f]*)$/;
const ASCII_ONLY = /^[\x21-\x7e]*$/;
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Latin}/u, "latin"],
  [/\p{Script=Greek}/u, "greek"],
  [/\p{Script=Cyrillic}/u, "cyrillic"],
  [/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u, "japanese"],
  [/\p{Script=Bopomofo}/u, "bopomofo"],
  [/\p{Script=Hangul}/u, "hangul"],
];
const KNOWN_LETTER =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Script=Common}\p{Script=Inherited}]/u;

/**
 * Returns the normal form of a domain name, or undefined if it is not one or if parsers disagree about it: a trailing
 * dot, a last label that some read as an IPv4 number, characters that a browser would silently map to others, and a
 * label that mixes scripts (`аcme` with a Cyrillic а). A single label (`localhost`) is a domain.
 */
export function parseDomain(text: string): string | undefined {
  if (text.length === 0 || text.length > 253) return undefined;
  const lower = text.toLowerCase();
  // Lower-casing maps characters too: the Kelvin sign becomes a plain `k`.
  if (ASCII_ONLY.test(lower) && !ASCII_ONLY.test(text)) return undefined;
  const ascii = ASCII_ONLY.test(lower) ? lower : toAscii(lower);
  if (ascii === undefined || ascii.length > 253 || !ASCII_NAME.test(ascii)) return undefined;
  if (!labelsFit(ascii)) return undefined;
  return ascii.includes("xn--") && !punycodeFits(ascii) ? undefined : ascii;
}

function labelsFit(ascii: string): boolean {
  let start = 0;
  for (;;) {
    const dot = ascii.indexOf(".", start);
    const end = dot === -1 ? ascii.length : dot;
    if (end - start > 63 || ascii[start] === "-" || ascii[end - 1] === "-") return false;
    if (dot === -1) return !NUMERIC.test(ascii.slice(start));
    start = dot + 1;
  }
}

/** Returns the punycode of a name, or undefined if reading it back gives another name: characters that would be mapped are refused. */
function toAscii(lower: string): string | undefined {
  const ascii = domainToASCII(lower);
  return ascii !== "" && domainToUnicode(ascii) === lower.normalize("NFC") ? ascii : undefined;
}

function punycodeFits(ascii: string): boolean {
  const unicode = domainToUnicode(ascii);
  return domainToASCII(unicode) === ascii && unicode.split(".").every(hasOneScript);
}

function hasOneScript(label: string): boolean {
  const found = SCRIPTS.filter(([pattern]) => pattern.test(label)).length;
  if (found > 1) return false;
  // A script that is not listed may be used alone, but not mixed with a listed one.
  return found === 0 || [...label].every((character) => KNOWN_LETTER.test(character));
}
