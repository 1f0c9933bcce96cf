import { describe, expect, test } from "vitest";
import type { DecideRequest } from "../../src/model/request.js";
import { Follower } from "../reference/follow.js";
import { type Judgement, judge, type Mistakes } from "../reference/judge.js";
import { CASES, caseOf } from "./cases.js";

const shown = ({ verdict, needs, obligations, determining }: Judgement): string =>
  JSON.stringify([verdict, needs, obligations, determining]);

/** How many cases it takes until a mistaken combination is seen to differ; infinite where it never is. */
async function casesUntilNoticed(mistakes: Mistakes): Promise<number> {
  for (let seed = 0; seed < CASES; seed++) {
    const one = caseOf(seed);
    if (one === undefined) continue;
    let isNoticed = false;
    const watch = async (request: DecideRequest, caller: string, { world }: Follower): Promise<void> => {
      isNoticed ||=
        shown(judge(world, request, { caller })) !== shown(judge(world, request, { caller, mistakes }));
    };
    await new Follower(one.program, { watch }).follow(one.steps);
    if (isNoticed) return seed + 1;
  }
  return Number.POSITIVE_INFINITY;
}

describe("generated cases notice an interpreter in which", () => {
  test.each<[string, Mistakes]>([
    ["a deny that fails is skipped", { denySkippedOnError: true }],
    ["the first allow wins", { firstAllowWins: true }],
    ["a require that fails is skipped", { requireSkippedOnError: true }],
    ["what is unknown makes a condition true", { absentMakesTrue: true }],
    ["a limit that cannot be told is ignored", { limitIgnoredOnUnknown: true }],
  ])("%s", async (_, mistakes) => {
    expect(await casesUntilNoticed(mistakes)).toBeLessThanOrEqual(CASES);
  });
});
