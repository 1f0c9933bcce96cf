import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reportOf } from "../../src/state/redis-report.js";
import { RedisStore } from "../../src/state/redis-store.js";
import {
  type StateStore,
  StateUnavailable,
  type WindowCell,
  type WindowSpec,
} from "../../src/state/store.js";
import { charge, put } from "./conformance.js";
import { race } from "./processes.js";
import { hasRedis, RedisServer } from "./redis-server.js";
import { eventually, Relay } from "./relay.js";

const hour: WindowSpec = { kind: "rolling", length: 3_600_000, parts: 10 };
const one = charge("shared", 1, null, hour);

async function used(store: StateStore): Promise<number> {
  return ((await store.read([{ kind: "window", key: "shared", window: hour }])).cells[0] as WindowCell).used;
}

const lost = { name: "StateUnavailable", reason: "lost" };
const unreachable = { name: "StateUnavailable", reason: "unreachable" };

describe.skipIf(!hasRedis)("the Redis store", () => {
  let server: RedisServer;
  let admin: Redis;
  let store: RedisStore;
  const stores: RedisStore[] = [];

  const open = async (options = {}, url = server.url): Promise<RedisStore> => {
    const opened = await RedisStore.open(url, { timeout: 5_000, ...options });
    stores.push(opened);
    return opened;
  };

  beforeAll(async () => {
    server = await RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
    admin = new Redis(server.url);
    admin.on("error", () => {});
  });
  afterAll(async () => {
    admin.disconnect();
    await server.remove();
  });
  beforeEach(async () => {
    await eventually(() => admin.flushall());
    store = await open();
    await store.initialise();
  });
  afterEach(async () => {
    for (const each of stores.splice(0)) await each.close();
  });

  describe("has lost its state", () => {
    it("where nobody ever accepted to begin", async () => {
      await admin.flushall();
      await expect(store.commit([one], "all")).rejects.toMatchObject(lost);
      await expect(store.read([])).rejects.toMatchObject(lost);
      expect(await admin.dbsize()).toBe(0);
      expect(await store.health()).toMatchObject({
        reachable: false,
        problem: expect.stringContaining("lost"),
      });
    });

    it("where everything was deleted, until an administrator accepts it", async () => {
      await store.commit([one], "all");
      await admin.flushall();
      await expect(store.commit([one], "all")).rejects.toMatchObject(lost);
      await store.initialise();
      expect((await store.commit([one], "all")).outcome).toBe("applied");
      expect(await used(store)).toBe(1);
    });

    it("where it comes back as it was earlier", async () => {
      const snapshots = await RedisServer.start();
      const client = new Redis(snapshots.url);
      client.on("error", () => {});
      try {
        const ours = await open({}, snapshots.url);
        await ours.initialise();
        await ours.commit([one], "all");
        await client.save();
        await ours.commit([one], "all");
        await snapshots.stop();
        await snapshots.start();
        const trip = () => ours.commit([one], "all").catch((error: StateUnavailable) => error);
        await eventually(async () => expect(await trip()).toMatchObject(lost));
        expect(await client.get("{writ}:cell:shared")).not.toBeNull();
        await ours.initialise();
        expect((await ours.commit([one], "all")).outcome).toBe("applied");
        expect(await used(ours)).toBe(2);
      } finally {
        client.disconnect();
        await snapshots.remove();
      }
    });

    it("where the number of its last commit goes back", async () => {
      for (let n = 0; n < 3; n++) await store.commit([one], "all");
      await admin.hset("{writ}:meta", "sequence", "2");
      await expect(store.read([])).rejects.toMatchObject(lost);
      // Whoever did not see it go back is told as well.
      const other = await open();
      await expect(other.read([])).rejects.toMatchObject(lost);
      await admin.hset("{writ}:meta", "sequence", "9");
      await expect(store.commit([one], "all")).rejects.toMatchObject(lost);
      await other.initialise();
      expect((await store.commit([one], "all")).outcome).toBe("applied");
      expect(await used(other)).toBe(4);
    });
  });

  describe("is out of reach", () => {
    it("at once while the server is down, and comes back by itself with what it knew", async () => {
      await store.commit([one], "all");
      await server.stop();
      await eventually(() => expect(store.commit([one], "all")).rejects.toMatchObject(unreachable));
      const begun = performance.now();
      await expect(store.read([])).rejects.toMatchObject(unreachable);
      expect(performance.now() - begun).toBeLessThan(1_000);
      expect(await store.health()).toMatchObject({ reachable: false });
      await server.start();
      await eventually(() => store.read([]));
      expect(await used(store)).toBeGreaterThanOrEqual(1);
    });

    it("after its time limit where the server does not answer", async () => {
      const patient = await open({ timeout: 60 });
      server.process?.kill("SIGSTOP");
      try {
        const begun = performance.now();
        await expect(patient.commit([one], "all")).rejects.toMatchObject(unreachable);
        const waited = performance.now() - begun;
        expect(waited).toBeGreaterThan(50);
        expect(waited).toBeLessThan(2_000);
      } finally {
        server.process?.kill("SIGCONT");
      }
      expect(await eventually(() => used(patient))).toBeLessThanOrEqual(1);
    });

    it("and left, where it takes what is sent and says nothing more", async () => {
      const relay = await Relay.open(server.port);
      try {
        const ours = await open({ timeout: 100 }, relay.url);
        await ours.commit([one], "all");
        relay.isMute = true;
        await expect(ours.commit([one], "all")).rejects.toMatchObject(unreachable);
        expect(relay.connections).toBe(1);
        await eventually(() => expect(relay.connections).toBe(2));
        // Nor does it help to fall silent at the greeting.
        await eventually(() => expect(relay.connections).toBe(3));
        relay.isMute = false;
        await eventually(() => ours.commit([one], "all"));
      } finally {
        relay.close();
      }
    }, 20_000);

    it("and left, where it falls silent when it is asked about itself, though much is asked meanwhile", async () => {
      const relay = await Relay.open(server.port);
      try {
        const ours = await open({ timeout: 100 }, relay.url);
        relay.heard = (text) => {
          if (/info/i.test(text)) relay.isMute = true;
        };
        expect(await ours.health()).toMatchObject({ reachable: false });
        expect(relay.connections).toBe(1);
        await eventually(async () => {
          await expect(ours.read([])).rejects.toMatchObject(unreachable);
          expect(relay.connections).toBeGreaterThan(1);
        });
      } finally {
        relay.close();
      }
    }, 20_000);

    it("until it answers, where it was late to say what it is", async () => {
      const relay = await Relay.open(server.port);
      try {
        const ours = await open({ timeout: 100 }, relay.url);
        relay.heard = (text) => {
          if (/info/i.test(text)) relay.hold();
        };
        expect(await ours.health()).toMatchObject({ reachable: false });
        await expect(ours.read([])).rejects.toMatchObject(unreachable);
        relay.heard = () => {};
        relay.goOn();
        await eventually(() => ours.read([]));
        expect(relay.connections).toBe(1);
      } finally {
        relay.close();
      }
    });

    it("where it is closed", async () => {
      await store.close();
      await expect(store.read([])).rejects.toBeInstanceOf(StateUnavailable);
    });
  });

  it("sends its scripts again where Redis forgot them", async () => {
    await store.commit([one], "all");
    await admin.script("FLUSH");
    expect((await store.commit([one], "all")).outcome).toBe("applied");
    await admin.script("FLUSH");
    expect(await used(store)).toBe(2);
  });

  it("is full where Redis is out of memory, and changes nothing then", async () => {
    await store.commit([one], "all");
    await admin.config("SET", "maxmemory", "1mb");
    try {
      const result = await store.commit([one, put("m", { a: "1" })], "each");
      expect(result).toMatchObject({ outcome: "full", windows: [] });
      expect(await store.health()).toMatchObject({ reachable: true, fill: 1 });
    } finally {
      await admin.config("SET", "maxmemory", "0");
    }
    expect(await used(store)).toBe(1);
    expect((await store.commit([one], "all")).outcome).toBe("applied");
  });

  it("admits exactly one of a thousand from three processes, one below the cap", async () => {
    await store.commit([charge("shared", 999, null, hour)], "all");
    expect(await race(server.url, 3, 334)).toBe(1);
    expect(await used(store)).toBe(1_000);
  });

  it("keeps stores with other prefixes apart, and leaves the rest of the database alone", async () => {
    await admin.set("not ours", "1");
    const other = await open({ prefix: "other" });
    await other.initialise();
    await store.commit([one], "all");
    expect(await used(other)).toBe(0);
    expect(await other.reset("")).toBe(0);
    expect(await store.reset("")).toBe(1);
    expect(await admin.get("not ours")).toBe("1");
    await expect(RedisStore.open(server.url, { prefix: "a}b" })).rejects.toThrow(/prefix/);
  });

  it("lets Redis itself forget cells that nobody asks for again", async () => {
    const brief: WindowSpec = { kind: "rolling", length: 60, parts: 1 };
    await store.commit([charge("w", 1, null, brief), put("m", { a: "1" }, 50)], "all");
    expect(await admin.dbsize()).toBe(3);
    await eventually(async () => expect(await admin.dbsize()).toBe(1));
  });

  describe("keeps what it saw of time, where the clock of Redis goes back", () => {
    const ahead = Date.UTC(2051, 0, 1);
    const note = put("m", { a: "1" }, 1_000);

    it("in the process that saw it, whatever Redis remembers", async () => {
      await admin.hset("{writ}:meta", "now", String(ahead));
      await store.commit([note], "all");
      await admin.hset("{writ}:meta", "now", String(ahead + 1_000));
      const expired = { exists: false };
      const look = async () => (await store.read([{ kind: "map", key: "m", fields: "all" }])).cells[0];
      expect(await look()).toMatchObject(expired);
      await admin.hset("{writ}:meta", "now", String(ahead));
      expect(await look()).toMatchObject(expired);
      expect((await store.commit([{ op: "fresh", key: "m", field: "a" }], "all")).now).toBe(ahead + 1_000);
      expect((await store.health()).ahead).toBeGreaterThan(1_000_000);
    });

    it("in every other, once reads alone were answered for a second", async () => {
      const other = await open();
      await other.read([]);
      await admin.hset("{writ}:meta", "now", "1");
      const { now } = await (await open()).read([]);
      await eventually(async () =>
        expect(Number(await admin.hget("{writ}:meta", "now"))).toBeGreaterThanOrEqual(now),
      );
    });
  });

  describe("refuses a server", () => {
    it("that is a cluster, in one line", async () => {
      const cluster = await RedisServer.start("--cluster-enabled", "yes");
      try {
        await expect(RedisStore.open(cluster.url)).rejects.toThrow(
          /^cannot keep state in redis:.*it is a cluster, which is not supported.*$/,
        );
      } finally {
        await cluster.remove();
      }
    });

    it("that would evict what it holds", async () => {
      await admin.config("SET", "maxmemory-policy", "allkeys-lru");
      try {
        await expect(RedisStore.open(server.url)).rejects.toThrow(
          /maxmemory-policy is allkeys-lru.*noeviction/,
        );
        expect(await store.health()).toMatchObject({
          reachable: false,
          problem: expect.stringContaining("evict"),
        });
        await expect(store.read([])).rejects.toMatchObject(unreachable);
      } finally {
        await admin.config("SET", "maxmemory-policy", "noeviction");
      }
      expect(await store.health()).toMatchObject({ reachable: true });
      expect((await store.read([])).cells).toEqual([]);
    });

    it("that is too old, or does not say what it does", () => {
      const problemOf = (...lines: string[]) => reportOf(lines.join("\r\n"), []).problem;
      const fit = "maxmemory_policy:noeviction";
      expect(problemOf("redis_version:6.2.14", fit)).toMatch(/6\.2\.14.*7 is needed/);
      expect(problemOf("redis_version:7.0.0")).toMatch(/unknown/);
      expect(problemOf("redis_version:8.2.1", fit)).toBeUndefined();
      expect(problemOf("redis_version:8.2.1", fit, "redis_mode:sentinel")).toMatch(/Sentinel/);
    });

    it("that is not there, without a word of the password", async () => {
      const error: unknown = await RedisStore.open("redis://me:hunter2@127.0.0.1:1/0").catch(
        (reason) => reason,
      );
      expect(error).toMatchObject(unreachable);
      expect(String(error)).toMatch(/redis:\/\/127\.0\.0\.1:1\/0: .*ECONNREFUSED/);
      expect(String(error)).not.toMatch(/hunter2|me:/);
    });

    it("that does not accept the password, and takes the one it does", async () => {
      await admin.config("SET", "requirepass", "hunter2");
      try {
        const place = `127.0.0.1:${server.port}`;
        const error: unknown = await RedisStore.open(`redis://:wrong@${place}`).catch((reason) => reason);
        expect(String(error)).toMatch(/WRONGPASS|NOAUTH/);
        expect(String(error)).not.toContain("wrong@");
        const allowed = await open({}, `redis://:hunter2@${place}/0`);
        expect((await allowed.commit([one], "all")).outcome).toBe("applied");
      } finally {
        await admin.config("SET", "requirepass", "");
      }
    });
  });
});
