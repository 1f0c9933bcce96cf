/** From text to serving: each stage, the whole of it in a new process, and the command from its start. */
import { workload } from "../cases/workload.js";
import { writPolicy, writRequest } from "../cases/writ-policy.js";
import { deviation, type EffortName, median } from "../measure.js";
import { progress } from "../process/progress.js";
import { runScript, scriptAt } from "../process/script.js";
import { temporaryFolder } from "../process/temporary.js";
import type { LoadOnce } from "./load-one.js";
import type { StagesResult } from "./stages-case.js";
import { type StartRow, startCase } from "./start-case.js";

/** A folder to a compiled bundle, each time in a new process: medians. */
export interface LoadRow {
  readonly rules: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** To reading the same files and nothing more, in the same process. */
  readonly ratio: number;
  readonly spread: number;
}

/** All that `npm run bench:compile` finds. */
export interface CompileResult {
  readonly stages: readonly StagesResult[];
  readonly loads: readonly LoadRow[];
  readonly starts: readonly StartRow[];
}

interface Effort {
  /** How often each number of rules is loaded: in seconds each time, where they are many. */
  readonly loads: readonly (readonly [rules: number, times: number])[];
  readonly starts: number;
}

const EFFORTS: Readonly<Record<EffortName, Effort>> = {
  full: {
    loads: [
      [1_000, 9],
      [10_000, 3],
    ],
    starts: 11,
  },
  smoke: { loads: [[100, 1]], starts: 1 },
};

/** The last part starts the built command. */
export async function compileSuite(effort: EffortName): Promise<CompileResult> {
  const { loads, starts } = EFFORTS[effort];
  const stages: StagesResult[] = [];
  const rows: LoadRow[] = [];
  for (const [rules, times] of loads) {
    progress(`parse, check and compile ${rules} rules`);
    const script = scriptAt("./stages-one.js", import.meta.url);
    stages.push(
      await runScript<StagesResult>(script, [String(rules), effort], ["--expose-gc", "--no-flush-bytecode"]),
    );
    progress(`load ${rules} rules in a new process, ${times} times`);
    rows.push(await loadRow(rules, times));
  }
  progress(`start the command, ${starts} times each`);
  return { stages, loads: rows, starts: await startCase(starts) };
}

async function loadRow(rules: number, times: number): Promise<LoadRow> {
  const work = workload("spread", rules);
  const folder = temporaryFolder(writPolicy(work.rules));
  const [first] = work.questions.find(({ hit }) => hit === "first")?.requests ?? [];
  if (first === undefined) throw new Error("the workload asks nothing");
  const words = [folder.path, JSON.stringify(writRequest(first))];
  try {
    const found: LoadOnce[] = [];
    for (let i = 0; i < times; i++)
      found.push(await runScript<LoadOnce>(scriptAt("./load-one.js", import.meta.url), words));
    const ratios = found.map(({ wallMs, readMs }) => wallMs / readMs);
    const ratio = median(ratios);
    return {
      rules,
      wallMs: median(found.map(({ wallMs }) => wallMs)),
      cpuMs: median(found.map(({ cpuMs }) => cpuMs)),
      ratio,
      spread: deviation(ratios) / ratio,
    };
  } finally {
    folder.remove();
  }
}
