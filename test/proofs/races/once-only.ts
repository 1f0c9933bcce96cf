import { expect, it } from "vitest";
import { call, spend } from "../support/calls.js";
import { Dice } from "../support/dice.js";
import type { Fleet } from "../support/fleet.js";
import { PROOF_TIMEOUT, report, rounds } from "../support/size.js";
import { tally, why } from "../support/tally.js";

/** What may happen once, or three times, whoever asks at the same moment. */
export function onceOnly(fleet: () => Fleet): void {
  it("a hundred parallel requests under one key are charged once and answered alike", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`idempotency, ${kind}`);
    for (let round = 0; round < rounds(2); round++) {
      const purse = `key-${round}`;
      const request = spend(purse, 3, { id: `order-${round}` });
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => dice.pick(replicas).decide(request)),
      );
      expect(tally(answers.map(why))).toBe("allow till.writing: 100");
      expect(new Set(answers.map(({ json }) => json.decision_id)).size).toBe(1);
      expect(answers.filter(({ json }) => json.replayed !== true)).toHaveLength(1);
      const { json } = await dice.pick(replicas).decide(spend(purse, 0, { dry_run: true }));
      expect(json.limits).toContainEqual(expect.objectContaining({ name: "purse_holds", remaining: 97 }));
      const other = await dice.pick(replicas).decide(spend(purse, 4, { id: `order-${round}` }));
      expect(why(other)).toBe("deny builtin.replayed_other");
    }
  });

  it("an exception with three uses lifts three of fifty parallel calls", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`exception, ${kind}`);
    const denied: string[] = [];
    // Its uses are counted over all users of a tenant, so each round has a tenant of its own.
    for (let round = 0; round < rounds(3); round++) {
      const tenant = `coins-${round}`;
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          dice.pick(replicas).decide(call("coin.drop", { slot: `${n % 5}` }, { tenant })),
        ),
      );
      const allowed = answers.filter(({ json }) => json.decision === "allow");
      expect(allowed).toHaveLength(3);
      denied.push(...answers.filter(({ json }) => json.decision !== "allow").map(why));
      // One that was not run gives its use back, to one call and no more.
      const [first] = allowed;
      const decision_id = first?.json.decision_id as string;
      expect((await dice.pick(replicas).post("/outcomes", { decision_id, status: "not_run" })).status).toBe(
        200,
      );
      const again = await Promise.all(
        Array.from({ length: 10 }, () =>
          dice.pick(replicas).decide(call("coin.drop", { slot: "x" }, { tenant })),
        ),
      );
      expect(again.filter(({ json }) => json.decision === "allow")).toHaveLength(1);
    }
    report(`${kind}: refused ${tally(denied)}`);
    expect(new Set(denied)).toEqual(new Set(["deny till.coin_slot"]));
  });
}
