import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RedisStore } from "../../src/state/redis-store.js";
import type { CellRead, Operation, WindowSpec } from "../../src/state/store.js";
import { charge, put } from "./conformance.js";
import { hasRedis, RedisServer } from "./redis-server.js";

const hour: WindowSpec = { kind: "rolling", length: 3_600_000, parts: 10 };
const life: WindowSpec = { kind: "life", length: 3_600_000 };
const KEY = "{writ}:cell:cell";

/** What a cell may have become by another hand. */
const damages: readonly [string, (client: Redis) => Promise<unknown>][] = [
  ["a set", (client) => client.sadd(KEY, "x")],
  ["a list", (client) => client.rpush(KEY, "x")],
  ["a sorted set", (client) => client.zadd(KEY, 1, "x")],
  ["a stream", (client) => client.xadd(KEY, "*", "a", "1")],
  ["a hash of something else", (client) => client.hset(KEY, "a", "1")],
  ["a hash that expires at no time", (client) => client.hset(KEY, "x", "soon")],
  ["an empty text", (client) => client.set(KEY, "")],
  ["a text", (client) => client.set(KEY, "10")],
  ["nil, packed", (client) => client.set(KEY, Buffer.from([0xc0]))],
  ["a number, packed", (client) => client.set(KEY, Buffer.from([0x07]))],
  ["an empty list, packed", (client) => client.set(KEY, Buffer.from([0x90]))],
  ["an empty map, packed", (client) => client.set(KEY, Buffer.from([0x80]))],
  ["half a part, packed", (client) => client.set(KEY, Buffer.from([0x92, 0x01, 0x02]))],
  ["texts, packed", (client) => client.set(KEY, Buffer.from([0x93, 0xa1, 0x31, 0xa1, 0x32, 0xa1, 0x33]))],
  ["a part of nothing, packed", (client) => client.set(KEY, Buffer.from([0x93, 0x01, 0x02, 0x00]))],
  ["a map without a time, packed", (client) => client.set(KEY, Buffer.from([0x91, 0xa3, 0x6d, 0x61, 0x70]))],
  ["two things, packed", (client) => client.set(KEY, Buffer.from([0x93, 0x01, 0x02, 0x03, 0xc0]))],
];

const operations: readonly [string, Operation][] = [
  ["a charge", charge("cell", 1, 10, hour)],
  ["a charge of a life", charge("cell", 1, 10, life)],
  ["a look", { op: "below", key: "cell", window: hour, amount: 1, cap: 10 }],
  ["an adjustment", { op: "adjust", key: "cell", window: hour, at: 1, by: -1 }],
  ["a put", put("cell", { a: "1" })],
  ["a put of a record", { op: "put", key: "cell", fields: { a: { written: () => "1" } }, ttl: 1_000 }],
  ["an expectation of nothing", { op: "expect", key: "cell", fields: { a: null } }],
  ["a count", { op: "increment", key: "cell", field: "left", by: 1, ttl: 1_000 }],
  ["a set of words", { op: "grow", key: "cell", fields: { labels: ["pii"] }, ttl: 1_000 }],
  ["a deadline", { op: "fresh", key: "cell", field: "expires" }],
];

const reads: readonly CellRead[] = [
  { kind: "window", key: "cell", window: hour },
  { kind: "map", key: "cell", fields: "all" },
  { kind: "map", key: "cell", fields: ["a"] },
];

describe.skipIf(!hasRedis)("a cell in Redis that Writ cannot have written", () => {
  let server: RedisServer;
  let client: Redis;
  let store: RedisStore;

  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis(server.url);
    store = await RedisStore.open(server.url, { timeout: 5_000 });
    await store.initialise();
  });
  beforeEach(async () => {
    await client.del(KEY, "{writ}:cell:other");
  });
  afterAll(async () => {
    await store.close();
    client.disconnect();
    await server.remove();
  });

  const damaged = { name: "WrongKind", reason: "damaged" };

  it.each(damages)("is unknown, and stays as it is: %s", async (_, damage) => {
    await damage(client);
    const before = await client.dump(KEY);
    for (const [name, operation] of operations) {
      for (const mode of ["all", "each"] as const) {
        const commit = store.commit([charge("other", 1, null, hour), operation], mode);
        await expect(commit, `${name}, ${mode}`).rejects.toMatchObject(damaged);
      }
      await expect(store.commit([operation], "all"), name).rejects.toMatchObject(damaged);
    }
    for (const read of reads) await expect(store.read([read])).rejects.toMatchObject(damaged);
    expect(await client.dump(KEY)).toEqual(before);
    expect(await client.exists("{writ}:cell:other")).toBe(0);
  });

  it("can be forgotten by an administrator", async () => {
    await client.sadd(KEY, "x");
    expect(await store.reset("cell")).toBe(1);
    expect((await store.commit([charge("cell", 1, 1, hour)], "all")).outcome).toBe("applied");
  });
});
