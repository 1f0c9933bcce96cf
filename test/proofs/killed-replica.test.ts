import { afterEach, describe, expect, it } from "vitest";
import { pass, spend } from "./support/calls.js";
import { Dice } from "./support/dice.js";
import { type Fleet, fleet, sharedKinds } from "./support/fleet.js";
import type { Replica } from "./support/replica.js";
import { PROOF_TIMEOUT, report, sized } from "./support/size.js";
import { tally } from "./support/tally.js";

interface Sent {
  readonly purse: string;
  readonly amount: number;
  /** Where it was sent with a key, so that it may be sent again. */
  readonly key: string | undefined;
}
interface Allowed extends Sent {
  readonly decision_id: string;
}

const PURSES = sized(30, 160);
const LANES = 8;
const WORKERS = 32;

/** What the store says was taken out of a purse: the answer tells what is left of its 100. */
async function held(replica: Replica, purse: string): Promise<number> {
  const { json } = await replica.decide(spend(purse, 0, { dry_run: true }));
  const limit = (json.limits as { name: string; remaining: number }[]).find(
    ({ name }) => name === "purse_holds",
  );
  return 100 - (limit?.remaining ?? Number.NaN);
}

async function heldInAll(replica: Replica): Promise<number> {
  const { json } = await replica.decide(spend("p0", 0, { dry_run: true }));
  const limit = (json.limits as { name: string; remaining: number; cap: number }[]).find(
    ({ name }) => name === "purse_tally",
  );
  return (limit?.cap ?? Number.NaN) - (limit?.remaining ?? Number.NaN);
}

function sum(calls: Iterable<Sent>): number {
  let total = 0;
  for (const { amount } of calls) total += amount;
  return total;
}

describe.each(sharedKinds)("a replica killed in the middle of decisions kept in %s", (kind) => {
  let state: Fleet;
  afterEach(() => state?.end());

  it("leaves nothing over-admitted, nothing stuck, and no answered charge forgotten", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    state = await fleet(kind);
    const dice = new Dice(`killed replica, ${kind}`);
    const total = sized(1_500, 10_000);
    const killAt = Math.floor(total * (0.3 + dice.below(40) / 100));
    const [victim, ...others] = [...state.replicas];
    if (victim === undefined) throw new Error("there is no replica");
    let killed: Promise<void> | undefined;
    const sent: Sent[] = [];
    const allowed: Allowed[] = [];
    const verdicts: string[] = [];
    const lanes: { lane: string; begun: number; ended: number }[] = [];
    let unanswered = 0;
    let sentAgain = 0;

    const spendOnce = async (n: number, at?: Replica) => {
      const purse = `p${dice.below(PURSES)}`;
      // Quarters are exact, so sums can be compared.
      const one = { purse, amount: (1 + dice.below(20)) / 4, key: n % 2 === 0 ? `key-${n}` : undefined };
      sent.push(one);
      const request = spend(purse, one.amount, one.key === undefined ? {} : { id: one.key });
      const replica = at ?? (killed === undefined ? dice.pick(state.replicas) : dice.pick(others));
      let answer = await replica.decide(request).catch(() => undefined);
      if (answer === undefined) {
        unanswered++;
        if (one.key === undefined) return;
        sentAgain++;
        answer = await dice.pick(others).decide(request);
      }
      verdicts.push(answer.json.decision);
      if (answer.json.decision === "allow") allowed.push({ ...one, decision_id: answer.json.decision_id });
    };
    const passOnce = async () => {
      const lane = `l${dice.below(LANES)}`;
      const begun = Date.now();
      const replica = killed === undefined ? dice.pick(state.replicas) : dice.pick(others);
      const answer = await replica.decide(pass(lane)).catch(() => undefined);
      if (answer?.json.decision === "allow") lanes.push({ lane, begun, ended: Date.now() });
    };
    let next = 0;
    const work = async () => {
      while (next < total) {
        const n = next++;
        if (n === killAt) {
          // Sent to the victim first, so that the signal finds it at work.
          const burst = Array.from({ length: WORKERS }, (_, i) => spendOnce(total + i, victim));
          killed = victim.kill();
          await Promise.all(burst);
        }
        await (n % 5 === 4 ? passOnce() : spendOnce(n));
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    await killed;

    const survivor = others[0] as Replica;
    const answered = sum(allowed);
    const kept = await heldInAll(survivor);
    report(
      `${kind}: ${total} decisions, killed at ${killAt}; ${tally(verdicts)}; unanswered ${unanswered}, of which ` +
        `${sentAgain} sent again; answered ${answered} <= kept ${kept} <= sent ${sum(sent)}`,
    );
    expect(kept).toBeGreaterThanOrEqual(answered);
    // What may be charged without an answer is what was under way at the kill, and no more.
    const denied = verdicts.filter((each) => each === "deny").length;
    expect(unanswered).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(sum(sent) - (denied > 0 ? denied / 4 : 0));
    expect(kept - answered).toBeLessThanOrEqual((unanswered - sentAgain) * 5);
    for (let n = 0; n < PURSES; n++) {
      const purse = `p${n}`;
      const inPurse = await held(survivor, purse);
      expect(inPurse).toBeLessThanOrEqual(100);
      expect(inPurse).toBeGreaterThanOrEqual(sum(allowed.filter((each) => each.purse === purse)));
    }
    // Lanes: never six whose whole flight lay within three seconds.
    for (const { lane, begun } of lanes) {
      const within = lanes.filter(
        (each) => each.lane === lane && each.begun >= begun && each.ended < begun + 3_000,
      );
      expect(within.length).toBeLessThanOrEqual(5);
    }

    await givesBack(others, allowed, dice);
    await admitsAfterTheWindow(others, dice);
    // Another takes the place of the one that is gone, and knows what it knew.
    const heir = await state.join();
    expect(await heldInAll(heir)).toBe(await heldInAll(survivor));
  });
});

/** Outcomes of calls that the killed replica allowed are taken by the others, each once. */
async function givesBack(others: readonly Replica[], allowed: readonly Allowed[], dice: Dice): Promise<void> {
  const before = await heldInAll(others[0] as Replica);
  const back = allowed.filter((_, n) => n % 3 === 0);
  for (const { decision_id } of back) {
    const first = await dice.pick(others).post("/outcomes", { decision_id, status: "not_run" });
    expect([first.status, first.json.repeated]).toEqual([200, false]);
  }
  const [again] = back;
  if (again !== undefined) {
    const { decision_id } = again;
    const second = await dice.pick(others).post("/outcomes", { decision_id, status: "not_run" });
    expect([second.status, second.json.repeated]).toEqual([200, true]);
  }
  const after = await heldInAll(others[0] as Replica);
  report(`given back ${before - after} by ${back.length} outcomes`);
  expect(before - after).toBeCloseTo(sum(back), 6);
}

/** Whatever was charged by whoever is dead has left by then. */
async function admitsAfterTheWindow(others: readonly Replica[], dice: Dice): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3_300));
  for (let n = 0; n < LANES; n++) {
    for (let calls = 0; calls < 5; calls++)
      expect((await dice.pick(others).decide(pass(`l${n}`))).json.decision).toBe("allow");
    expect((await dice.pick(others).decide(pass(`l${n}`))).json.decision).toBe("deny");
  }
}
