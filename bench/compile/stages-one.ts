/** `stages-one RULES EFFORT`: the stages in a process of their own. Prints JSON. */
import { effortNamed } from "../measure.js";
import { stagesCase } from "./stages-case.js";

const [rules, effort] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await stagesCase(Number(rules), effortNamed(effort))));
