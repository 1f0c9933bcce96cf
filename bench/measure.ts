/** How long the benches measure. What measures is the source's own, for `writ bench` times an author's bundle by it. */
import type { Effort } from "../src/timing/measure.js";

export {
  type Contender,
  deviation,
  type Effort,
  measure,
  median,
  type Timing,
  workDone,
} from "../src/timing/measure.js";

/** For figures that are told to others. */
export const FULL: Effort = { rounds: 21, batch: 8 };
/** Enough to see that a bench still runs; its figures mean nothing. */
export const SMOKE: Effort = { rounds: 2, batch: 0.05 };

/** How a script is told its effort. */
export type EffortName = "full" | "smoke";

/** Throws for what is neither. */
export function effortNamed(name: string | undefined): Effort {
  if (name === "full") return FULL;
  if (name === "smoke") return SMOKE;
  throw new Error(`an effort is \`full\` or \`smoke\`, not ${name}`);
}
