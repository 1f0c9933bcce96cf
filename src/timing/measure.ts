/**
 * Times contenders against each other in one run.
 *
 * It measures the processor time of this process, because on a shared machine elapsed time includes the work of others.
 * That covers garbage collection and compilation on any thread. Contenders take turns in short batches, each round
 * gives one ratio, and the median of the ratios is the result: a slowdown that lasts longer than a batch slows all of
 * them.
 */

/** Something that is timed against others. */
export interface Contender {
  readonly name: string;
  /** Does the work `count` times. The sum keeps a compiler from removing the work. */
  run(count: number): number | Promise<number>;
}

/** The cost of one contender. */
export interface Timing {
  readonly name: string;
  /** Nanoseconds of processor time per piece of work: the median over the rounds. */
  readonly ns: number;
  /** Ratio to the first contender in the same round: the median over the rounds. */
  readonly ratio: number;
  /** The median absolute deviation of that ratio, as a share of it. */
  readonly spread: number;
  readonly rounds: number;
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** Target length of one batch in milliseconds of processor time. */
  readonly batch: number;
  /** Milliseconds of processor time that each contender runs before it is timed; a few batches if undefined. */
  readonly warm?: number;
}

let sink = 0;

/** Times the contenders; ratios are to the first one. `progress` receives the finished share of the work. */
export async function measure(
  contenders: readonly Contender[],
  effort: Effort,
  progress: (done: number) => void = () => {},
): Promise<readonly Timing[]> {
  const counts: number[] = [];
  // Warming up takes about as long as this number of rounds.
  const all = effort.rounds + WARM_ROUNDS;
  for (const contender of contenders) {
    counts.push(await countFor(contender, effort));
    progress(((counts.length / contenders.length) * WARM_ROUNDS) / all);
  }
  const times: number[][] = contenders.map(() => []);
  for (let round = 0; round < effort.rounds; round++) {
    for (const index of turns(contenders.length, round)) {
      const count = counts[index] as number;
      const own = times[index] as number[];
      if (count === 1 && round >= slowRounds(own)) continue;
      const spent = await batchTime(contenders[index] as Contender, count);
      own.push((spent / count) * 1e6);
    }
    progress((round + 1 + WARM_ROUNDS) / all);
  }
  const floor = times[0] as readonly number[];
  return contenders.map(({ name }, index) => {
    const own = times[index] as readonly number[];
    // One of the two may be too slow to run in every round.
    const both = Math.min(own.length, floor.length);
    const ratios = own.slice(0, both).map((time, round) => time / Math.max(1e-9, floor[round] as number));
    const ratio = median(ratios);
    return { name, ns: median(own), ratio, spread: deviation(ratios) / ratio, rounds: own.length };
  });
}

/** Forwards, then backwards, so that the effects of a batch on the next one do not always hit the same contender. */
function turns(length: number, round: number): readonly number[] {
  const order = Array.from({ length }, (_, index) => index);
  return round % 2 === 0 ? order : order.reverse();
}

/** Work that takes a whole batch per run is timed in this many rounds only; work that takes half a second, in fewer. */
const SLOW_ROUNDS = 7;
const SLOWEST_ROUNDS = 3;
const SLOWEST_NS = 5e8;

function slowRounds(times: readonly number[]): number {
  return (times[0] ?? 0) > SLOWEST_NS ? SLOWEST_ROUNDS : SLOW_ROUNDS;
}

const MAX_COUNT = 50_000_000;
const WARM_BATCHES = 3;
const WARM_ROUNDS = 7;

/** Returns how often the work is done per batch. Measuring this is also the warm-up. */
async function countFor(contender: Contender, { batch, warm = 0 }: Effort): Promise<number> {
  let count = 1;
  for (;;) {
    let spent = await batchTime(contender, count);
    // The first run includes compilation and other one-time costs.
    if (count === 1 && spent >= batch) spent = await batchTime(contender, count);
    if (spent >= batch || count >= MAX_COUNT) break;
    count = spent < batch / 20 ? count * 8 : Math.ceil((count * batch * 1.1) / spent);
  }
  // Work that takes longer than a batch per run is warm after one run.
  if (count === 1) return 1;
  for (let i = 0, ran = 0; i < WARM_BATCHES || ran < warm; i++) ran += await batchTime(contender, count);
  const spent = await batchTime(contender, count);
  return Math.max(1, Math.min(MAX_COUNT, Math.ceil((count * batch) / Math.max(spent, 1e-3))));
}

async function batchTime(contender: Contender, count: number): Promise<number> {
  const before = process.cpuUsage();
  const sum = contender.run(count);
  sink += typeof sum === "number" ? sum : await sum;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The sum of all work so far. It is never printed, but a compiler cannot prove that. */
export function workDone(): number {
  return sink;
}

/** Returns NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Returns the median absolute deviation from the median. */
export function deviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}
