/** `answer-one EFFORT`: runs the answer case in a separate process. Prints JSON. */
import { effortNamed, FULL, FULL_STEADY } from "../measure.js";
import { answerCase } from "./answer-case.js";

const effort = effortNamed(process.argv[2]);
process.stdout.write(JSON.stringify(await answerCase(effort === FULL ? FULL_STEADY : effort)));
