import { describe, expect, test } from "vitest";
import { Draw } from "../reference/draw.js";
import { Follower } from "../reference/follow.js";
import { generateBundle, loadSources, printBundle } from "../reference/generate-bundle.js";
import { CASES, caseOf, differenceOf, forCases, smallest } from "./cases.js";

describe("the compiled program and the naive interpreter", () => {
  test("agree on every answer of every run", async () => {
    await forCases(async (one) => {
      const difference = await differenceOf(one);
      return difference === undefined ? undefined : await smallest(one, difference);
    });
  });

  test("agree whichever of two replicas is asked", async () => {
    await forCases(
      async (one) => {
        const difference = await differenceOf(one, { replicas: 2 });
        return difference === undefined ? undefined : await smallest(one, difference);
      },
      { cases: 0.5 },
    );
  });
});

describe("what is generated", () => {
  test("loads, all but one bundle in a hundred", () => {
    const seeds = Array.from({ length: CASES }, (_, seed) => seed);
    const rejected = seeds.filter(
      (seed) => loadSources(printBundle(generateBundle(new Draw(seed)))).program === undefined,
    );
    console.log(`${rejected.length} of ${seeds.length} bundles do not load`);
    expect(rejected.length / seeds.length).toBeLessThan(0.01 + 2 / seeds.length);
  });

  test("comes to every verdict at least once in twenty decisions, and to a refusal of every stage", async () => {
    const verdicts = new Map<string, number>();
    const stages = new Map<number, number>();
    let total = 0;
    for (let seed = 0; seed < Math.max(CASES, 250); seed++) {
      const one = caseOf(seed);
      if (one === undefined) continue;
      const follower = new Follower(one.program);
      await follower.follow(one.steps);
      for (const { verdict, stage } of follower.verdicts) {
        total++;
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        if (stage !== undefined) stages.set(stage, (stages.get(stage) ?? 0) + 1);
      }
    }
    const shares = Object.fromEntries([...verdicts].map(([verdict, count]) => [verdict, count / total]));
    console.log(total, "decisions", shares, "refusals by stage", Object.fromEntries([...stages].sort()));
    for (const verdict of ["allow", "deny", "step-up", "require-approval"]) {
      expect(shares[verdict], verdict).toBeGreaterThan(0.05);
    }
    expect([...stages.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
