/** What a call is told that a limit refuses, and what a call counts that is made again for its approval. */
import { describe, expect, test } from "vitest";
import type { Decision } from "../../../src/model/decision.js";
import { Stage } from "../../attacks/stage.js";

const MINUTE = 60_000;
const DESK = `
  role clerk
  agent bot { acts for user }
  tool look { action read  tier 1  args { n: int<0..99> }  accepts any  yields nothing }
  approval one { from role clerk  quorum 1  expires 10m }
  transaction work { lasts 2h }`;
const TESS = { id: "tess", roles: ["clerk"], acr: "aal1" };

/** Seconds until the call may be tried again; undefined where it is not said. */
function waits({ decision, retry }: Decision, stage: Stage): number | undefined {
  expect(decision).toBe("deny");
  return retry?.when === "at" ? retry.at - stage.clock.now() / 1000 : undefined;
}

describe("a call that limits refuse is told to come back when the last of them has room", () => {
  test("whichever of two comes first", async () => {
    for (const [first, second] of [
      ["1m", "1h"],
      ["1h", "1m"],
    ]) {
      const stage = new Stage(`${DESK}
        allow a { agent any  call look }
        limit a_limit { call look  per user  at most 1 calls in ${first} }
        limit b_limit { call look  per user  at most 1 calls in ${second} }`);
      await stage.allowed({ tool: "look", args: { n: 1 } });
      const wait = waits(await stage.decide({ tool: "look", args: { n: 2 } }), stage);
      expect(wait).toBeGreaterThan(59 * 60);
      expect(wait).toBeLessThanOrEqual(64 * 60);
      stage.clock.advance((wait ?? 0) * 1000);
      await stage.allowed({ tool: "look", args: { n: 3 } });
    }
  });

  test("and is told no time where no time makes room", async () => {
    const stage = new Stage(`${DESK}
      allow a { agent any  call look }
      limit short { call look  per user  at most 1 calls in 1m }
      limit small { call look  at most 5 of args.n in 1h }
      limit within { call look  at most 1 calls in transaction }`);
    expect(waits(await stage.decide({ tool: "look", args: { n: 6 } }), stage)).toBeUndefined();
    await stage.session("s1");
    const transaction = await stage.transaction("work", "s1");
    const step = { tool: "look", session: "s1", transaction };
    await stage.allowed({ ...step, args: { n: 1 } });
    expect(waits(await stage.decide({ ...step, args: { n: 2 } }), stage)).toBeUndefined();
  });
});

describe("a call that is made again for its approval", () => {
  const attempts = `${DESK}
    allow a { agent any  call look  need approval one }
    limit tried { call look  per user  at most 1 attempts in 1h }`;

  test("is one attempt, however often it asks and once it is approved", async () => {
    const stage = new Stage(attempts);
    const call = { tool: "look", args: { n: 1 } };
    const asked = await stage.decide(call);
    expect(asked.decision).toBe("require-approval");
    expect(await stage.verdict(call)).toBe("require-approval");
    await stage.approve(asked, TESS);
    expect(await stage.verdict(call)).toBe("allow");
    expect(await stage.verdict({ tool: "look", args: { n: 2 } })).toBe("deny");
  });

  test("is another attempt once the approval has expired", async () => {
    const stage = new Stage(attempts);
    const call = { tool: "look", args: { n: 1 } };
    expect(await stage.verdict(call)).toBe("require-approval");
    stage.clock.advance(11 * MINUTE);
    expect(await stage.verdict(call)).toBe("deny");
  });
});
