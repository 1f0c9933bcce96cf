/** Warnings about a store that answers but needs an operator soon. */
import type { StoreHealth } from "../state/store.js";

/** A store filled to this share of its capacity is nearly full. */
const NEARLY_FULL = 0.8;
/** Milliseconds that the clocks of machines may differ without a warning. */
const AHEAD_MAX = 60_000;

/**
 * One line per condition; none if all is well. The same condition always gives the same first words, at any figures.
 */
export function storeWarnings({ reachable, fill, ahead }: StoreHealth): readonly string[] {
  if (!reachable) return [];
  const warnings: string[] = [];
  if (fill >= 1) warnings.push("the state is full: calls that need another cell are denied");
  else if (fill >= NEARLY_FULL) warnings.push("the state is nearly full: at capacity, calls are denied");
  if (ahead > AHEAD_MAX)
    warnings.push("the clock of the state is ahead of this machine's: limits and deadlines end later");
  return warnings;
}
