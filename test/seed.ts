/**
 * One seed for every property, so that a change is judged by the change and not by chance. `WRIT_SEED=random` (or a
 * number, to have a run again) looks further, and `WRIT_CASES` longer.
 */
import fc from "fast-check";

const asked = process.env.WRIT_SEED;
const seed = asked === "random" ? Date.now() & 0x7fffffff : Number(asked ?? 20_261_128);
if (asked !== undefined) console.info(`WRIT_SEED=${seed}`);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
