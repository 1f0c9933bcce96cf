/** Whether the text of a number and the double it is parsed to are the same number. */

const LITERAL = /^-?([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * Whether a JSON number literal means exactly the number that `JSON.parse` makes of it: the shortest decimal of the
 * double has the same value. `0.1` and `1e300` do; `50.00000000000000001` and `1e-400` do not: a parser of decimals
 * reads another number than a parser of doubles. Notation (`5e1`, `50.0`) makes no difference.
 */
export function isExactNumber(literal: string): boolean {
  const written = decimalOf(literal);
  const read = decimalOf(String(Number(literal)));
  return (
    written !== undefined &&
    read !== undefined &&
    written.digits === read.digits &&
    written.exponent === read.exponent
  );
}

/** Returns the magnitude without its sign: `digits` times ten to the power of `exponent`, with no zero at either end. */
function decimalOf(literal: string): { readonly digits: string; readonly exponent: number } | undefined {
  const match = LITERAL.exec(literal);
  if (match === null) return undefined;
  const [, whole = "", fraction = "", power = "0"] = match;
  const all = `${whole}${fraction}`;
  let from = 0;
  let to = all.length;
  while (from < to && all.charCodeAt(from) === ZERO) from++;
  while (to > from && all.charCodeAt(to - 1) === ZERO) to--;
  if (from === to) return { digits: "", exponent: 0 };
  return { digits: all.slice(from, to), exponent: Number(power) - fraction.length + (all.length - to) };
}

const ZERO = 0x30;
