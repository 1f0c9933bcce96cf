/** Amounts are metered in millionths, as integers, so that sums are exact. */

/** One call, one success, one unit of `of`. */
export const UNIT = 1_000_000;

/**
 * How far an amount may be from a whole millionth and still count as it: the error of binary fractions (0.07 is
 * 70000.00000000001). At most a thousandth of a millionth; otherwise a large amount would be rounded to the nearest.
 */
function slack(scaled: number): number {
  return Math.min(1e-3, 1e-9 * Math.max(1, scaled));
}

/** An amount in millionths, rounded up; undefined if it is negative, not finite or too large to count exactly. */
export function toMicros(amount: number): number | undefined {
  if (!(amount >= 0)) return undefined;
  const scaled = amount * UNIT;
  const nearest = Math.round(scaled);
  const micros = Math.abs(scaled - nearest) <= slack(scaled) ? nearest : Math.ceil(scaled);
  return Number.isSafeInteger(micros) ? micros : undefined;
}

/**
 * An amount in millionths as `toMicros`, but an amount too large to count exactly becomes the maximum, which fills a window.
 * Undefined if it is negative or not a number.
 */
export function saturatingMicros(amount: number): number | undefined {
  return amount >= 0 ? (toMicros(amount) ?? Number.MAX_SAFE_INTEGER) : undefined;
}

/** A cap in millionths, rounded down; the largest safe integer if it is too large to count. */
export function capMicros(cap: number): number {
  const scaled = cap * UNIT;
  const nearest = Math.round(scaled);
  const micros = Math.abs(scaled - nearest) <= slack(scaled) ? nearest : Math.floor(scaled);
  return Math.min(Number.MAX_SAFE_INTEGER, micros);
}

export function fromMicros(micros: number): number {
  return micros / UNIT;
}
