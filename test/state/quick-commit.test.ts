import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { RedisConnection } from "../../src/state/redis-connection.js";
import { RedisStore } from "../../src/state/redis-store.js";
import type {
  CellRead,
  CommitResult,
  LateText,
  Operation,
  WindowCell,
  WindowSpec,
} from "../../src/state/store.js";
import { start } from "./conformance.js";
import { hasRedis, RedisServer } from "./redis-server.js";

const windows: Record<string, WindowSpec> = {
  rolling: { kind: "rolling", length: 60_000, parts: 6 },
  coarse: { kind: "rolling", length: 5_000, parts: 1 },
  hour: { kind: "calendar", period: "hour" },
  day: { kind: "calendar", period: "day" },
  week: { kind: "calendar", period: "week" },
  month: { kind: "calendar", period: "month" },
  life: { kind: "life", length: 20_000 },
};
const maps = ["m1", "m2", "m3"];
const most = Number.MAX_SAFE_INTEGER;
const long = `a text that is an argument of its own: "quoted" \\ \u0000 \n é 漢 😀 ${"x".repeat(40)}`;

const windowKey = fc.constantFrom(...Object.keys(windows));
const mapKey = fc.constantFrom(...maps);
const field = fc.constantFrom("a", "n", "x", "__proto__", "");
const ttl = fc.constantFrom(1, 4_000, 90_000);
const value = fc.constantFrom("", "1", "7", "ok", long);
const late = fc.constantFrom("", "1", long).map((text): LateText => ({ written: () => text }));
const fieldsOf = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc
    .uniqueArray(fc.tuple(field, of), { maxLength: 3, selector: ([name]) => name })
    .map((entries) => Object.fromEntries(entries));

/** Nearly always the window that the key is for, and else one that leaves its amounts there. */
const windowOf = (key: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(windows[key]!) },
    fc.constantFrom(windows.rolling!, windows.coarse!, windows.hour!),
  );
const charge = fc
  .tuple(
    windowKey.chain((key) => fc.tuple(fc.constant(key), windowOf(key))),
    fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 6 }) }, fc.constant(most - 3)),
    fc.constantFrom(null, null, 12, 40),
  )
  .map(([[key, window], amount, cap]): Operation => ({ op: "charge", key, window, amount, cap }));
const put = fc
  .tuple(mapKey, fieldsOf(fc.option(fc.oneof(value, late))), fc.subarray(["at", "a"]), ttl)
  .map(([key, fields, stamp, lasts]): Operation => ({ op: "put", key, fields, stamp, ttl: lasts }));
const other: fc.Arbitrary<Operation> = fc.oneof(
  mapKey.map((key): Operation => ({ op: "delete", key })),
  windowKey.map((key): Operation => ({ op: "delete", key })),
  fc
    .tuple(mapKey, fieldsOf(fc.option(value)))
    .map(([key, fields]): Operation => ({ op: "expect", key, fields })),
  mapKey.map((key): Operation => ({ op: "increment", key, field: "n", by: -2, min: -8, ttl: 4_000 })),
  mapKey.map((key): Operation => ({ op: "grow", key, fields: { a: ["w"], b: ["v"] }, limit: 2, ttl: 4_000 })),
  windowKey.map((key): Operation => ({ op: "below", key, window: windows[key]!, amount: 1, cap: 12 })),
);
/** Uses a cell as what it may not be. */
const mistaken: fc.Arbitrary<Operation> = fc.oneof(
  mapKey.map((key): Operation => ({ op: "charge", key, window: windows.rolling!, amount: 1, cap: 12 })),
  windowKey.map((key): Operation => ({ op: "put", key, fields: { a: "1" }, ttl: 4_000 })),
);
const commit: fc.Arbitrary<readonly Operation[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.uniqueArray(
      fc.oneof(
        { weight: 6, arbitrary: charge },
        { weight: 6, arbitrary: put },
        { weight: 1, arbitrary: mistaken },
      ),
      { maxLength: 4, selector: ({ key }) => key },
    ),
  },
  fc.array(fc.oneof(charge, put, other), { maxLength: 4 }),
);
const history = fc.array(
  fc.record({ wait: fc.constantFrom(0, 1, 4_999, 5_000, 10_000, 20_000, 70_000, 3_600_000), commit }),
  { maxLength: 14 },
);

const reads: CellRead[] = [
  ...Object.entries(windows).map(([key, window]) => ({ kind: "window", key, window }) as const),
  ...maps.map((key) => ({ kind: "map", key, fields: "all" }) as const),
];
const someFields: CellRead[] = maps.map((key) => ({ kind: "map", key, fields: ["a", "at", "absent"] }));

/** What becomes of it, whether an answer or an error. */
function outcome<T>(of: Promise<T>): Promise<unknown> {
  return of.catch((error: unknown) => String(error));
}

describe.skipIf(!hasRedis)("a commit in one pass", () => {
  let server: RedisServer;
  let client: Redis;
  let quick: RedisStore;
  let slow: RedisStore;
  const answers = { quick: 0, slow: 0 };

  /** The same on both, which differ in nothing but an operation on no cell that keeps the second from being quick. */
  const onBoth = async (what: readonly Operation[], now: number): Promise<void> => {
    for (const prefix of ["quick", "slow"]) await client.hset(`{${prefix}}:meta`, "now", String(now));
    const expected = await outcome(slow.commit([...what, { op: "delete", key: "no cell" }], "all"));
    expect(await outcome(quick.commit(what, "all"))).toEqual(expected);
  };
  /** When Redis will forget each cell. */
  const deadlines = async (prefix: string): Promise<ReadonlyMap<string, number>> => {
    const found = new Map<string, number>();
    for (const key of await client.keys(`{${prefix}}:cell:*`))
      found.set(key.slice(key.lastIndexOf(":")), Number(await client.call("PEXPIRETIME", key)));
    return found;
  };

  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis(server.url);
    quick = await RedisStore.open(server.url, { timeout: 5_000, prefix: "quick" });
    slow = await RedisStore.open(server.url, { timeout: 5_000, prefix: "slow" });
    for (const store of [quick, slow]) {
      await store.initialise();
      await store.read([]);
    }
    const { run } = RedisConnection.prototype;
    vi.spyOn(RedisConnection.prototype, "run").mockImplementation(async function (
      this: RedisConnection,
      ...what
    ) {
      const reply = await run.apply(this, what);
      answers[typeof reply === "string" ? "quick" : "slow"]++;
      return reply;
    });
  });
  beforeEach(async () => {
    for (const store of [quick, slow]) await store.reset("");
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await quick.close();
    await slow.close();
    client.disconnect();
    await server.remove();
  });

  it("does what any other does, whatever came before it", async () => {
    answers.quick = 0;
    let commits = 0;
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        for (const store of [quick, slow]) await store.reset("");
        let now = start;
        for (const step of steps) {
          now += step.wait;
          commits++;
          await onBoth(step.commit, now);
          expect(await outcome(quick.read(reads))).toEqual(await outcome(slow.read(reads)));
          expect(await outcome(quick.read(someFields))).toEqual(await outcome(slow.read(someFields)));
          expect(await deadlines("quick")).toEqual(await deadlines("slow"));
          expect(await client.hget("{quick}:meta", "sequence")).toBe(
            await client.hget("{slow}:meta", "sequence"),
          );
        }
      }),
      { numRuns: 200 },
    );
    // Neither way is left out.
    expect(answers.quick).toBeGreaterThan(commits / 4);
    expect(answers.quick).toBeLessThan((commits * 3) / 4);
  });

  it("keeps sub-windows apart that begin together and leave at different times", async () => {
    const charged = (window: WindowSpec): Operation[] => [
      { op: "charge", key: "rolling", window, amount: 1, cap: null },
    ];
    await onBoth(charged(windows.rolling!), start);
    await onBoth(charged(windows.coarse!), start);
    const { cells } = await quick.read(reads.slice(0, 1));
    expect((cells[0] as WindowCell).parts.map(({ amount }) => amount)).toEqual([1, 1]);
  });

  it("carries as many sub-windows as there can be", async () => {
    const window: WindowSpec = { kind: "rolling", length: 1_024, parts: 1_024 };
    let last: CommitResult | undefined;
    for (let n = 0; n < 1_024; n++) {
      const amount = n === 0 ? most - 2_000 : 1;
      await client.hset("{quick}:meta", "now", String(start + n));
      last = await quick.commit([{ op: "charge", key: "rolling", window, amount, cap: most }], "all");
    }
    const { cells } = await quick.read([{ kind: "window", key: "rolling", window }]);
    expect((cells[0] as WindowCell).parts).toHaveLength(1_024);
    expect((cells[0] as WindowCell).used).toBe(most - 2_000 + 1_023);
    expect(last?.windows).toEqual(cells);
  });
});
