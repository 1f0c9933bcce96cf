/**
 * `run SUITE… [--quick] [--out FILE] [--publish]`: measures, prints tables, and writes the figures as JSON where asked. Suites are
 * `decide`, `answer`, `state`, `http`, `compile`, or `all`. `--quick` only shows that they run.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { answerSuite } from "./answer/suite.js";
import { compileSuite } from "./compile/suite.js";
import { decideSuite } from "./decide/suite.js";
import { httpSuite } from "./http/suite.js";
import type { EffortName } from "./measure.js";
import { progress } from "./process/progress.js";
import { thisMachine } from "./report/machine.js";
import { publish } from "./report/publish.js";
import type { Results } from "./report/results.js";
import { report } from "./report/tables.js";
import { stateSuite } from "./state/suite.js";

const SUITES = {
  decide: decideSuite,
  answer: answerSuite,
  state: stateSuite,
  http: httpSuite,
  compile: compileSuite,
} as const;
type SuiteName = keyof typeof SUITES;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean" }, out: { type: "string" }, publish: { type: "boolean" } },
});

if (values.quick === true && values.publish === true) throw new Error("figures of a smoke are not published");
const results = await run(suitesNamed(positionals), values.quick === true ? "smoke" : "full");
process.stdout.write(`\n${report(results)}`);
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(results, undefined, 2)}\n`);
if (values.publish === true) publish(results);

async function run(names: readonly SuiteName[], effort: EffortName): Promise<Results> {
  const machine = thisMachine();
  const found: Partial<Record<SuiteName, unknown>> = {};
  for (const name of names) found[name] = await SUITES[name](effort);
  progress("done");
  return { machine, effort, ...(found as Omit<Results, "machine" | "effort">) };
}

function suitesNamed(words: readonly string[]): readonly SuiteName[] {
  const known = Object.keys(SUITES) as SuiteName[];
  if (words.length === 0 || words.includes("all")) return known;
  const unknown = words.find((word) => !known.includes(word as SuiteName));
  if (unknown !== undefined) throw new Error(`no suite ${unknown}: one of ${known.join(", ")}, all`);
  return known.filter((name) => words.includes(name));
}
