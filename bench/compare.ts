/**
 * `compare BEFORE [AFTER] [--pairs N] [--quick]`: two revisions, or one and the working tree, built aside and run in turns; what
 * differs between them, and whether that is more than noise.
 */
import { parseArgs } from "node:util";
import { type Checkout, checkout, WORKING_TREE } from "./compare/checkout.js";
import { differenceOf } from "./compare/difference.js";
import type { Probed } from "./compare/probe.js";
import type { EffortName } from "./measure.js";
import { progress } from "./process/progress.js";
import { runScript } from "./process/script.js";
import { table, threeFigures, times } from "./report/table.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: "string", default: "12" }, quick: { type: "boolean", default: false } },
});
const [before, after = WORKING_TREE] = positionals;
if (before === undefined)
  throw new Error("name the revision to compare with: `npm run bench:compare -- HEAD~1`");
process.stdout.write(
  `${await compared(before, after, Number(values.pairs), values.quick ? "smoke" : "full")}\n`,
);

async function compared(from: string, to: string, pairs: number, effort: EffortName): Promise<string> {
  const sides: Checkout[] = [];
  try {
    for (const revision of [from, to]) {
      progress(`building ${revision}`);
      sides.push(checkout(revision));
    }
    const ratios = await inPairs(sides, pairs, effort);
    return tableOf(ratios, from, to, pairs);
  } finally {
    for (const side of sides) side.remove();
  }
}

/** Each pair begins with the other side, so that neither always runs on what its neighbour left behind. */
async function inPairs(
  sides: readonly Checkout[],
  pairs: number,
  effort: EffortName,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const ratios = new Map<string, number[]>();
  for (let pair = 0; pair < pairs; pair++) {
    progress(`pair ${pair + 1} of ${pairs}`);
    const found: Probed[] = [];
    for (const index of pair % 2 === 0 ? [0, 1] : [1, 0]) found[index] = await probe(sides[index], effort);
    const [first = {}, second = {}] = found;
    for (const [name, value] of Object.entries(second)) {
      const old = first[name];
      if (old !== undefined) ratios.set(name, [...(ratios.get(name) ?? []), value / old]);
    }
  }
  return ratios;
}

function probe(side: Checkout | undefined, effort: EffortName): Promise<Probed> {
  if (side === undefined) throw new Error("there are two sides");
  return runScript<Probed>({ file: side.probe, nodeOptions: ["--expose-gc"] }, [effort]);
}

function tableOf(
  ratios: ReadonlyMap<string, readonly number[]>,
  from: string,
  to: string,
  pairs: number,
): string {
  const rows = [...ratios].map(([name, each]) => {
    const { ratio, low, high, verdict } = differenceOf(each);
    return [
      name,
      times(ratio),
      Number.isFinite(high) ? `${threeFigures(low)} to ${threeFigures(high)}` : "too few pairs",
      verdict,
    ];
  });
  const header = [`${to} to ${from}, ${pairs} pairs`, "time", "interval", ""];
  return `\n${table(header, rows)}\n\nBelow 1x is faster. The interval holds the median with 99.5 % confidence.`;
}
