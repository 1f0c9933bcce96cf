import { afterEach, describe, expect, it } from "vitest";
import { compileBundle } from "../../src/bundle/compile-bundle.js";
import { loadBundle } from "../../src/bundle/load.js";
import { Pdp } from "../../src/engine/pdp.js";
import { createKeys } from "../../src/identity/keys.js";
import type { DecideRequest } from "../../src/model/request.js";
import { VirtualClock } from "../../src/state/clock.js";
import { openStore } from "../../src/state/open-store.js";
import type { StateStore } from "../../src/state/store.js";
import { hasRedis, RedisServer } from "../state/redis-server.js";
import { call, pass } from "./support/calls.js";
import { newFolder } from "./support/command.js";
import { Dice } from "./support/dice.js";
import { TILL } from "./support/replica.js";
import { PROOF_TIMEOUT, report, sized } from "./support/size.js";

const START = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const CALLER = { id: "gateway" };
const TESS = { id: "tess", roles: ["treasurer"], acr: "aal2" };

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

/** An engine over the store at `url`, by a clock of its own. */
async function engine(url: string, clock: VirtualClock, wrap = (store: StateStore) => store): Promise<Pdp> {
  const { bundle, sources } = loadBundle(TILL, { now: START });
  if (bundle === undefined) throw new Error("the till does not load");
  const store = wrap(await openStore(url, { clock, timeout: 5_000, begin: true }));
  undo.push(() => store.close());
  return new Pdp({ bundle: compileBundle(bundle, sources), store, keys: await createKeys(), clock });
}

/** The same store, whose reads are answered a little later than they are made: decisions then meet in between. */
function answeringLater(store: StateStore): StateStore {
  return {
    kind: store.kind,
    read: async (cells) => {
      const snapshot = await store.read(cells);
      await new Promise((done) => setImmediate(done));
      return snapshot;
    },
    commit: (operations, mode) => store.commit(operations, mode),
    health: () => store.health(),
    keys: (prefix, limit) => store.keys(prefix, limit),
    reset: (prefix) => store.reset(prefix),
    close: () => store.close(),
  };
}

async function isAllowed(pdp: Pdp, request: object): Promise<boolean> {
  return (await pdp.decide(request as DecideRequest, CALLER)).decision === "allow";
}

describe.each(["memory", "file"] as const)("a clock that steps back, under state kept in %s", (kind) => {
  function place(): string {
    if (kind === "memory") return "memory:";
    const folder = newFolder();
    undo.push(folder.remove);
    return `file:${folder.path}/state`;
  }

  it("never admits more than the cap in any window of the time that has been", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const dice = new Dice(`clock, ${kind}`);
    const url = place();
    // On a file two processes may have clocks that disagree; in memory there is one.
    const clocks = [new VirtualClock(START), new VirtualClock(START - HOUR)].slice(
      0,
      kind === "file" ? 2 : 1,
    );
    const engines = await Promise.all(clocks.map((clock) => engine(url, clock)));
    const admitted: number[] = [];
    let highest = 0;
    let steppedBack = 0;
    const calls = sized(600, 10_000);
    for (let n = 0; n < calls; n++) {
      const at = dice.below(clocks.length);
      const clock = clocks[at] as VirtualClock;
      if (dice.below(10) === 0) {
        clock.advance(-dice.pick([1, 150, 3_000, 10_000, HOUR, 30 * HOUR]));
        steppedBack++;
      } else if (dice.below(4) === 0) clock.set(highest + dice.below(1_500));
      else clock.advance(dice.below(200));
      highest = Math.max(highest, clock.now());
      if (await isAllowed(engines[at] as Pdp, pass("lane"))) admitted.push(highest);
    }
    report(`${kind}: ${calls} calls, ${steppedBack} steps back, ${admitted.length} admitted`);
    expect(admitted.length).toBeGreaterThan(20);
    for (const end of admitted)
      expect(admitted.filter((time) => time > end - 3_000 && time <= end).length).toBeLessThanOrEqual(5);
  });

  it("opens no spent limit and brings no expired approval back", async () => {
    const clock = new VirtualClock(START);
    const pdp = await engine(place(), clock);
    for (let n = 0; n < 5; n++) expect(await isAllowed(pdp, pass("lane"))).toBe(true);
    const refund = call("money.refund", { case: "K", amount: 1 }) as DecideRequest;
    const [need] = (await pdp.decide(refund, CALLER)).needs;
    if (need === undefined || !("id" in need)) throw new Error("nothing was asked for");
    expect((await pdp.approve(need.id as string, "default", TESS, undefined)).status).toBe("granted");
    for (const back of [1, 3_000, HOUR, 1_000 * HOUR]) {
      clock.set(START - back);
      expect(await isAllowed(pdp, pass("lane"))).toBe(false);
    }
    clock.set(START + 16 * 60_000);
    expect(await isAllowed(pdp, pass("lane"))).toBe(true);
    clock.set(START + 1_000);
    expect((await pdp.decide(refund, CALLER)).decision).toBe("require-approval");
  });
});

describe("a clock that stands still", () => {
  it("hides no call from a rule that asks whether it was made, however the two meet", async () => {
    const pdp = await engine("memory:", new VirtualClock(START), answeringLater);
    const set = call("payee.set", { payee: "V" }) as DecideRequest;
    const pay = call("payee.pay", { payee: "V" }) as DecideRequest;
    // Made and taken back: as if it was never made, at this very millisecond.
    const { decision_id } = await pdp.decide(set, CALLER);
    await pdp.outcome({ decision_id, status: "not_run" }, CALLER);
    expect(await isAllowed(pdp, pay)).toBe(true);
    // The payment has read what there is when the other is allowed.
    const [paid, changed] = await Promise.all([pdp.decide(pay, CALLER), pdp.decide(set, CALLER)]);
    expect(changed.decision).toBe("allow");
    expect(paid.decision).toBe("deny");
  });
});

describe.skipIf(!hasRedis)("a clock of Redis that steps back", () => {
  it("is not followed: time stands until it is passed, and nothing more is admitted", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const redis = await RedisServer.start();
    undo.push(() => redis.remove());
    const store = await openStore(redis.url, { timeout: 5_000 });
    undo.push(() => store.close());
    await store.initialise?.();
    const { Redis } = await import("ioredis");
    const client = new Redis(redis.url);
    undo.push(() => client.disconnect());
    // As it is after a clock that was two seconds, then an hour ahead was put right.
    const pdp = await engine(redis.url, new VirtualClock(START));
    expect(await isAllowed(pdp, pass("before"))).toBe(true);
    await client.hset("{writ}:meta", "now", String(Date.now() + 2_000));
    const mark = (await store.read([])).now;
    for (let n = 0; n < 5; n++) expect(await isAllowed(pdp, pass("lane"))).toBe(true);
    const begun = Date.now();
    // Six seconds of its time must pass: two until the mark, three of the window, and the sliver.
    while (Date.now() - begun < 4_500) {
      expect((await store.read([])).now).toBeGreaterThanOrEqual(mark);
      expect(await isAllowed(pdp, pass("lane"))).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await isAllowed(pdp, pass("lane"))).toBe(true);
    await client.hset("{writ}:meta", "now", String(Date.now() + HOUR));
    for (let n = 0; n < 5; n++) expect(await isAllowed(pdp, pass("ahead"))).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect(await isAllowed(pdp, pass("ahead"))).toBe(false);
  });
});
