/** `state-one EFFORT`: runs the state case in a separate process. Prints JSON. */
import { effortNamed, SMOKE } from "../measure.js";
import { stateCase } from "./state-case.js";

const BLOCKS = 15;
const DECISIONS_A_BLOCK = 400;

const effort = effortNamed(process.argv[2]);
const [blocks, block] = effort === SMOKE ? [1, 8] : [BLOCKS, DECISIONS_A_BLOCK];
process.stdout.write(JSON.stringify(await stateCase(effort, blocks, block)));
