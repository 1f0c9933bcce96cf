/**
 * `decide-one SHAPE RULES EFFORT`: runs one case in a separate process, so that no other has shaped its code. Prints
 * JSON.
 */
import { shapeNamed } from "../cases/workload.js";
import { effortNamed } from "../measure.js";
import { decideCase, PEERS } from "./decide-case.js";

const [shape, size, effort] = process.argv.slice(2);
const rules = Number(size);
const peers = PEERS.filter(({ most = rules }) => rules <= most);
process.stdout.write(JSON.stringify(await decideCase(shapeNamed(shape), rules, effortNamed(effort), peers)));
