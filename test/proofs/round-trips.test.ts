import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis } from "../state/redis-server.js";
import { call, openSession, openTransaction, pass, spend } from "./support/calls.js";
import { type Fleet, fleet } from "./support/fleet.js";
import type { Answer, Replica } from "./support/replica.js";
import { PROOF_TIMEOUT, report, sized } from "./support/size.js";

const TESS = { id: "tess", roles: ["treasurer"], acr: "aal2" };

describe.skipIf(!hasRedis)("trips to Redis", () => {
  let state: Fleet;
  let replica: Replica;
  beforeAll(async () => {
    state = await fleet("redis");
    replica = state.replicas[0] as Replica;
    // The first trip of each script tells Redis what the script is.
    await replica.decide(spend("first", 1, { id: "first" }));
  }, PROOF_TIMEOUT);
  afterAll(() => state?.end());

  /** Scripts that Redis ran meanwhile; the service makes its trips with nothing else. */
  async function tripsOf(work: () => Promise<unknown>): Promise<number> {
    const { Redis } = await import("ioredis");
    const client = new Redis(state.redis?.url ?? "");
    try {
      await client.config("RESETSTAT");
      await work();
      const stats = await client.info("commandstats");
      const calls = new Map(
        [...stats.matchAll(/^cmdstat_([^:\r]+):calls=(\d+)/gm)].map((found) => [found[1], Number(found[2])]),
      );
      return (calls.get("evalsha") ?? 0) + (calls.get("eval") ?? 0);
    } finally {
      client.disconnect();
    }
  }

  const COUNT = sized(20, 500);

  /** Trips a decision, over so many one after another. */
  async function each(decide: (n: number) => Promise<Answer>, verdict: string): Promise<number> {
    const trips = await tripsOf(async () => {
      for (let n = 0; n < COUNT; n++) expect((await decide(n)).json.decision).toBe(verdict);
    });
    return trips / COUNT;
  }

  it("are none for a decision that nothing remembers", async () => {
    const trips = await each(() => replica.decide(call("plain.look", { what: "x" })), "allow");
    report(`stateless: ${trips} trips`);
    expect(trips).toBe(0);
  });

  it("are one where limits are reserved and no condition reads them", async () => {
    const trips = await each((n) => replica.decide(spend(`trip-${n}`, 1)), "allow");
    const settled: string[] = [];
    const outcomes = await tripsOf(async () => {
      for (let n = 0; n < COUNT; n++)
        settled.push((await replica.decide(spend(`out-${n}`, 1))).json.decision_id);
      for (const decision_id of settled) await replica.post("/outcomes", { decision_id, status: "ok" });
    });
    report(`limits: ${trips} trips, and ${outcomes / COUNT - trips} for its outcome`);
    expect([trips, outcomes / COUNT - trips]).toEqual([1, 2]);
  });

  it("are two where a limit refuses, for the answer says what is left and when to come back", async () => {
    for (let n = 0; n < 5; n++) await replica.decide(pass("full"));
    const trips = await tripsOf(async () => {
      expect((await replica.decide(pass("full"))).json.decision).toBe("deny");
    });
    report(`a limit that refuses: ${trips} trips`);
    expect(trips).toBe(2);
  });

  it("are one more where a refusal has to be counted besides", async () => {
    const toll = () => replica.decide(call("toll.pay", { gate: "g" }));
    expect(await tripsOf(toll)).toBe(1);
    const trips = await tripsOf(async () => expect((await toll()).json.decision).toBe("deny"));
    report(`a limit that refuses an attempt that another counts: ${trips} trips`);
    expect(trips).toBeLessThanOrEqual(3);
  });

  it("are one in a session that no rule reads, once this replica has met it", async () => {
    const session = await openSession(replica);
    const trips = await each((n) => replica.decide(spend(`s-${n}`, 1, { session })), "allow");
    report(`session and limits, nothing read: ${trips} trips`);
    expect(trips).toBe(1 + 1 / COUNT);
  });

  it("are two where a rule reads the labels of the session", async () => {
    const session = await openSession(replica);
    const trips = await each((n) => replica.decide(call("post.out", { text: `${n}` }, { session })), "allow");
    report(`session, labels and limits: ${trips} trips`);
    expect(trips).toBe(2);
  });

  it("are two in a transaction with an approval: to ask, and to redeem", async () => {
    const session = await openSession(replica);
    const asked: { refund: object; url: string }[] = [];
    const refunds: object[] = [];
    for (let n = 0; n < COUNT; n++) {
      const transaction = await openTransaction(replica, "payment", session);
      refunds.push(call("money.refund", { case: `T-${n}`, amount: 9 }, { session, transaction }));
    }
    const asking = await each(async (n) => {
      const refund = refunds[n] as object;
      const answer = await replica.decide(refund);
      asked.push({ refund, url: answer.json.needs[0].url });
      return answer;
    }, "require-approval");
    for (const { url } of asked) await replica.post(`${url}/approve`, { approver: TESS });
    const redeeming = await each((n) => replica.decide(asked[n]?.refund as object), "allow");
    report(`approval in a transaction: ${asking} trips to ask, ${redeeming} to redeem`);
    // The first may find that the time was not written down for a second, which is one trip more among all of them.
    expect([Math.round(asking), Math.round(redeeming)]).toEqual([2, 2]);
  });

  it("are one more, once, in a child session that this replica meets for the first time", async () => {
    const parent = await openSession(replica);
    const session = await openSession(replica, { parent });
    const other = state.replicas[1] as Replica;
    const decide = () => other.decide(call("post.out", { text: "x" }, { session }));
    // Once a second a read writes down the time that it saw, which this is not about: a commit just did.
    await other.decide(spend("child", 1));
    const first = await tripsOf(decide);
    const second = await tripsOf(decide);
    report(`child session: ${first} trips at first, then ${second}`);
    expect(first).toBeLessThanOrEqual(3);
    expect(second).toBe(2);
  });
});
