/** Speed targets and what a run measured. Missed targets are reported as missed. */
import { ANSWERED, EXPLAINED } from "../answer/answer-case.js";
import type { DecideRow } from "../decide/decide-case.js";
import type { Results } from "./results.js";
import { threeFigures, times } from "./table.js";

/** One promise, and what became of it. */
export interface Target {
  readonly what: string;
  readonly promised: string;
  readonly found: string;
  readonly verdict: "met" | "not met" | "not measured";
}

/** Where a promise speaks of several figures, the worst of them decides. */
interface Promised {
  readonly what: string;
  readonly limit: number;
  readonly is: "at most" | "at least";
  readonly unit: (value: number) => string;
  /** Empty where nothing was measured. */
  readonly figures: (results: Results) => readonly number[];
}

/** Every promise in the order of the table. A smoke measures none of them. */
export function targetsOf(results: Results): readonly Target[] {
  return PROMISED.map(({ what, limit, is, unit, figures }) => {
    const found = figures(results);
    const promised = `${is} ${unit(limit)}`;
    if (found.length === 0 || results.effort === "smoke")
      return { what, promised, found: "–", verdict: "not measured" };
    const [best, worst] = is === "at most" ? [least(found), most(found)] : [most(found), least(found)];
    const isMet = is === "at most" ? worst <= limit : worst >= limit;
    const range = found.length === 1 ? unit(worst) : `${unit(worst)} (best ${unit(best)})`;
    return { what, promised, found: range, verdict: isMet ? "met" : "not met" };
  });
}

const least = (values: readonly number[]) => Math.min(...values);
const most = (values: readonly number[]) => Math.max(...values);
const seconds = (value: number) => `${threeFigures(value)} s`;
const kilobytes = (value: number) => `${threeFigures(value)} KB`;

const PROMISED: readonly Promised[] = [
  {
    what: "one rule hit, 10 to 1,000 rules, to the hand-written function",
    limit: 3,
    is: "at most",
    unit: times,
    figures: ({ decide }) =>
      (decide?.rows ?? []).filter((row) => isWrit(row) && isHit(row.hit) && row.rules <= 1_000).map(ratioOf),
  },
  {
    what: "one rule hit, 10,000 rules to 10, spread over tools",
    limit: 1.5,
    is: "at most",
    unit: times,
    figures: (results) => growthOf(results, isHit),
  },
  {
    what: "none hit, 10,000 rules to 10, spread over tools",
    limit: 3,
    is: "at most",
    unit: times,
    figures: (results) => growthOf(results, (hit) => hit === "none"),
  },
  ...(
    [
      ["cedar (wasm)", 1_000],
      ["casbin", 500],
      ["casl", 8],
    ] as const
  ).map(
    ([peer, limit]): Promised => ({
      what: `faster than ${peer}, 100 rules`,
      limit,
      is: "at least",
      unit: times,
      figures: (results) => fasterThan(peer, results),
    }),
  ),
  {
    what: "validated request to answer, two limits in memory, to JSON.parse",
    limit: 2,
    is: "at most",
    unit: times,
    figures: (results) => answerTo(ANSWERED, results),
  },
  {
    what: "the same, explained clause by clause, to JSON.parse",
    limit: 2,
    is: "at most",
    unit: times,
    figures: (results) => answerTo(EXPLAINED, results),
  },
  {
    what: "HTTP /decide, state in memory, to the bare route's throughput",
    limit: 0.85,
    is: "at least",
    unit: times,
    figures: ({ http }) =>
      (http?.rows ?? []).filter((row) => row.contender === "writ, memory").map((row) => row.throughput),
  },
  {
    what: "a decision on Redis to a bare EVALSHA over as many keys",
    limit: 1.4,
    is: "at most",
    unit: times,
    figures: ({ state }) => (state?.redis === undefined ? [] : [state.redis.ratio]),
  },
  {
    what: "1,000 rules, text to serving in a new process",
    limit: 0.5,
    is: "at most",
    unit: seconds,
    figures: (results) => loadOf(results).map(({ wallMs }) => wallMs / 1_000),
  },
  {
    what: "1,000 rules, heap a rule",
    limit: 3,
    is: "at most",
    unit: kilobytes,
    figures: (results) => stagesOf(results).map(({ heapARule }) => heapARule / 1_024),
  },
];

const isWrit = ({ contender }: DecideRow) => contender === "writ";
const isHit = (hit: string) => hit === "first" || hit === "last";
const ratioOf = ({ ratio }: { readonly ratio: number }) => ratio;

/** The smoke compares with fewer rules, which is no answer. */
function growthOf({ decide }: Results, of: (hit: string) => boolean): readonly number[] {
  const rows = decide?.growth ?? [];
  return rows.filter(({ shape, hit, many }) => shape === "spread" && of(hit) && many === 10_000).map(ratioOf);
}

function fasterThan(peer: string, { decide }: Results): readonly number[] {
  const rows = (decide?.rows ?? []).filter(({ rules }) => rules === 100);
  const key = ({ shape, hit }: DecideRow) => `${shape} ${hit}`;
  const ours = new Map(rows.filter(isWrit).map((row) => [key(row), row.ratio]));
  const theirs = rows.filter(({ contender }) => contender === peer);
  return theirs.map((row) => row.ratio / (ours.get(key(row)) ?? Number.NaN));
}

function answerTo(name: string, { answer }: Results): readonly number[] {
  return (answer?.timings ?? []).filter((timing) => timing.name === name).map(ratioOf);
}

const loadOf = ({ compile }: Results) => (compile?.loads ?? []).filter(({ rules }) => rules === 1_000);
const stagesOf = ({ compile }: Results) => (compile?.stages ?? []).filter(({ rules }) => rules === 1_000);
