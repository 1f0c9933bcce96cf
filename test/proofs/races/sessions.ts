import { expect, it } from "vitest";
import { actors, call, openSession } from "../support/calls.js";
import { Dice } from "../support/dice.js";
import type { Fleet } from "../support/fleet.js";
import { PROOF_TIMEOUT, report, rounds } from "../support/size.js";
import { tally, why } from "../support/tally.js";

const CALLS = 50;

/** What one call brings into a session holds for every other. */
export function sessionsInParallel(fleet: () => Fleet): void {
  it("nothing leaves a session once a call that brings outside text in was answered", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`labels, ${kind}`);
    const before: string[] = [];
    for (let round = 0; round < rounds(5); round++) {
      const session = await openSession(dice.pick(replicas));
      let fetched = Number.POSITIVE_INFINITY;
      const fetchAt = dice.below(CALLS);
      const sent = Array.from({ length: CALLS }, async (_, n) => {
        // Some are on their way when the answer comes, some start just then.
        await new Promise((resolve) => setTimeout(resolve, dice.below(40)));
        const replica = dice.pick(replicas);
        if (n === fetchAt) {
          const answer = await replica.decide(call("web.fetch", { page: "p" }, { session }));
          fetched = performance.now();
          expect(answer.json.decision).toBe("allow");
          return undefined;
        }
        const begun = performance.now();
        const answer = await replica.decide(call("post.out", { text: `${n}` }, { session }));
        return { begun, answer };
      });
      const answers = (await Promise.all(sent)).filter((each) => each !== undefined);
      for (const { begun, answer } of answers) {
        if (begun > fetched) expect(answer.json.decision).toBe("deny");
        before.push(why(answer));
      }
      const last = await dice.pick(replicas).decide(call("post.out", { text: "last" }, { session }));
      expect(why(last)).toBe("deny till.nothing_out_after_outside_text");
    }
    report(`${kind}: ${tally(before)}`);
    expect(new Set(before)).toEqual(
      new Set(["allow till.writing", "deny till.nothing_out_after_outside_text"]),
    );
  });

  it("a hundred parallel calls in one session are all answered by the rules", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`one session, ${kind}`);
    const session = await openSession(dice.pick(replicas));
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        dice.pick(replicas).decide(call("post.out", { text: `${n}` }, { session })),
      ),
    );
    report(
      `${kind}: ${tally(answers.map(why))}; slowest ${Math.max(...answers.map(({ ms }) => ms)).toFixed(0)} ms`,
    );
    expect(tally(answers.map(why))).toBe("allow till.writing: 100");
    expect((await dice.pick(replicas).get(`/sessions/${session}`)).json.steps).toBe(100);
  });

  it("what a child session reads, its parent and its siblings carry at once", {
    timeout: PROOF_TIMEOUT,
  }, async () => {
    const { replicas, kind } = fleet();
    const dice = new Dice(`family, ${kind}`);
    for (let round = 0; round < rounds(3); round++) {
      const parent = await openSession(dice.pick(replicas));
      const child = await openSession(dice.pick(replicas), { parent });
      const sibling = await openSession(dice.pick(replicas), { parent });
      // Every replica has met the family while it was clean.
      for (const replica of replicas)
        for (const session of [parent, sibling])
          expect((await replica.decide(call("post.out", { text: "a" }, { session }))).json.decision).toBe(
            "allow",
          );
      const fetch = call("web.fetch", { page: "p" }, { session: child, actors });
      expect((await dice.pick(replicas).decide(fetch)).json.decision).toBe("allow");
      for (const replica of replicas)
        for (const session of [parent, sibling, child]) {
          expect((await replica.decide(call("post.out", { text: "b" }, { session }))).json.decision).toBe(
            "deny",
          );
          expect((await replica.get(`/sessions/${session}`)).json.labels).toEqual(["untrusted"]);
        }
    }
  });
}
