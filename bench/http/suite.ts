/** `/decide` beside a bare route with the same body and the same answer, over loopback, in rounds that take turns. */
import { deviation, type EffortName, median } from "../measure.js";
import { progress } from "../process/progress.js";
import { type Servant, scriptAt, startServant } from "../process/script.js";
import { hasRedis } from "../state/redis.js";
import type { HttpContender } from "./contenders.js";
import { notInstalled } from "./foreign-servers.js";
import type { LoadAnswer } from "./load.js";
import { startServers, type Undo } from "./start-servers.js";

/** One server under one number of connections. All but the first two members are medians over the rounds. */
export interface HttpRow {
  readonly contender: string;
  readonly connections: number;
  readonly perSecond: number;
  /** To the bare route in the same round: below 1 is slower. */
  readonly throughput: number;
  readonly spread: number;
  /** Milliseconds that half, and all but a hundredth, of the answers took. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of the server's processor time per answer; undefined if the system does not report it. */
  readonly cpu: number | undefined;
  /** That to the bare route's, in the same round: above 1 is slower. */
  readonly cpuRatio: number | undefined;
}

/** All that `npm run bench:http` finds. */
export interface HttpResult {
  readonly requestBytes: number;
  readonly answerBytes: number;
  readonly rows: readonly HttpRow[];
  /** Contenders that took no part, and why. */
  readonly skipped: readonly string[];
}

interface Effort {
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
}

const EFFORTS: Readonly<Record<EffortName, Effort>> = {
  full: { connections: [10, 64], rounds: 9, seconds: 1.2 },
  smoke: { connections: [10], rounds: 1, seconds: 0.2 },
};

/** Starts everything before measuring, and stops everything even after an error. */
export async function httpSuite(effort: EffortName): Promise<HttpResult> {
  const undo: Undo = [];
  try {
    return await measured(EFFORTS[effort], undo);
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

async function measured(effort: Effort, undo: Undo): Promise<HttpResult> {
  progress("HTTP: starting the servers");
  const { contenders, requestBytes, answerBytes } = await startServers(Math.floor(Date.now() / 1000), undo);
  const loader = startServant(scriptAt("./load-process.js", import.meta.url), []);
  undo.push(() => loader.stop());
  const rows: HttpRow[] = [];
  for (const connections of effort.connections)
    rows.push(...(await inTurns(contenders, connections, effort, loader)));
  const skipped = [...notInstalled(), ...(hasRedis ? [] : ["redis-server"])];
  return { requestBytes, answerBytes, rows, skipped };
}

interface Round extends LoadAnswer {
  readonly cpu: number | undefined;
}

async function inTurns(
  contenders: readonly HttpContender[],
  connections: number,
  { rounds, seconds }: Effort,
  loader: Servant,
): Promise<readonly HttpRow[]> {
  const found = contenders.map((): Round[] => []);
  // The first round is a warm-up and is discarded.
  for (let round = 0; round <= rounds; round++) {
    progress(
      `HTTP: ${connections} connections, ${round === 0 ? "warming up" : `round ${round} of ${rounds}`}`,
    );
    const order = contenders.map((_, index) => index);
    for (const index of round % 2 === 0 ? order : order.reverse()) {
      const one = await fire(contenders[index] as HttpContender, connections, seconds, loader);
      if (round > 0) found[index]?.push(one);
    }
  }
  const bare = found[0] ?? [];
  return contenders.map(({ name }, index) => rowOf(name, connections, found[index] ?? [], bare));
}

async function fire(
  { load, spent }: HttpContender,
  connections: number,
  seconds: number,
  loader: Servant,
): Promise<Round> {
  const before = await spent();
  const answer = await loader.ask<LoadAnswer>({ ...load, connections, seconds });
  const after = await spent();
  const cpu = before === undefined || after === undefined ? undefined : (after - before) / answer.answers;
  return { ...answer, cpu };
}

function rowOf(name: string, connections: number, own: readonly Round[], bare: readonly Round[]): HttpRow {
  const ratios = own.map(({ perSecond }, round) => perSecond / (bare[round]?.perSecond ?? Number.NaN));
  const throughput = median(ratios);
  const cpus = own.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
  const cpuRatios = cpus.map((cpu, round) => cpu / (bare[round]?.cpu ?? Number.NaN));
  return {
    contender: name,
    connections,
    perSecond: median(own.map(({ perSecond }) => perSecond)),
    throughput,
    spread: deviation(ratios) / throughput,
    p50: median(own.map(({ p50 }) => p50)),
    p99: median(own.map(({ p99 }) => p99)),
    cpu: cpus.length === 0 ? undefined : median(cpus),
    cpuRatio: cpus.length === 0 ? undefined : median(cpuRatios),
  };
}
