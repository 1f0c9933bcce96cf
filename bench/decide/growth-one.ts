/** `growth-one SHAPE FEW MANY EFFORT`: measures the growth of one shape in a separate process. Prints JSON. */
import { shapeNamed } from "../cases/workload.js";
import { effortNamed } from "../measure.js";
import { growthCase } from "./growth-case.js";

const [shape, few, many, effort] = process.argv.slice(2);
const rows = await growthCase(shapeNamed(shape), Number(few), Number(many), effortNamed(effort));
process.stdout.write(JSON.stringify(rows));
