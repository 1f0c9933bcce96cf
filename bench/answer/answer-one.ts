/** `answer-one EFFORT`: the answer case in a process of its own. Prints JSON. */
import { effortNamed } from "../measure.js";
import { answerCase } from "./answer-case.js";

process.stdout.write(JSON.stringify(await answerCase(effortNamed(process.argv[2]))));
