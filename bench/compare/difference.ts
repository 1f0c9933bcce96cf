/** Whether what two revisions take differs by more than chance, from pairs of runs. */
import { median } from "../measure.js";

/** The second revision to the first: below 1 is faster. */
export interface Difference {
  readonly ratio: number;
  /** An interval that holds the true median with at least `CONFIDENCE`; endless where there are too few pairs for one. */
  readonly low: number;
  readonly high: number;
  readonly verdict: "faster" | "slower" | "within noise";
}

/** Few enough false alarms for a table of two dozen figures to have about one in ten runs. */
export const CONFIDENCE = 0.995;

/**
 * The sign test's interval for a median: it assumes that pairs are independent, and nothing of how they are distributed,
 * which times in a busy machine are not kindly.
 */
export function differenceOf(ratios: readonly number[]): Difference {
  const sorted = [...ratios].sort((a, b) => a - b);
  const outside = ranksOutside(sorted.length);
  const low = outside === undefined ? 0 : (sorted[outside] ?? 0);
  const high =
    outside === undefined
      ? Number.POSITIVE_INFINITY
      : (sorted[sorted.length - 1 - outside] ?? Number.POSITIVE_INFINITY);
  const verdict = high < 1 ? "faster" : low > 1 ? "slower" : "within noise";
  return { ratio: median(sorted), low, high, verdict };
}

/** How many values at each end may be left off; undefined where even the whole range is not sure enough. */
function ranksOutside(count: number): number | undefined {
  let [tail, chance, outside]: [number, number, number | undefined] = [0, 0.5 ** count, undefined];
  for (let rank = 0; rank < count / 2; rank++) {
    tail += chance;
    if (2 * tail > 1 - CONFIDENCE) break;
    outside = rank;
    chance *= (count - rank) / (rank + 1);
  }
  return outside;
}
