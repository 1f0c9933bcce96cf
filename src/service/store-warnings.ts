/** What of a store that answers needs an operator soon. */
import type { StoreHealth } from "../state/store.js";

/** From this much of what it can hold, a store is nearly full. */
const NEARLY_FULL = 0.8;
/** Milliseconds that clocks of machines may differ without anybody minding. */
const AHEAD_MAX = 60_000;

/** A line per condition; none where all is well. The same condition gives the same first words, whatever the figures. */
export function storeWarnings({ reachable, fill, ahead }: StoreHealth): readonly string[] {
  if (!reachable) return [];
  const warnings: string[] = [];
  if (fill >= 1) warnings.push("the state is full: calls that need another cell are denied");
  else if (fill >= NEARLY_FULL) warnings.push("the state is nearly full: at capacity, calls are denied");
  if (ahead > AHEAD_MAX)
    warnings.push("the clock of the state is ahead of this machine's: limits and deadlines end later");
  return warnings;
}
