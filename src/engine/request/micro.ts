/** Amounts are metered in millionths, as integers, so that sums are exact. */

/** One call, one success, one unit of `of`. */
export const UNIT = 1_000_000;

/**
 * How far off a whole millionth an amount may be and still be that millionth: the error of binary fractions (0.07 is
 * 70000.00000000001). Never more than a thousandth of it, or a large amount would be rounded to the nearest.
 */
function slack(scaled: number): number {
  return Math.min(1e-3, 1e-9 * Math.max(1, scaled));
}

/** An amount in millionths, rounded up; undefined where it is negative, not finite or too large to count exactly. */
export function toMicros(amount: number): number | undefined {
  if (!(amount >= 0)) return undefined;
  const scaled = amount * UNIT;
  const nearest = Math.round(scaled);
  const micros = Math.abs(scaled - nearest) <= slack(scaled) ? nearest : Math.ceil(scaled);
  return Number.isSafeInteger(micros) ? micros : undefined;
}

/**
 * An amount in millionths as `toMicros`, but one that is too large to count exactly is the largest there is: with it a window
 * is full. Undefined where it is negative or not a number.
 */
export function saturatingMicros(amount: number): number | undefined {
  return amount >= 0 ? (toMicros(amount) ?? Number.MAX_SAFE_INTEGER) : undefined;
}

/** A cap in millionths, rounded down; the largest integer where it is more than can be counted. */
export function capMicros(cap: number): number {
  const scaled = cap * UNIT;
  const nearest = Math.round(scaled);
  const micros = Math.abs(scaled - nearest) <= slack(scaled) ? nearest : Math.floor(scaled);
  return Math.min(Number.MAX_SAFE_INTEGER, micros);
}

export function fromMicros(micros: number): number {
  return micros / UNIT;
}
