import { describe, expect, it } from "vitest";
import { generateKeysFile } from "../../src/identity/keys-file.js";
import { observedStore } from "../../src/service/observed-store.js";
import { VirtualClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { openStore } from "../../src/state/open-store.js";
import { type StateStore, StateUnavailable } from "../../src/state/store.js";
import { hasRedis, RedisServer } from "../state/redis-server.js";
import { DESK, lookup, serve, temporaryFile } from "./harness.js";

/** A store that fails when a test says so, and everything that was told of it. */
function observed() {
  const clock = new VirtualClock(1_000_000);
  const told: string[] = [];
  const note = (level: string) => (fields: object, message: string) =>
    void told.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const inner = new MemoryStore({ clock });
  const fault: { error?: Error } = {};
  const failing: StateStore = Object.assign(Object.create(inner), {
    read: () => {
      if (fault.error !== undefined) throw fault.error;
      return inner.read([]);
    },
    commit: async () => {
      if (fault.error !== undefined) throw fault.error;
      return inner.commit([], "all");
    },
    health: () => inner.health(),
  });
  const failures: string[] = [];
  const trips: string[] = [];
  const store = observedStore(failing, {
    metrics: {
      countTrip: (operation) => void trips.push(operation),
      countStateFailure: (reason) => void failures.push(reason),
    },
    log: { error: note("error"), warn: note("warn") } as never,
    clock,
  });
  return { store, clock, told, fault, failures, trips };
}

const OUT = new StateUnavailable("unreachable", "no answer within 250 ms");

describe("a store that is looked at by its service", () => {
  it("says once that it is out of reach, and once that it is back", async () => {
    const { store, clock, told, fault, failures, trips } = observed();
    fault.error = OUT;
    expect(() => store.read([])).toThrow(OUT);
    await expect(store.commit([], "all")).rejects.toBe(OUT);
    expect(told).toEqual([
      'error the state is unreachable; decisions that need it are denied {"problem":"no answer within 250 ms"}',
    ]);
    expect(failures).toEqual(["unreachable", "unreachable"]);
    expect(trips).toEqual(["read", "commit"]);
    delete fault.error;
    clock.advance(3_000);
    await store.commit([], "all");
    await store.commit([], "all");
    expect(told.slice(1)).toEqual(['warn the state is reachable again {"seconds":3}']);
  });

  it("does not come and go with every late trip", async () => {
    const { store, clock, told, fault } = observed();
    for (let i = 0; i < 20; i++) {
      fault.error = OUT;
      expect(() => store.read([])).toThrow(OUT);
      delete fault.error;
      store.read([]);
      clock.advance(100);
    }
    expect(told).toHaveLength(1);
  });

  it("answers at once where the store does, and passes on errors that are not about reach", () => {
    const { store, told, fault, failures } = observed();
    expect(store.read([])).not.toBeInstanceOf(Promise);
    fault.error = new TypeError("a bug");
    expect(() => store.read([])).toThrow(TypeError);
    expect([told, failures]).toEqual([[], []]);
  });
});

describe.skipIf(!hasRedis)("a Redis that holds nothing yet", () => {
  it("is told of at the start, by /readyz and in the log, with the command that mends it", async () => {
    const redis = await RedisServer.start();
    try {
      const keysFile = await temporaryFile("keys.json", await generateKeysFile());
      const { service, get, post, lines } = await serve({ bundleDir: DESK, stateUrl: redis.url, keysFile });
      expect(service.notices.join("\n")).toMatch(/holds no state of Writ[\s\S]*`writ state init`/);
      expect((await get("/readyz")).json).toMatchObject({
        status: 503,
        detail: expect.stringContaining("`writ state init`"),
      });
      const { json } = await post("/decide", { ...lookup(), tool: "notes.add", args: { text: "x" } });
      expect(json.decision).toBe("deny");
      expect(lines.filter(({ level }) => level === 50)).toMatchObject([
        { problem: expect.stringContaining("writ state init") },
      ]);
      expect((await get("/metrics")).text).toMatch(/^writ_state_failures_total\{reason="lost"\} [1-9]/m);
      const store = await openStore(redis.url);
      await store.initialise?.();
      await store.close();
      expect((await get("/readyz")).status).toBe(200);
    } finally {
      await redis.remove();
    }
  });
});
