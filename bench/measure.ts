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

/** For published figures. */
export const FULL: Effort = { rounds: 21, batch: 8 };
/**
 * The same for work of many steps, such as a whole decision: a service has made thousands of them before its speed
 * matters, and until then engines run most of its code unoptimised.
 */
export const FULL_STEADY: Effort = { rounds: 21, batch: 30, warm: 800 };
/** Enough to see that a bench still runs; its figures mean nothing. */
export const SMOKE: Effort = { rounds: 2, batch: 0.05 };

/** The name of an effort on the command line. */
export type EffortName = "full" | "smoke";

/** Throws for what is neither. */
export function effortNamed(name: string | undefined): Effort {
  if (name === "full") return FULL;
  if (name === "smoke") return SMOKE;
  throw new Error(`an effort is \`full\` or \`smoke\`, not ${name}`);
}
