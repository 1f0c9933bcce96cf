/**
 * Times contenders against each other inside one run.
 *
 * Time is that of the processor, spent by this process: on a machine that others use as well, the clock on the wall
 * measures them. It includes collecting garbage and compiling, on whatever thread. Contenders take turns in short
 * batches, each round gives one ratio, and the median of the ratios is the result, so whatever slows the machine down for
 * longer than a batch slows all of them.
 */

/** Something that is timed beside others. */
export interface Contender {
  readonly name: string;
  /** Does the work `count` times. The sum keeps a compiler from leaving the work out. */
  run(count: number): number | Promise<number>;
}

/** What one contender took. */
export interface Timing {
  readonly name: string;
  /** Nanoseconds of processor time for one piece of work: the median over the rounds. */
  readonly ns: number;
  /** To the first contender, in the same round: the median over the rounds. */
  readonly ratio: number;
  /** The median absolute deviation of that ratio, as a share of it. */
  readonly spread: number;
  readonly rounds: number;
}

/** How long is measured. */
export interface Effort {
  readonly rounds: number;
  /** Milliseconds of processor time that one batch should last. */
  readonly batch: number;
  /** Milliseconds of processor time that each contender has run before it is timed; a few batches if it is not said. */
  readonly warm?: number;
}

let sink = 0;

/** The first contender is the floor that the others are told in; `progress` hears which share of the work is done. */
export async function measure(
  contenders: readonly Contender[],
  effort: Effort,
  progress: (done: number) => void = () => {},
): Promise<readonly Timing[]> {
  const counts: number[] = [];
  // Warming up takes about as long as so many rounds.
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
    // One of the two may be so slow that it is not done in every round.
    const both = Math.min(own.length, floor.length);
    const ratios = own.slice(0, both).map((time, round) => time / Math.max(1e-9, floor[round] as number));
    const ratio = median(ratios);
    return { name, ns: median(own), ratio, spread: deviation(ratios) / ratio, rounds: own.length };
  });
}

/** Forwards, then backwards: what a batch leaves behind does not always fall on the same successor. */
function turns(length: number, round: number): readonly number[] {
  const order = Array.from({ length }, (_, index) => index);
  return round % 2 === 0 ? order : order.reverse();
}

/** What takes a whole batch to be done once is done in this many rounds only; what takes half a second, in fewer. */
const SLOW_ROUNDS = 7;
const SLOWEST_ROUNDS = 3;
const SLOWEST_NS = 5e8;

function slowRounds(times: readonly number[]): number {
  return (times[0] ?? 0) > SLOWEST_NS ? SLOWEST_ROUNDS : SLOW_ROUNDS;
}

const COUNT_MAX = 50_000_000;
const WARM_BATCHES = 3;
const WARM_ROUNDS = 7;

/** How often the work is done in one batch. Finding that out is the warm-up as well. */
async function countFor(contender: Contender, { batch, warm = 0 }: Effort): Promise<number> {
  let count = 1;
  for (;;) {
    let spent = await batchTime(contender, count);
    // The first time is the time of code that was never run, and whatever else happens once.
    if (count === 1 && spent >= batch) spent = await batchTime(contender, count);
    if (spent >= batch || count >= COUNT_MAX) break;
    count = spent < batch / 20 ? count * 8 : Math.ceil((count * batch * 1.1) / spent);
  }
  // What takes longer than a batch at once is warm after what it has done.
  if (count === 1) return 1;
  for (let i = 0, ran = 0; i < WARM_BATCHES || ran < warm; i++) ran += await batchTime(contender, count);
  const spent = await batchTime(contender, count);
  return Math.max(1, Math.min(COUNT_MAX, Math.ceil((count * batch) / Math.max(spent, 1e-3))));
}

async function batchTime(contender: Contender, count: number): Promise<number> {
  const before = process.cpuUsage();
  const sum = contender.run(count);
  sink += typeof sum === "number" ? sum : await sum;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** What all work so far has summed up to; printed nowhere, but it might be. */
export function workDone(): number {
  return sink;
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The median absolute deviation from the median. */
export function deviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}
