import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../bench/process/free-port.js";
import { RedisStore, type RedisStoreOptions } from "../../src/state/redis-store.js";
import type { StateStore, WindowCell, WindowSpec } from "../../src/state/store.js";
import { charge } from "./conformance.js";
import { hasRedis, RedisServer } from "./redis-server.js";
import { eventually, Relay } from "./relay.js";

const hour: WindowSpec = { kind: "rolling", length: 3_600_000, parts: 10 };
const cap = 10;
const one = charge("shared", 1, cap, hour);
const lost = { name: "StateUnavailable", reason: "lost" };
const unreachable = { name: "StateUnavailable", reason: "unreachable" };
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0"];

async function used(store: StateStore): Promise<number> {
  return ((await store.read([{ kind: "window", key: "shared", window: hour }])).cells[0] as WindowCell).used;
}

async function spend(store: StateStore, times: number): Promise<void> {
  for (let n = 0; n < times; n++) expect((await store.commit([one], "all")).outcome).toBe("applied");
}

/** What becomes of a trip once the store has found its server again. */
async function eventualFailure(trip: () => Promise<unknown>): Promise<unknown> {
  return eventually(async () => {
    const error = await trip().then(
      () => "answered",
      (reason: unknown) => reason,
    );
    expect(error).not.toMatchObject(unreachable);
    return error;
  });
}

describe.skipIf(!hasRedis)("a Redis that was replaced", () => {
  let master: RedisServer;
  let replica: RedisServer;
  let address: Relay;
  const stores: RedisStore[] = [];
  const clients: Redis[] = [];

  const clientOf = (server: RedisServer): Redis => {
    const client = new Redis(server.url);
    client.on("error", () => {});
    clients.push(client);
    return client;
  };
  const open = async (options: RedisStoreOptions = {}): Promise<RedisStore> => {
    const store = await RedisStore.open(address.url, { timeout: 2_000, ...options });
    stores.push(store);
    return store;
  };
  const follow = async (): Promise<void> => {
    await clientOf(replica).call("REPLICAOF", "127.0.0.1", String(master.port));
    await eventually(async () =>
      expect(await clientOf(replica).info("replication")).toContain("master_link_status:up"),
    );
  };
  /** Lets the replica keep what it has, and get nothing more. */
  const cutOff = async (): Promise<void> => {
    await clientOf(replica).call("REPLICAOF", "127.0.0.1", String(await freePort()));
  };
  const failOver = async (): Promise<void> => {
    await master.stop();
    await clientOf(replica).call("REPLICAOF", "NO", "ONE");
    address.lead(replica.port);
  };

  beforeEach(async () => {
    [master, replica] = await Promise.all([RedisServer.start(...DURABLE), RedisServer.start()]);
    address = await Relay.open(master.port);
    const first = await open();
    await first.initialise();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const client of clients.splice(0)) client.disconnect();
    address.close();
    await Promise.all([master.remove(), replica.remove()]);
  });

  it("by a replica that is behind is lost for everybody, also for who had not seen the last commits", async () => {
    await follow();
    const [spender, witness, bystander] = [await open(), await open(), await open()];
    await spend(spender, 8);
    expect(await used(witness)).toBe(8);
    await eventually(async () => expect(await clientOf(replica).get("{writ}:cell:shared")).not.toBeNull());
    await cutOff();
    await spend(spender, 2);
    await failOver();
    for (const store of [bystander, witness, spender]) {
      expect(await eventualFailure(() => store.commit([one], "all"))).toMatchObject(lost);
      await expect(store.read([])).rejects.toMatchObject(lost);
    }
    const fresh = await open();
    await expect(fresh.commit([one], "all")).rejects.toMatchObject(lost);
    expect(await fresh.health()).toMatchObject({ reachable: false, lost: true });
    await fresh.initialise();
    await spend(bystander, 1);
  }, 30_000);

  it("by a replica that is level is lost all the same, for nobody can tell", async () => {
    await follow();
    const store = await open();
    await spend(store, 3);
    await failOver();
    expect(await eventualFailure(() => store.commit([one], "all"))).toMatchObject(lost);
  }, 30_000);

  it("goes on where commits wait for replicas, and then none is answered that a replica lacks", async () => {
    await follow();
    const [spender, bystander] = [await open({ waitReplicas: 1 }), await open({ waitReplicas: 1 })];
    await spend(spender, 8);
    await cutOff();
    const late = await open({ waitReplicas: 1, timeout: 200 });
    await expect(late.commit([one], "all")).rejects.toMatchObject(unreachable);
    await follow();
    // Redis counts its own age in whole seconds, and one that may just have been started is not trusted.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await spend(spender, 1);
    await failOver();
    const afterwards = [spender, bystander, await open({ waitReplicas: 0 })];
    // The address is a replica's of nobody now: commits cannot wait for one, so only reads are answered.
    expect(await eventually(() => used(bystander))).toBe(cap);
    for (const store of afterwards) expect(await eventually(() => used(store))).toBe(cap);
    expect((await afterwards[2]?.commit([one], "all"))?.outcome).toBe("refused");
  }, 30_000);

  it("by itself, started again, goes on where every commit was on its disk", async () => {
    const store = await open();
    await spend(store, 4);
    await master.stop();
    await master.start();
    expect(await eventually(() => used(store))).toBe(4);
    expect(await used(await open())).toBe(4);
  }, 30_000);

  it("by itself, started again, is lost where the last commits may not have been on its disk", async () => {
    await clientOf(master).config("SET", "appendfsync", "everysec");
    const store = await open();
    await spend(store, 4);
    await master.stop();
    await master.start();
    expect(await eventualFailure(() => store.commit([one], "all"))).toMatchObject(lost);
    await expect((await open()).read([])).rejects.toMatchObject(lost);
  }, 30_000);

  it("by itself, started again, is lost where there was a replica, which could be what was started", async () => {
    await follow();
    const store = await open();
    await spend(store, 4);
    await master.stop();
    await master.start();
    expect(await eventualFailure(() => store.commit([one], "all"))).toMatchObject(lost);
  }, 30_000);

  it("is not asked while it is a replica", async () => {
    const store = await open();
    await spend(store, 1);
    await follow();
    address.lead(replica.port);
    await eventually(async () => {
      await expect(store.read([])).rejects.toMatchObject({
        message: expect.stringContaining("is a replica"),
      });
    });
    await expect(store.commit([one], "all")).rejects.toMatchObject(unreachable);
  }, 30_000);
});
