/**
 * Measures the cost of an author's own requests under their own bundle. Each request is decided as a dry run, so that
 * every repetition is like the first; figures do not include reservations. They are ratios to parsing the same requests
 * as JSON, measured in turns, because a figure in nanoseconds depends on the machine.
 */

import type { PutRule } from "../engine/decide/put-to-rules.js";
import type { Pdp } from "../engine/pdp.js";
import type { Caller } from "../engine/request/types.js";
import type { Decision } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import { type Contender, type Effort, measure, type Timing } from "./measure.js";

/** One request, with the text that it was parsed from. */
export interface TimedRequest {
  readonly text: string;
  readonly request: DecideRequest;
}

/** The decision on one request, and the rules that it evaluates. */
export interface JudgedRequest extends TimedRequest {
  readonly decision: Decision;
  readonly rules: readonly PutRule[];
}

/** A cost: nanoseconds of processor time, the ratio to parsing a request as JSON, and how much that ratio varied. */
export type Cost = Pick<Timing, "ns" | "ratio" | "spread">;

/** The cost of whole decisions about one tool or channel. */
export interface TargetCost extends Cost {
  readonly target: string;
  readonly requests: number;
}

/** The cost of evaluating one rule once, over a bounded number of the requests that reach it. */
export interface RuleCost extends Cost {
  readonly rule: string;
  readonly effect: PutRule["effect"];
  readonly at: string;
  readonly requests: number;
}

/** The figures of one run. */
export interface Costs {
  /** Nanoseconds to parse one of the requests as JSON. */
  readonly parse: number;
  /** The most expensive first, like `rules`. */
  readonly targets: readonly TargetCost[];
  readonly rules: readonly RuleCost[];
}

/** The caller: sessions for the requests must be opened by the same one. */
export const TIMING_CALLER: Caller = { id: "writ" };
/** More requests than this say no more about a rule, and exceed the caches of the processor. */
const MAX_SAMPLES = 256;

/** Decides one request and returns its rules. Rejects with RequestProblem if the request is invalid. */
export async function judgeOnce(pdp: Pdp, timed: TimedRequest): Promise<JudgedRequest> {
  const decision = await pdp.decide({ ...timed.request, dry_run: true }, TIMING_CALLER);
  return { ...timed, decision, rules: await pdp.putToRules(timed.request, TIMING_CALLER) };
}

/** Times all requests within about this many milliseconds of processor time; `progress` receives the finished share. */
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
  return { parse: (parse as Timing).ns, targets: targets.sort(byCost), rules: rules.sort(byCost) };
}

/** Returns the tool or channel that a request names. */
export function targetOf({ request }: TimedRequest): string {
  return request.tool ?? `channel ${request.channel}`;
}

/** Groups items by a key, in the order in which each key first occurs. */
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

/** Returns the requests that reach each rule, as far as they are timed. */
function rulesOf(requests: readonly JudgedRequest[]): ReadonlyMap<string, readonly PutRule[]> {
  const byRule = new Map<string, PutRule[]>();
  for (const put of requests.flatMap(({ rules }) => rules)) {
    const puts = byRule.get(put.rule) ?? [];
    if (puts.length < MAX_SAMPLES) puts.push(put);
    byRule.set(put.rule, puts);
  }
  return byRule;
}

function costOf({ ns, ratio, spread }: Timing): Cost {
  return { ns, ratio, spread };
}

function byCost(a: Cost, b: Cost): number {
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

/** The number of batches for warming up, in addition to the rounds. */
const WARM = 9;

/**
 * Prefers rounds to length: a median of a few long batches is less precise than one of many short ones, until a batch
 * is too short to measure.
 */
function effortFor(budget: number, contenders: number): Effort {
  const each = budget / Math.max(1, contenders);
  const rounds = Math.min(41, Math.max(5, Math.floor(each / 4) - WARM));
  return { rounds, batch: Math.min(8, Math.max(0.25, each / (rounds + WARM))) };
}
