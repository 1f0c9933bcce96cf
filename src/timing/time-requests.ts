/**
 * What an author's own requests cost under their own bundle. Each request is decided as a dry run, so that the hundredth
 * time is like the first: what a decision reserves is not in the figures. They are told as ratios to reading the same
 * requests as JSON, measured in turns with it, for a figure in nanoseconds is one of the machine.
 */

import type { PutRule } from "../engine/decide/put-to-rules.js";
import type { Pdp } from "../engine/pdp.js";
import type { Caller } from "../engine/request/types.js";
import type { Decision } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import { type Contender, type Effort, measure, type Timing } from "./measure.js";

/** One request, with the text that it was read from. */
export interface TimedRequest {
  readonly text: string;
  readonly request: DecideRequest;
}

/** What was decided of one request, and which rules it was put to. */
export interface JudgedRequest extends TimedRequest {
  readonly decision: Decision;
  readonly rules: readonly PutRule[];
}

/** A cost: nanoseconds of processor time, the ratio to reading a request as JSON, and how much that ratio varied. */
export type Cost = Pick<Timing, "ns" | "ratio" | "spread">;

/** Whole decisions about one tool or channel. */
export interface TargetCost extends Cost {
  readonly target: string;
  readonly requests: number;
}

/** Judging one rule once, over the requests that it is asked about; at most so many of them. */
export interface RuleCost extends Cost {
  readonly rule: string;
  readonly effect: PutRule["effect"];
  readonly at: string;
  readonly requests: number;
}

/** What was measured in one run. */
export interface Costs {
  /** Nanoseconds to read one of the requests as JSON. */
  readonly parse: number;
  /** The dearest first, as the rules. */
  readonly targets: readonly TargetCost[];
  readonly rules: readonly RuleCost[];
}

/** Who asks: what is opened for the requests has to be opened by the same caller. */
export const TIMING_CALLER: Caller = { id: "writ" };
/** More requests than this say no more of a rule, and leave the caches of the processor. */
const SAMPLES_MAX = 256;

/** Decides one request and finds its rules. Rejects with RequestProblem for one that no verdict fits. */
export async function judgeOnce(pdp: Pdp, timed: TimedRequest): Promise<JudgedRequest> {
  const decision = await pdp.decide({ ...timed.request, dry_run: true }, TIMING_CALLER);
  return { ...timed, decision, rules: await pdp.putToRules(timed.request, TIMING_CALLER) };
}

/** Times them all within about so many milliseconds of processor time; `progress` hears which share of it is over. */
export async function timeRequests(
  pdp: Pdp,
  requests: readonly JudgedRequest[],
  budget: number,
  progress: (done: number) => void = () => {},
): Promise<Costs> {
  const byTarget = groupBy(requests, targetOf);
  const half = budget / 2;
  const effort = effortFor(half, 2 * byTarget.size);
  const targets: TargetCost[] = [];
  for (const [target, own] of byTarget) {
    const share = (done: number) => progress((targets.length + done) / byTarget.size / 2);
    const [, cost] = await measure([parsing(own), deciding(pdp, own)], effort, share);
    targets.push({ target, requests: own.length, ...costOf(cost as Timing) });
  }
  const byRule = rulesOf(requests);
  const contenders = [parsing(requests), ...[...byRule.values()].map(judging)];
  const [parse, ...judged] = await measure(contenders, effortFor(half, contenders.length), (done) =>
    progress(0.5 + done / 2),
  );
  const rules = [...byRule.values()].map((puts, index): RuleCost => {
    const [{ rule, effect, at }] = puts as [PutRule];
    return { rule, effect, at, requests: puts.length, ...costOf(judged[index] as Timing) };
  });
  return { parse: (parse as Timing).ns, targets: targets.sort(dearer), rules: rules.sort(dearer) };
}

/** The tool or channel that a request asks about, as it names it. */
export function targetOf({ request }: TimedRequest): string {
  return request.tool ?? `channel ${request.channel}`;
}

/** Lists by a key, in the order in which each key first came. */
export function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The requests that each rule is put to, as far as they are timed. */
function rulesOf(requests: readonly JudgedRequest[]): ReadonlyMap<string, readonly PutRule[]> {
  const byRule = new Map<string, PutRule[]>();
  for (const put of requests.flatMap(({ rules }) => rules)) {
    const puts = byRule.get(put.rule) ?? [];
    if (puts.length < SAMPLES_MAX) puts.push(put);
    byRule.set(put.rule, puts);
  }
  return byRule;
}

function costOf({ ns, ratio, spread }: Timing): Cost {
  return { ns, ratio, spread };
}

function dearer(a: Cost, b: Cost): number {
  return b.ns - a.ns;
}

function parsing(requests: readonly TimedRequest[]): Contender {
  const texts = requests.map(({ text }) => text);
  return {
    name: "JSON.parse",
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const read = JSON.parse(texts[i % texts.length] as string) as DecideRequest;
        sum += read.tool?.length ?? 1;
      }
      return sum;
    },
  };
}

function deciding(pdp: Pdp, requests: readonly TimedRequest[]): Contender {
  const asked = requests.map(({ request }) => ({ ...request, dry_run: true }));
  return {
    name: "decide",
    async run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const { decision } = await pdp.decide(asked[i % asked.length] as DecideRequest, TIMING_CALLER);
        sum += decision.length;
      }
      return sum;
    },
  };
}

function judging(puts: readonly PutRule[]): Contender {
  return {
    name: (puts[0] as PutRule).rule,
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += (puts[i % puts.length] as PutRule).judge();
      return sum;
    },
  };
}

/** Batches that warming up takes, beside the rounds. */
const WARM = 9;

/** Rounds before length: a median of few batches says less than one of short ones, down to where a batch is noise. */
function effortFor(budget: number, contenders: number): Effort {
  const each = budget / Math.max(1, contenders);
  const rounds = Math.min(41, Math.max(5, Math.floor(each / 4) - WARM));
  return { rounds, batch: Math.min(8, Math.max(0.25, each / (rounds + WARM))) };
}
