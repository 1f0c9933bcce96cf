/** The benches of decisions run, and every contender gives the answers it is timed for. Times are never asserted. */
import { describe, expect, test } from "vitest";
import { answerCase } from "../../bench/answer/answer-case.js";
import { HITS, SHAPES, workload } from "../../bench/cases/workload.js";
import { contender, decideCase, PEERS } from "../../bench/decide/decide-case.js";
import { EXPLAINED } from "../../bench/decide/explained.js";
import { growthCase } from "../../bench/decide/growth-case.js";
import { SMOKE } from "../../bench/measure.js";
import { handWritten } from "../../bench/peers/hand-written.js";

const names = PEERS.map(({ name }) => name);

describe("a decision bench", () => {
  test.each(SHAPES)("asks every contender every question, rules %s", async (shape) => {
    const rows = await decideCase(shape, 10, SMOKE);
    const expected = HITS.flatMap((hit) =>
      [...names, ...(hit === "refusal" ? [EXPLAINED] : [])].map((name) => `${hit} ${name}`),
    );
    expect(rows.map(({ hit, contender }) => `${hit} ${contender}`)).toEqual(expected);
    for (const { ns, ratio } of rows) expect([ns, ratio].every(Number.isFinite)).toBe(true);
  });

  test("refuses to time a contender that answers otherwise", async () => {
    const work = workload("spread", 10);
    const [question] = work.questions;
    if (question === undefined) throw new Error("the workload asks nothing");
    const policy = await handWritten.load(work);
    const expected = { ...question.expected, rule: "rule_of_another" };
    expect(() => contender("wrong", policy, { ...question, expected })).toThrow(/rule_of_another/);
  });

  test.each(SHAPES)("has the same answers from all contenders where rules are many, %s", async (shape) => {
    const work = workload(shape, 60);
    for (const peer of PEERS) {
      const policy = await peer.load(work);
      for (const question of work.questions) contender(peer.name, policy, question);
    }
  });

  test("asks few and many rules the same questions", async () => {
    const rows = await growthCase("spread", 10, 100, SMOKE);
    expect(rows.map(({ hit, few, many }) => ({ hit, few, many }))).toEqual(
      HITS.map((hit) => ({ hit, few: 10, many: 100 })),
    );
  });
});

test("the answer bench asserts each verdict, rule and limit before it times them", async () => {
  const { timings, requestBytes } = await answerCase(SMOKE);
  expect(requestBytes).toBeGreaterThan(500);
  expect(timings.map(({ name }) => name)).toEqual([
    "JSON.parse of the request",
    "shape check alone",
    "checked and decided, no state",
    "checked and decided, two limits",
    "the same, explained clause by clause",
    "two limits, in an open session",
    "refused by a rule",
    "the refusal, explained clause by clause",
  ]);
});
