/** `decide-one.ts SHAPE RULES [ROUNDS]`: one case in a process of its own, so that no other has shaped its code. Prints JSON. */

import { SHAPES } from "./cases/workload.js";
import { decideCase } from "./decide-case.js";
import { FULL } from "./measure.js";

const [shapeName, size, rounds] = process.argv.slice(2);
const shape = SHAPES.find((each) => each === shapeName);
if (shape === undefined) throw new Error(`no shape ${shapeName}: one of ${SHAPES.join(", ")}`);
const effort = rounds === undefined ? FULL : { ...FULL, rounds: Number(rounds) };
const rows = await decideCase(shape, Number(size), effort);
process.stdout.write(JSON.stringify(rows));
