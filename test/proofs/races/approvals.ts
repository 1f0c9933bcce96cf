import { expect, it } from "vitest";
import { call } from "../support/calls.js";
import { Dice } from "../support/dice.js";
import type { Fleet } from "../support/fleet.js";
import { PROOF_TIMEOUT, report, rounds } from "../support/size.js";
import { tally, why } from "../support/tally.js";
import type { WebhookReceiver } from "../support/webhook-receiver.js";

const TESS = { id: "tess", roles: ["treasurer"], acr: "aal2" };

/** One grant, one use; one question, one message to whoever answers. */
export function approvalsInParallel(fleet: () => Fleet, hooks: () => WebhookReceiver): void {
  it("ten parallel redemptions of one grant are one allow", { timeout: PROOF_TIMEOUT }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`redemption, ${kind}`);
    const others: string[] = [];
    for (let round = 0; round < rounds(3); round++) {
      const refund = call("money.refund", { case: `R-${round}`, amount: 400 });
      const asked = await dice.pick(replicas).decide(refund);
      const [{ url }] = asked.json.needs;
      const granted = await dice.pick(replicas).post(`${url}/approve`, { approver: TESS });
      const redeem = { ...refund, approvals: [granted.json.grant] };
      const answers = await Promise.all(Array.from({ length: 10 }, () => dice.pick(replicas).decide(redeem)));
      expect(answers.filter(({ json }) => json.decision === "allow")).toHaveLength(1);
      others.push(...answers.filter(({ json }) => json.decision !== "allow").map(why));
    }
    report(`${kind}: the others ${tally(others)}`);
    expect(new Set(others)).toEqual(new Set(["require-approval till.paying"]));
  });

  it("two approvers who both say yes five times at the same moment give one grant", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`approvers, ${kind}`);
    const asked = await dice.pick(replicas).decide(call("money.refund", { case: "A", amount: 1 }));
    const [{ url }] = asked.json.needs;
    const said = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        dice
          .pick(replicas)
          .post(`${url}/approve`, { approver: { ...TESS, id: n % 2 === 0 ? "tess" : "theo" } }),
      ),
    );
    expect(tally(said.map(({ status }) => String(status)).sort())).toBe("200: 1, 409: 9");
    expect(said.filter(({ json }) => json.grant !== undefined)).toHaveLength(1);
  });

  it("an approval is told to the webhook exactly once, however many ask for it", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`webhook, ${kind}`);
    const cases = Array.from({ length: rounds(10) }, (_, n) => `W-${n}`);
    const asked = await Promise.all(
      cases.flatMap((each) =>
        Array.from({ length: 10 }, () =>
          dice.pick(replicas).decide(call("money.refund", { case: each, amount: 7 })),
        ),
      ),
    );
    expect(new Set(asked.map(why))).toEqual(new Set(["require-approval till.paying"]));
    const ids = new Set(asked.map(({ json }) => json.needs[0].id as string));
    expect(ids.size).toBe(cases.length);
    await hooks().settled(ids);
    const told = hooks().approvals.filter((id) => ids.has(id));
    report(`${kind}: ${asked.length} requests, ${ids.size} approvals, ${told.length} messages`);
    expect(told.length).toBe(ids.size);
    expect(new Set(told)).toEqual(ids);
  });
}
