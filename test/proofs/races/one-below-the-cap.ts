import { expect, it } from "vitest";
import { spend } from "../support/calls.js";
import { Dice } from "../support/dice.js";
import type { Fleet } from "../support/fleet.js";
import { PROOF_TIMEOUT, report, rounds } from "../support/size.js";
import { tally, why } from "../support/tally.js";

const CALLS = 1_000;

/** A thousand calls for the last one that fits. */
export function oneBelowTheCap(fleet: () => Fleet): void {
  it("a thousand parallel calls at one below the cap admit exactly one, every time", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`one below the cap, ${kind}`);
    const begun = performance.now();
    const admitted: number[] = [];
    const refusals: string[] = [];
    for (let round = 0; round < rounds(2); round++) {
      const purse = `brink-${round}`;
      expect((await dice.pick(replicas).decide(spend(purse, 99))).json).toMatchObject({ decision: "allow" });
      const chosen = Array.from({ length: CALLS }, () => dice.pick(replicas));
      const answers = await Promise.all(chosen.map((replica) => replica.decide(spend(purse, 1))));
      admitted.push(answers.filter(({ json }) => json.decision === "allow").length);
      refusals.push(...answers.filter(({ json }) => json.decision !== "allow").map(why));
    }
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    report(
      `${admitted.length} rounds of ${CALLS} calls over ${replicas.length} processes on ${kind} in ${seconds} s: ` +
        `admitted in a round ${tally(admitted.map(String))}; the others ${tally(refusals)}`,
    );
    expect(admitted).toEqual(admitted.map(() => 1));
    expect(new Set(refusals)).toEqual(new Set(["deny till.purse_holds"]));
  });
}
