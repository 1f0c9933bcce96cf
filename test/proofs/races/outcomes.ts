import { expect, it } from "vitest";
import { spend } from "../support/calls.js";
import { Dice } from "../support/dice.js";
import type { Fleet } from "../support/fleet.js";
import { PROOF_TIMEOUT, report, sized } from "../support/size.js";
import { percentile, tally, why } from "../support/tally.js";

/** What decisions wait for while many outcomes come in. */
export function decisionsBesideOutcomes(fleet: () => Fleet): void {
  it("decisions beside many outcomes are answered in time, and every outcome is settled", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`outcomes, ${kind}`);
    const count = sized(500, 5_000);
    const ids: string[] = [];
    const spendWith = (width: number, each: () => Promise<void>) =>
      Promise.all(Array.from({ length: width }, each));
    await spendWith(16, async () => {
      while (ids.length < count) {
        const { json } = await dice.pick(replicas).decide(spend(`o-${ids.length}-${dice.below(2 ** 30)}`, 1));
        ids.push(json.decision_id as string);
      }
    });
    const quiet: number[] = [];
    await spendWith(4, async () => {
      for (let n = 0; n < 50; n++)
        quiet.push((await dice.pick(replicas).decide(spend(`q-${dice.below(2 ** 30)}`, 1))).ms);
    });
    const busy: number[] = [];
    const verdicts: string[] = [];
    const statuses: string[] = [];
    let next = 0;
    let done = false;
    const outcomes = spendWith(32, async () => {
      while (next < ids.length) {
        const decision_id = ids[next++] as string;
        statuses.push(
          String((await dice.pick(replicas).post("/outcomes", { decision_id, status: "ok" })).status),
        );
      }
    }).then(() => {
      done = true;
    });
    const begun = performance.now();
    await spendWith(4, async () => {
      while (!done) {
        const answer = await dice.pick(replicas).decide(spend(`b-${dice.below(2 ** 30)}`, 1));
        busy.push(answer.ms);
        verdicts.push(why(answer));
      }
    });
    await outcomes;
    const figures = (name: string, values: readonly number[]) =>
      `${name} p50 ${percentile(values, 50).toFixed(1)}, p99 ${percentile(values, 99).toFixed(1)}, slowest ${Math.max(...values).toFixed(0)} ms`;
    report(
      `${kind}: ${ids.length} outcomes in ${((performance.now() - begun) / 1000).toFixed(1)} s (${tally(statuses)}), ` +
        `${busy.length} decisions beside them (${tally(verdicts)}); ${figures("quiet", quiet)}; ${figures("busy", busy)}`,
    );
    expect(new Set(statuses)).toEqual(new Set(["200"]));
    expect(new Set(verdicts)).toEqual(new Set(["allow till.writing"]));
    expect(percentile(busy, 99)).toBeLessThan(1_500);
    const again: unknown[] = [];
    await spendWith(16, async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
        const { json } = await dice.pick(replicas).post("/outcomes", { decision_id: id, status: "ok" });
        again.push(json.repeated);
      }
    });
    expect(again).toHaveLength(statuses.length);
    expect(new Set(again)).toEqual(new Set([true]));
  });
}
