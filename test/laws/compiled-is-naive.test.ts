import { afterAll, describe, expect, test } from "vitest";
import { Follower, type FollowerOptions } from "../reference/follow.js";
import { type Reachable, Reached } from "../reference/reached.js";
import { CASES, type Case, caseOf, forCases, smallest } from "./cases.js";

/** Ten times as many cases as other laws have: this one is what the others stand on. */
const MORE = 10;

/** What all runs of this file came to. */
const reached = new Reached();
const verdicts = new Map<string, number>();
const stages = new Map<number, number>();
let cases = 0;

/** The first difference of a case, as text; what it came to is counted. */
async function differs(one: Case, options: FollowerOptions = {}): Promise<string | undefined> {
  const { changed, capacity } = one;
  const follower = new Follower(one.program, { changed, capacity, ...options });
  const difference = await follower.follow(one.steps);
  cases++;
  reached.add(follower.reached);
  for (const { verdict, stage } of follower.verdicts) {
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    if (stage !== undefined) stages.set(stage, (stages.get(stage) ?? 0) + 1);
  }
  return difference === undefined ? undefined : await smallest(one, difference);
}

describe("the compiled program and the naive interpreter", () => {
  test("agree on every answer of every run", async () => {
    await forCases((one) => differs(one), { cases: (MORE * 2) / 3 });
  }, 600_000);

  test("agree whichever of two replicas is asked", async () => {
    await forCases((one) => differs(one, { replicas: 2 }), { cases: MORE / 3 });
  }, 600_000);
});

/** How often 1,500 cases come to it at least. Below that the generator has lost its way there. */
const LEAST: Readonly<Record<Reachable, number>> = {
  decision: 5000,
  allow: 1000,
  "approval used": 40,
  "quorum of two used": 15,
  "confirmation used": 30,
  "approval with a use left": 5,
  "person refused a second time": 10,
  "requester refused": 10,
  rejection: 2,
  withdrawal: 3,
  "exception used": 40,
  "exception with uses used": 15,
  "answer replayed": 50,
  "key refused": 10,
  "transaction opened": 150,
  "step of a transaction": 100,
  "second step of a transaction": 30,
  "step of a confirmed plan": 15,
  commit: 25,
  "abort that undoes": 5,
  "outcome ok": 60,
  "outcome failed": 25,
  "outcome not_run": 25,
  "outcome unknown": 8,
  "outcome repeated": 20,
  "outcome with a charge settled": 4,
  "outcome with labels": 15,
  "allow of another tenant": 40,
  "policy changed": 100,
  "decision under a changed policy": 300,
  "allow under a changed policy": 60,
  "state full": 25,
  "decision without state": 6,
  "bundle of eight tools": 40,
  "bundle with a rule about many agents": 25,
  "bundle with undo": 250,
  "bundle with same args": 12,
};

describe("what is generated", () => {
  afterAll(() => console.log(cases, "cases", reached.table(), Object.fromEntries(verdicts)));

  test("loads, all but one bundle in a hundred", () => {
    const tried = Math.ceil((CASES * MORE * 2) / 3) + Math.ceil((CASES * MORE) / 3);
    expect(tried).toBeGreaterThanOrEqual(MORE * CASES);
    expect(tried - cases).toBeLessThanOrEqual(tried / 100 + 2);
  });

  test("comes to every verdict at least once in twenty decisions, and to a refusal of every stage", () => {
    const total = [...verdicts.values()].reduce((sum, each) => sum + each, 0);
    for (const verdict of ["allow", "deny", "step-up", "require-approval"]) {
      expect((verdicts.get(verdict) ?? 0) / total, verdict).toBeGreaterThan(0.05);
    }
    if (CASES >= 100) expect([...stages.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each(Object.entries(LEAST) as [Reachable, number][])("comes to: %s", (what, least) => {
    // With few cases it is chance.
    const wanted = CASES < 100 ? 0 : Math.floor((least * cases) / 1500);
    expect(reached.of(what)).toBeGreaterThanOrEqual(wanted);
  });

  test("is always the same for the same seed", () => {
    const [a, b] = [caseOf(7), caseOf(7)];
    expect(a).toBeDefined();
    expect([a?.steps, a?.bundle, a?.capacity]).toEqual([b?.steps, b?.bundle, b?.capacity]);
  });
});
