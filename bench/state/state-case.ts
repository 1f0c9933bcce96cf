/** What limits cost: in memory beside a counter in a Map, on Redis beside one bare script over as many keys. */
import { strictEqual } from "node:assert/strict";
import { Redis } from "ioredis";
import { Pdp } from "../../src/engine/pdp.js";
import { createKeys } from "../../src/identity/keys.js";
import type { DecideRequest } from "../../src/model/request.js";
import { systemClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { openStore } from "../../src/state/open-store.js";
import type { CommitMode, Operation, StateStore } from "../../src/state/store.js";
import { REFUND_USERS, refundPolicy, refundRequest } from "../cases/refund-policy.js";
import { compileTexts } from "../cases/writ-policy.js";
import { deviation, type Effort, measure, median, type Timing } from "../measure.js";
import { hasRedis, startRedis } from "./redis.js";

const CALLER = { id: "bench" };
const HOUR = 3_600_000;
const CAP = 1_000_000_000;

/** A decision on Redis beside one bare script. */
export interface RedisResult {
  /** Keys that one commit of a decision names, the one of the store's own included. */
  readonly keys: number;
  /** Commands that one decision sends, as Redis counts them. */
  readonly tripsPerDecision: number;
  /** Medians of what a client waits, in microseconds of the clock on the wall, one request at a time. */
  readonly decisionMicroseconds: number;
  readonly bareMicroseconds: number;
  /** The median over blocks that take turns. */
  readonly ratio: number;
  /** The median absolute deviation of that ratio, as a share of it. */
  readonly spread: number;
  /** What Redis itself spends on one script, in microseconds, by its own count. */
  readonly serverMicroseconds: { readonly decision: number; readonly bare: number };
}

/** What limits cost. */
export interface StateResult {
  readonly memory: readonly Timing[];
  /** Undefined where redis-server is not installed. */
  readonly redis: RedisResult | undefined;
}

/** On Redis, `blocks` times `block` decisions one after another. */
export async function stateCase(effort: Effort, blocks: number, block: number): Promise<StateResult> {
  const memory = await measureMemory(effort);
  return { memory, redis: hasRedis ? await measureRedis(blocks, block) : undefined };
}

// --- memory -----------------------------------------------------------------------------------------------

function measureMemory(effort: Effort): Promise<readonly Timing[]> {
  const store = new MemoryStore();
  const commits = Array.from({ length: REFUND_USERS }, (_, user) => twoCharges(`u${user}`));
  for (const commit of commits) strictEqual(store.commit(commit, "all").outcome, "applied");
  const counts = new Map<string, number>();
  const keys = commits.map((operations) => operations.map(({ key }) => key));
  return measure(
    [
      {
        name: "two counters in a Map",
        run(count) {
          let sum = 0;
          for (let i = 0; i < count; i++)
            for (const key of keys[i % keys.length] as readonly string[]) {
              const used = counts.get(key) ?? 0;
              if (used < CAP) counts.set(key, used + 1);
              sum += used;
            }
          return sum;
        },
      },
      {
        name: "one commit of two rolling windows",
        run(count) {
          let sum = 0;
          for (let i = 0; i < count; i++)
            sum += store.commit(commits[i % commits.length] as readonly Operation[], "all").windows.length;
          return sum;
        },
      },
    ],
    effort,
  );
}

function twoCharges(user: string): readonly Operation[] {
  const window = { kind: "rolling", length: HOUR, parts: 60 } as const;
  return [
    { op: "charge", key: `limit:per-user:${user}`, window, amount: 40, cap: CAP },
    { op: "charge", key: "limit:per-tenant:acme", window, amount: 1, cap: CAP },
  ];
}

// --- Redis ------------------------------------------------------------------------------------------------

const BARE = "for i = 1, #KEYS do redis.call('INCRBY', KEYS[i], ARGV[1]) end return 'ok'";
const WARM_BLOCKS = 3;
/** Milliseconds. On a busy machine Redis may answer late; the figures show that, so it does not cause a deny. */
const PATIENCE = 10_000;

async function measureRedis(blocks: number, block: number): Promise<RedisResult> {
  const redis = await startRedis();
  const client = new Redis(redis.url);
  const store = await openStore(redis.url, { timeout: PATIENCE });
  try {
    await store.initialise?.();
    const watched = new CountingKeys(store);
    const pdp = new Pdp({
      bundle: compileTexts(refundPolicy()),
      store: watched.store,
      keys: await createKeys(),
    });
    const decide = await decider(pdp);
    for (let i = 0; i < REFUND_USERS; i++) strictEqual(await decide(i), "allow");
    const keys = watched.keys + 1;
    const hash = String(await client.script("LOAD", BARE));
    const bare = async (i: number) => {
      const names = Array.from({ length: keys }, (_, key) => `{bare}:${key}:${i % REFUND_USERS}`);
      return String(await client.evalsha(hash, keys, ...names, 1));
    };
    strictEqual(await bare(0), "ok");
    return { keys, ...(await inTurns(client, decide, bare, blocks, block)) };
  } finally {
    await store.close();
    client.disconnect();
    await redis.stop();
  }
}

type Work = (i: number) => Promise<string>;

async function inTurns(client: Redis, decide: Work, bare: Work, blocks: number, block: number) {
  const ours: number[] = [];
  const theirs: number[] = [];
  const ratios: number[] = [];
  const spent = { ours: noScripts, theirs: noScripts };
  for (let i = 0; i < blocks + WARM_BLOCKS; i++) {
    const warm = i < WARM_BLOCKS;
    const start = await scripts(client);
    const decisions = await latencies(decide, block);
    const middle = await scripts(client);
    const touches = await latencies(bare, block);
    const end = await scripts(client);
    if (warm) continue;
    ours.push(...decisions);
    theirs.push(...touches);
    ratios.push(median(decisions) / median(touches));
    spent.ours = add(spent.ours, start, middle);
    spent.theirs = add(spent.theirs, middle, end);
  }
  return {
    tripsPerDecision: spent.ours.commands / (blocks * block),
    decisionMicroseconds: median(ours),
    bareMicroseconds: median(theirs),
    ratio: median(ratios),
    spread: deviation(ratios) / median(ratios),
    serverMicroseconds: {
      decision: spent.ours.microseconds / spent.ours.calls,
      bare: spent.theirs.microseconds / spent.theirs.calls,
    },
  };
}

async function latencies(work: Work, count: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const before = process.hrtime.bigint();
    await work(i);
    found.push(Number(process.hrtime.bigint() - before) / 1_000);
  }
  return found;
}

interface Scripts {
  /** Of scripts. */
  readonly calls: number;
  readonly microseconds: number;
  /** Of everything that a client sent, but for asking for these numbers. */
  readonly commands: number;
}
const noScripts: Scripts = { calls: 0, microseconds: 0, commands: 0 };
/** What a client sends and no script does: the same statistics include what scripts send. */
const TRIPS = ["evalsha", "eval", "ping", "script|load", "multi"];

async function scripts(client: Redis): Promise<Scripts> {
  const stats = await client.info("commandstats");
  const field = (command: string, name: string) => {
    const line = stats.split("\r\n").find((each) => each.startsWith(`cmdstat_${command}:`));
    return Number(new RegExp(`[:,]${name}=([\\d.]+)`).exec(line ?? "")?.[1] ?? 0);
  };
  const calls = field("evalsha", "calls") + field("eval", "calls");
  const microseconds = field("evalsha", "usec") + field("eval", "usec");
  const commands = TRIPS.reduce((sum, each) => sum + field(each, "calls"), 0);
  return { calls, microseconds, commands };
}

function add(sum: Scripts, before: Scripts, after: Scripts): Scripts {
  return {
    calls: sum.calls + after.calls - before.calls,
    microseconds: sum.microseconds + after.microseconds - before.microseconds,
    commands: sum.commands + after.commands - before.commands,
  };
}

async function decider(pdp: Pdp): Promise<Work> {
  const now = Math.floor(systemClock.now() / 1000);
  const requests: DecideRequest[] = Array.from({ length: REFUND_USERS }, (_, i) => refundRequest(i, now));
  return async (i) => (await pdp.decide(requests[i % REFUND_USERS] as DecideRequest, CALLER)).decision;
}

/** A store that remembers how many keys the largest commit named. */
class CountingKeys {
  keys = 0;
  readonly store: StateStore;

  constructor(store: StateStore) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        if (name === "commit")
          return (operations: readonly Operation[], mode: CommitMode) =>
            this.#commit(target, operations, mode);
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
  }

  #commit(
    store: StateStore,
    operations: readonly Operation[],
    mode: CommitMode,
  ): ReturnType<StateStore["commit"]> {
    this.keys = Math.max(this.keys, new Set(operations.map(({ key }) => key)).size);
    return store.commit(operations, mode);
  }
}
