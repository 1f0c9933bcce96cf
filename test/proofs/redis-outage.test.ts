import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis, type RedisServer } from "../state/redis-server.js";
import { call, openSession, spend } from "./support/calls.js";
import { writ } from "./support/command.js";
import { Dice } from "./support/dice.js";
import { type Fleet, fleet } from "./support/fleet.js";
import type { Answer, Replica } from "./support/replica.js";
import { PROOF_TIMEOUT, report, sized } from "./support/size.js";
import { percentile, tally, why } from "./support/tally.js";

/** What one trip to Redis may take; a decision makes at most two. */
const TRIP_MS = 250;
/** The HTTP around it, on a machine that others use as well. */
const MARGIN_MS = 750;
/** Every commit is on its disk before it is answered, so a crash forgets nothing. */
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always"];

interface Verdict {
  readonly kind: "stateless" | "lenient" | "limit" | "session";
  readonly purse: string;
  readonly begun: number;
  readonly answer: Answer;
}

/** A steady load until it is told to stop; every verdict is kept. */
class Load {
  readonly verdicts: Verdict[] = [];
  readonly #stopped: Promise<unknown>;
  #stop = false;

  constructor(purses: string, replicas: readonly Replica[], sessions: readonly string[], dice: Dice) {
    const worker = async () => {
      while (!this.#stop) {
        const kind = dice.pick(["stateless", "lenient", "limit", "session"] as const);
        const purse = `${purses}-${dice.below(5)}`;
        const request = {
          stateless: () => call("plain.look", { what: "x" }),
          lenient: () => call("lenient.look", { what: "x" }),
          limit: () => spend(purse, 1),
          session: () => call("post.out", { text: "x" }, { session: dice.pick(sessions) }),
        }[kind]();
        const begun = performance.now();
        this.verdicts.push({ kind, purse, begun, answer: await dice.pick(replicas).decide(request) });
        await pause(5);
      }
    };
    this.#stopped = Promise.all(Array.from({ length: 16 }, worker));
  }

  async stop(): Promise<void> {
    this.#stop = true;
    await this.#stopped;
  }

  between(from: number, to: number): readonly Verdict[] {
    return this.verdicts.filter(({ begun }) => begun >= from && begun < to);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How long it takes until all replicas say that they are ready, ms. */
async function readyAgain(replicas: readonly Replica[]): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const said = await Promise.all(replicas.map((replica) => replica.get("/readyz")));
    if (said.every(({ status }) => status === 200)) return performance.now() - begun;
    if (performance.now() - begun > 20_000) throw new Error("not ready again within 20 s");
    await pause(50);
  }
}

async function readiness(replicas: readonly Replica[]): Promise<readonly number[]> {
  return (await Promise.all(replicas.map((replica) => replica.get("/readyz")))).map(({ status }) => status);
}

/** What the store says was spent from all purses. */
async function spentInAll(replica: Replica): Promise<number> {
  const { json } = await replica.decide(spend("any", 0, { dry_run: true }));
  const { cap, remaining } = json.limits.find(({ name }: { name: string }) => name === "purse_tally");
  return cap - remaining;
}

describe.skipIf(!hasRedis)("Redis out of reach under load", () => {
  let state: Fleet;
  beforeAll(async () => {
    state = await fleet("redis", undefined, ...DURABLE);
  }, PROOF_TIMEOUT);
  afterAll(() => state?.end());

  it.each([
    ["killed", (redis: RedisServer) => redis.stop(), (redis: RedisServer) => redis.start()],
    [
      "stopped in its tracks, connections open",
      async (redis: RedisServer) => void redis.process?.kill("SIGSTOP"),
      async (redis: RedisServer) => void redis.process?.kill("SIGCONT"),
    ],
  ])(
    "%s: verdicts go on in time, nothing is allowed that reads it, and it heals by itself",
    {
      timeout: PROOF_TIMEOUT,
    },
    async (how, down, up) => {
      const { replicas, redis } = state;
      if (redis === undefined) throw new Error("there is no Redis");
      const dice = new Dice(`outage, ${how}`);
      const sessions = await Promise.all(Array.from({ length: 4 }, () => openSession(dice.pick(replicas))));
      const spentBefore = await spentInAll(dice.pick(replicas));
      const load = new Load(how, replicas, sessions, dice);
      await pause(1_000);
      expect(await readiness(replicas)).toEqual([200, 200, 200]);

      const downAt = performance.now();
      await down(redis);
      const gone = performance.now();
      await pause(1_000);
      expect(await readiness(replicas)).toEqual([503, 503, 503]);
      await pause(sized(1_500, 15_000));
      const upAt = performance.now();
      await up(redis);
      const healed = await readyAgain(replicas);
      const back = performance.now();
      await pause(1_000);
      await load.stop();

      // From when Redis was surely gone until it was told to come back.
      const during = load.between(gone, upAt);
      const of = (kind: Verdict["kind"]) =>
        tally(during.filter((each) => each.kind === kind).map(({ answer }) => why(answer)));
      const latencies = load.between(downAt, upAt).map(({ answer }) => answer.ms);
      const slowest = Math.max(...latencies);
      report(
        `${how}: ${during.length} verdicts in ${((upAt - gone) / 1000).toFixed(1)} s without Redis; ` +
          `stateless ${of("stateless")}; lenient ${of("lenient")}; limit ${of("limit")}; session ${of("session")}; ` +
          `p50 ${percentile(latencies, 50).toFixed(0)} ms, p99 ${percentile(latencies, 99).toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms; ` +
          `ready ${healed.toFixed(0)} ms after it came back`,
      );
      expect(during.length).toBeGreaterThan(100);
      expect(slowest).toBeLessThanOrEqual(2 * TRIP_MS + MARGIN_MS);
      expect(new Set(during.map(({ kind }) => kind)).size).toBe(4);
      for (const { kind, answer } of during) {
        const isFree = kind === "stateless" || kind === "lenient";
        expect(`${kind} ${why(answer)}`).toBe(
          isFree ? `${kind} allow till.reading` : `${kind} 503 deny builtin.state_unavailable`,
        );
      }
      // Afterwards all is as before, and nothing answered is forgotten.
      expect(
        new Set(load.between(back, Number.POSITIVE_INFINITY).map(({ answer }) => answer.status)),
      ).toEqual(new Set([200]));
      const limited = load.verdicts.filter(({ kind }) => kind === "limit");
      const allowed = limited.filter(({ answer }) => answer.json.decision === "allow");
      const spentNow = (await spentInAll(dice.pick(replicas))) - spentBefore;
      expect(spentNow).toBeGreaterThanOrEqual(allowed.length);
      expect(spentNow).toBeLessThanOrEqual(limited.length);
      for (let n = 0; n < 5; n++)
        expect(allowed.filter(({ purse }) => purse === `${how}-${n}`).length).toBeLessThanOrEqual(100);
    },
  );

  it.each([
    ["emptied", (redis: RedisServer) => flush(redis)],
    [
      "restarted without what it knew",
      async (redis: RedisServer) => {
        await redis.stop();
        rmSync(join(redis.directory, "appendonlydir"), { recursive: true });
        await redis.start();
      },
    ],
  ])(
    "%s: nothing that reads it is allowed until an administrator says so",
    {
      timeout: PROOF_TIMEOUT,
    },
    async (how, lose) => {
      const { replicas, redis } = state;
      if (redis === undefined) throw new Error("there is no Redis");
      const dice = new Dice(`lost, ${how}`);
      const session = await openSession(dice.pick(replicas));
      const load = new Load(how, replicas, [session], dice);
      await pause(700);
      await lose(redis);
      const lost = performance.now();
      await pause(sized(2_000, 10_000));
      expect(await readiness(replicas)).toEqual([503, 503, 503]);
      // One that starts now is no wiser.
      const late = await state.join();
      expect((await late.get("/readyz")).status).toBe(503);
      expect(why(await late.decide(spend("late", 1)))).toBe("503 deny builtin.state_unavailable");
      const said = performance.now();
      await writ("state", "reset", "--state", state.state, "--yes");
      await writ("state", "init", "--state", state.state, "--yes");
      const healed = await readyAgain([...replicas, late]);
      const back = performance.now();
      await pause(500);
      await load.stop();

      const during = load.between(lost, said);
      const reading = during.filter(({ kind }) => kind === "limit" || kind === "session");
      report(
        `${how}: ${reading.length} verdicts that read state: ${tally(reading.map(({ answer }) => why(answer)))}; ` +
          `ready ${healed.toFixed(0)} ms after it was accepted`,
      );
      expect(new Set(reading.map(({ answer }) => why(answer)))).toEqual(
        new Set(["503 deny builtin.state_unavailable"]),
      );
      const after = load.between(back, Number.POSITIVE_INFINITY);
      expect(after.some(({ kind, answer }) => kind === "limit" && answer.json.decision === "allow")).toBe(
        true,
      );
      // The session went with the rest: it is not open any more, and nobody opens it on the fly.
      expect(
        after.filter(({ kind }) => kind === "session").every(({ answer }) => answer.json.decision === "deny"),
      ).toBe(true);
    },
  );
});

async function flush(redis: RedisServer): Promise<void> {
  const { Redis } = await import("ioredis");
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
}
