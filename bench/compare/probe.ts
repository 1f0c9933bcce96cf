/** `probe EFFORT`: what two revisions are compared by, each figure to its own floor. Prints JSON. */
import { answerCase } from "../answer/answer-case.js";
import { shapeNamed } from "../cases/workload.js";
import { stagesCase } from "../compile/stages-case.js";
import { decideCase } from "../decide/decide-case.js";
import { effortNamed, FULL } from "../measure.js";
import { handWritten } from "../peers/hand-written.js";
import { writ } from "../peers/writ.js";

/** A figure's name, and how many times its floor it takes. */
export type Probed = Readonly<Record<string, number>>;

const effort = effortNamed(process.argv[2]);
const isFull = effort === FULL;
// Many short runs see more of what varies from process to process than a few long ones.
const each = isFull ? { rounds: 9, batch: 6 } : effort;
const sizes = isFull ? [100, 1_000] : [10];
const probed: Record<string, number> = {};
for (const shape of ["spread", "tool-less"].map(shapeNamed)) {
  for (const size of sizes) {
    for (const { contender, hit, ratio } of await decideCase(shape, size, each, [handWritten, writ]))
      if (contender !== handWritten.name) probed[`${contender}: ${shape}, ${size} rules, ${hit}`] = ratio;
  }
}
const [, ...answers] = (await answerCase(each)).timings;
for (const { name, ratio } of answers) probed[name] = ratio;
const stages = await stagesCase(isFull ? 1_000 : 50, each);
for (const { name, ratio } of stages.timings.slice(1)) probed[`${name}, ${stages.rules} rules`] = ratio;
process.stdout.write(JSON.stringify(probed));
