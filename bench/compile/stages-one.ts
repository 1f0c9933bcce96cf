/** `stages-one RULES EFFORT`: runs the stages in a separate process. Prints JSON. */
import { effortNamed } from "../measure.js";
import { stagesCase } from "./stages-case.js";

const [rules, effort] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await stagesCase(Number(rules), effortNamed(effort))));
