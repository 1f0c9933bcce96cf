import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, describe, test } from "vitest";
import { VirtualClock } from "../../src/state/clock.js";
import { FileStore } from "../../src/state/file-store.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { RedisStore } from "../../src/state/redis-store.js";
import type { StateStore } from "../../src/state/store.js";
import { Draw } from "../reference/draw.js";
import { Follower } from "../reference/follow.js";
import { type Asked, type Step, StepDrawer } from "../reference/generate-steps.js";
import { START } from "../reference/generate-values.js";
import { hasRedis, RedisServer } from "../state/redis-server.js";
import { CASES, type Case, caseOf } from "./cases.js";

/** Somewhere to keep state for one run, on a clock of ours. */
interface Place {
  readonly store: StateStore;
  readonly clock: VirtualClock;
  readonly setTime: (now: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function inMemory(): Promise<Place> {
  const clock = new VirtualClock(START);
  return { store: new MemoryStore({ clock }), clock, setTime: async () => {}, close: async () => {} };
}
async function inFolder(): Promise<Place> {
  const clock = new VirtualClock(START);
  const directory = mkdtempSync(join(tmpdir(), "writ-laws-"));
  const store = await FileStore.open(directory, { clock, begin: true, timeout: 10_000 });
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(directory, { recursive: true });
  };
  return { store, clock, setTime: async () => {}, close };
}

let server: RedisServer | undefined;
let client: Redis | undefined;
let runs = 0;
afterAll(async () => {
  client?.disconnect();
  await server?.remove();
});
/** The clock of Redis is behind what the store has told already: so its time is what we say. */
async function inRedis(): Promise<Place> {
  server ??= await RedisServer.start();
  client ??= new Redis(server.url);
  const prefix = `run${runs++}`;
  const store = await RedisStore.open(server.url, { prefix, timeout: 5_000 });
  await store.initialise();
  const setTime = async (now: number): Promise<void> => {
    await client?.hset(`{${prefix}}:meta`, "now", String(now));
  };
  await setTime(START);
  return { store, clock: new VirtualClock(START), setTime, close: () => store.close() };
}

/** The follower holds both the model and the real thing; a command is a step that it takes with both. */
class Take implements fc.AsyncCommand<object, Follower> {
  readonly step: Step | { readonly do: "crash"; readonly asked: Asked; readonly when: "before" | "after" };
  constructor(step: Take["step"]) {
    this.step = step;
  }
  check(): boolean {
    return true;
  }
  async run(_: object, real: Follower): Promise<void> {
    const { step } = this;
    const difference = step.do === "crash" ? await real.crash(step.asked, step.when) : await real.take(step);
    if (difference !== undefined) throw new Error(JSON.stringify(difference));
  }
  toString(): string {
    return JSON.stringify(this.step);
  }
}

function commandsFor(one: Case): fc.Arbitrary<Iterable<fc.AsyncCommand<object, Follower>>> {
  const numbers = fc.noShrink(fc.integer());
  const drawer = new StepDrawer(new Draw(one.seed), one.bundle.vocabulary);
  const step = numbers.map((number) => new Take(drawer.step(new Draw(number))));
  const crash = fc
    .tuple(numbers, fc.constantFrom("before" as const, "after" as const))
    .map(([number, when]) => {
      const drawn = drawer.step(new Draw(number));
      return new Take(drawn.do === "decide" ? { do: "crash", asked: drawn.asked, when } : drawn);
    });
  return fc.commands([step, step, step, crash], { maxCommands: 25, size: "max" });
}

async function holdsIn(open: () => Promise<Place>, share: number): Promise<void> {
  const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }));
  const runnable = seeds
    .map((seed) => caseOf(seed))
    .filter((one) => one !== undefined)
    .chain((one) => fc.tuple(fc.constant(one), commandsFor(one)));
  await fc.assert(
    fc.asyncProperty(runnable, async ([one, commands]) => {
      const place = await open();
      try {
        const real = new Follower(one.program, { ...place, replicas: 2 });
        const begin = new StepDrawer(new Draw(one.seed), one.bundle.vocabulary).beginning();
        await fc.asyncModelRun(async () => {
          await real.take(begin);
          return { model: {}, real };
        }, commands);
      } finally {
        await place.close();
      }
    }),
    { numRuns: Math.ceil(CASES * share) },
  );
}

describe("two replicas and the naive world agree on any interleaving, with crashes between", () => {
  test("in memory", () => holdsIn(inMemory, 0.5));
  test("in a folder", () => holdsIn(inFolder, 0.15));
  test.skipIf(!hasRedis)("in Redis", () => holdsIn(inRedis, 0.15));
});
