import { expect, it } from "vitest";
import { call, openSession, openTransaction } from "../support/calls.js";
import { Dice } from "../support/dice.js";
import type { Fleet } from "../support/fleet.js";
import { PROOF_TIMEOUT, report, rounds } from "../support/size.js";
import { tally, why } from "../support/tally.js";

/** Fifty calls at once in a transaction of eight steps: once the first, then the middle ones, at most one last. */
export function transactionsInParallel(fleet: () => Fleet): void {
  it("fifty parallel calls in one transaction take exactly the steps that its order admits", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`transaction, ${kind}`);
    const refusals: string[] = [];
    for (let round = 0; round < rounds(3); round++) {
      const opener = dice.pick(replicas);
      const session = await openSession(opener);
      const transaction = await openTransaction(opener, "errand", session);
      const tools = Array.from({ length: 50 }, () =>
        dice.pick(["step.first", "step.middle", "step.middle", "step.middle", "step.last"]),
      );
      if (!tools.includes("step.first")) tools[0] = "step.first";
      const answers = await Promise.all(
        tools.map((tool) => dice.pick(replicas).decide(call(tool, {}, { session, transaction }))),
      );
      const taken = tools.filter((_, n) => answers[n]?.json.decision === "allow");
      refusals.push(...answers.filter(({ json }) => json.decision !== "allow").map(why));
      const count = (tool: string) => taken.filter((each) => each === tool).length;
      expect(count("step.first")).toBe(1);
      expect(count("step.last")).toBeLessThanOrEqual(1);
      expect(taken.length).toBeLessThanOrEqual(8);
      // What was answered is what is kept.
      expect((await dice.pick(replicas).get(`/transactions/${transaction}`)).json.steps).toBe(taken.length);
      // Fill it up: it takes what is left of the order and not one more.
      const more: string[] = [];
      for (let n = 0; n < 10; n++)
        more.push(why(await dice.pick(replicas).decide(call("step.middle", {}, { session, transaction }))));
      const allowed = more.filter((each) => each.startsWith("allow")).length;
      expect(taken.length + allowed).toBe(count("step.last") === 1 ? taken.length : 8);
      const after = await dice.pick(replicas).decide(call("step.last", {}, { session, transaction }));
      expect(after.json.decision).toBe("deny");
    }
    report(`${kind}: refused ${tally(refusals)}`);
    expect(refusals.filter((each) => each.includes("state_unavailable"))).toEqual([]);
  });
}
