/** What many rules cost beside few: two bundles in one process that take turns on the same kind of request. */
import { type Hit, type Shape, workload } from "../cases/workload.js";
import { type Effort, measure } from "../measure.js";
import { writ } from "../peers/writ.js";
import { contender } from "./decide-case.js";

/** One question, put to a small bundle and to a large one. */
export interface GrowthRow {
  readonly shape: Shape;
  readonly hit: Hit;
  readonly few: number;
  readonly many: number;
  /** What a decision by many rules takes, in decisions by few. */
  readonly ratio: number;
  readonly spread: number;
}

/** Writ alone, `many` rules against `few`. */
export async function growthCase(
  shape: Shape,
  few: number,
  many: number,
  effort: Effort,
): Promise<readonly GrowthRow[]> {
  const works = [workload(shape, few), workload(shape, many)];
  const policies = await Promise.all(works.map((work) => writ.load(work)));
  const asked = (works[0] as (typeof works)[0]).questions.map(({ hit }, index) => {
    const contenders = works.flatMap(({ questions, rules }, i) => {
      const [policy, question] = [policies[i], questions[index]];
      if (policy === undefined || question === undefined) return [];
      return [contender(`${rules.length} rules`, policy, question)];
    });
    return { hit, contenders };
  });
  for (const { contenders } of asked) await measure(contenders, { rounds: 1, batch: effort.batch / 2 });
  const rows: GrowthRow[] = [];
  for (const { hit, contenders } of asked) {
    const [, large] = await measure(contenders, effort);
    if (large !== undefined) rows.push({ shape, hit, few, many, ratio: large.ratio, spread: large.spread });
  }
  return rows;
}
