/** Decisions in this process's own language and memory: all shapes and sizes, a process for each. */
import { SHAPES, type Shape, SIZES } from "../cases/workload.js";
import type { EffortName } from "../measure.js";
import { progress } from "../process/progress.js";
import { runScript, scriptAt } from "../process/script.js";
import { type DecideRow, PEERS } from "./decide-case.js";
import type { GrowthRow } from "./growth-case.js";

/** A contender that took no part, and why. */
export interface LeftOut {
  readonly contender: string;
  readonly rules: number;
}

/** All that `npm run bench` finds of decisions alone. */
export interface DecideResult {
  readonly contenders: readonly { readonly name: string; readonly use: string }[];
  readonly rows: readonly DecideRow[];
  readonly growth: readonly GrowthRow[];
  /** For they take minutes at these sizes. */
  readonly leftOut: readonly LeftOut[];
}

const FEWEST = SIZES[0];

/** The smoke has the two smallest sizes, the full measurement all. */
export async function decideSuite(effort: EffortName): Promise<DecideResult> {
  const sizes: readonly number[] = effort === "smoke" ? SIZES.slice(0, 2) : SIZES;
  const rows: DecideRow[] = [];
  const growth: GrowthRow[] = [];
  for (const shape of SHAPES) {
    for (const size of sizes) {
      progress(`decisions, ${shape}, ${size} rules`);
      rows.push(...(await decideIn(shape, size, effort)));
    }
    const many = sizes[sizes.length - 1] ?? FEWEST;
    progress(`decisions, ${shape}, ${many} rules against ${FEWEST}`);
    const script = scriptAt("./growth-one.js", import.meta.url);
    growth.push(...(await runScript<GrowthRow[]>(script, [shape, String(FEWEST), String(many), effort])));
  }
  const contenders = PEERS.map(({ name, use }) => ({ name, use }));
  return { contenders, rows, growth, leftOut: leftOut(sizes) };
}

function decideIn(shape: Shape, size: number, effort: EffortName): Promise<readonly DecideRow[]> {
  const script = scriptAt("./decide-one.js", import.meta.url);
  return runScript<DecideRow[]>(script, [shape, String(size), effort]);
}

function leftOut(sizes: readonly number[]): readonly LeftOut[] {
  return PEERS.flatMap(({ name, most = Number.POSITIVE_INFINITY }) =>
    sizes.filter((rules) => rules > most).map((rules) => ({ contender: name, rules })),
  );
}
