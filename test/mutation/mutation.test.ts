import { describe, expect, test } from "vitest";
import { noColours } from "../../src/diagnostics/paint.js";
import { diffOf, mutatedText } from "../../src/mutation/mutant.js";
import { mutantsOf } from "../../src/mutation/mutants.js";
import { type MutationReport, mutate, TestsFail } from "../../src/mutation/mutation.js";
import { renderMutation } from "../../src/mutation/render-mutation.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import { bundleOf } from "../scenario/policy.js";

/** Every mutant of a policy, as the changed lines. */
function changesOf(text: string): readonly string[] {
  const source = new Source("t.writ", text);
  const sources = new Map([["t.writ", source]]);
  return mutantsOf([parse(source).file], sources).map((mutant) => {
    expect(mutatedText(mutant, source)).not.toBe(text);
    return `${mutant.what}: ${diffOf(mutant, sources).added.join("|").trim()}`;
  });
}

describe("mutants", () => {
  test("drop a rule, flip its effect, and remove or move each part of its condition", () => {
    expect(changesOf("deny d { call any when args.n >= 2 and x }")).toEqual([
      "drops the deny: ",
      "turns `deny` into `allow`: allow d { agent any  call any when args.n >= 2 and x }",
      "removes the `when`: deny d { call any  }",
      "treats one side of `and` as true: deny d { call any when true and x }",
      "turns `>=` into `>`: deny d { call any when args.n > 2 and x }",
      "turns `>=` into `<`: deny d { call any when args.n < 2 and x }",
      "moves a bound up: deny d { call any when args.n >= 3 and x }",
      "moves a bound down: deny d { call any when args.n >= 1 and x }",
      "treats one side of `and` as true: deny d { call any when args.n >= 2 and true }",
    ]);
  });

  test("weaken needs, widen who and what a rule is for", () => {
    const changes = changesOf(`assurance low < high
allow a { agent x for role r, s  call t inside p, u.* tier 1  need approval q, step-up high within 5m }`);
    for (const change of [
      "turns `allow` into `deny`: deny a { agent x for role r, s  call t inside p, u.* tier 1   }",
      "is for anyone: allow a { agent x for any  call",
      "removes a role: allow a { agent x for role s  call",
      "removes `inside` from its targets: allow a { agent x for role r, s  call t , u.*",
      "removes a need: allow a { agent x for role r, s  call t inside p, u.* tier 1  need step-up high within 5m }",
      "needs a weaker sign-in: allow a { agent x for role r, s  call t inside p, u.* tier 1  need approval q, step-up low within 5m }",
      "lets the sign-in be older: allow a { agent x for role r, s  call t inside p, u.* tier 1  need approval q, step-up high within 10m }",
    ])
      expect(changes).toContainEqual(expect.stringContaining(change));
  });

  test("drop limits, move their caps, and let them only alert", () => {
    expect(changesOf("limit l {\n  call t\n  per user, tool\n  at most 3 calls in 1h\n}")).toEqual([
      "drops the limit: ",
      "removes a key: per tool",
      "removes a key: per user",
      "raises the cap: at most 4 calls in 1h",
      "lowers the cap: at most 2 calls in 1h",
      "shortens the window: at most 3 calls in 30m",
      "only alerts: over alert",
    ]);
  });

  test("leave shadow rules and tests alone", () => {
    expect(changesOf('shadow deny d { call any } test "t" { wait 1m } role r')).toEqual([]);
  });
});

const POLICY = `role clerk
agent bot { acts for user }
tool t.look { action read tier 1  args { n: number<0..100> } accepts any yields nothing }
allow small { agent any  call t.look  when args.n <= 10 }
`;
const run = (tests: string, options = {}): Promise<MutationReport> =>
  mutate(bundleOf(POLICY + tests), options);
const GIVEN = `given user "ana" given agent bot`;

describe("mutation", () => {
  test("counts mutants that a test notices", async () => {
    const report = await run(`test "bounds" { ${GIVEN}
      call t.look { n: 10 } expect allow by small  call t.look { n: 10.5 } expect deny }`);
    expect(report).toMatchObject({ all: 7, noticed: 7, unnoticed: [], refused: 0, untried: [], score: 100 });
  });

  test("shows one that no test notices beside a request that tells it apart", async () => {
    const report = await run(`test "loose" { ${GIVEN}
      call t.look { n: 1 } expect allow  call t.look { n: 99 } expect deny }`);
    expect(report.unnoticed).toMatchObject([
      {
        what: "turns `<=` into `<`",
        subject: "small",
        diff: {
          at: { line: 4 },
          removed: ["allow small { agent any  call t.look  when args.n <= 10 }"],
          added: ["allow small { agent any  call t.look  when args.n < 10 }"],
        },
        apart: { step: "call t.look { n: 10 }", policy: "allow", mutant: "deny" },
      },
      { what: "moves a bound up", apart: { policy: "deny", mutant: "allow" } },
      { what: "moves a bound down", apart: { policy: "allow", mutant: "deny" } },
    ]);
    expect(report.score).toBeLessThan(100);
  });

  test("finds tests that make the difference and do not look at it", async () => {
    const report = await mutate(
      bundleOf(`${POLICY} require logged { call t.look  with log("full") }
        test "look" { ${GIVEN} call t.look { n: 1 } expect allow  call t.look { n: 99 } expect deny }`),
    );
    const found = report.unnoticed.find(({ what }) => what === "drops the require");
    expect(found?.apart).toMatchObject({ how: undefined, mutant: "allow" });
  });

  test("tells a mutant apart by who asks, and by how they signed in", async () => {
    const report = await mutate(
      bundleOf(`role clerk  role lead  assurance low as "aal1" < high as "aal2"  agent bot { acts for user }
        tool pay { action write tier 2  args { } accepts any yields nothing }
        allow paying { agent bot for role clerk  call pay  need step-up high within 5m }
        test "pay" { given user "ana" { roles: ["clerk"], acr: "aal2" } given agent bot  call pay expect allow }`),
    );
    const how = Object.fromEntries(report.unnoticed.map(({ what, apart }) => [what, apart?.how]));
    expect(how).toMatchObject({
      "is for anyone": "a user with role lead alone",
      "needs a weaker sign-in": "a user signed in at low",
      "lets the sign-in be older": "a user signed in at low",
    });
  });

  test("counts what may mean the same apart, and never as noticed", async () => {
    const report = await mutate(
      bundleOf(`${POLICY} deny far { call t.look  when args.n > 10 and args.n > 8 }
        test "bounds" { ${GIVEN} call t.look { n: 10 } expect allow by small  call t.look { n: 10.5 } expect deny }`),
    );
    expect(report.unnoticed).toContainEqual(
      expect.objectContaining({ what: "moves a bound down", subject: "far", apart: undefined }),
    );
    expect(report.unnoticed.filter(({ apart }) => apart === undefined)).toHaveLength(4);
    const counted = report.all - report.refused - report.unchanged;
    expect(report.score).toBe(Math.floor((report.noticed / counted) * 1000) / 10);
    expect(report.score).toBeLessThan(100);
  });

  test("does not count a change that leaves the checked policy as it was", async () => {
    const report = await mutate(
      bundleOf(`${POLICY.replace("call t.look", "call any read tier 1")} test "bounds" { ${GIVEN}
        call t.look { n: 10 } expect allow by small  call t.look { n: 10.5 } expect deny }`),
    );
    expect(report).toMatchObject({ unchanged: 2, unnoticed: [], untried: [], score: 100 });
  });

  test("counts a rule that no test comes near against the score", async () => {
    const report = await mutate(
      bundleOf(`${POLICY} tool t.other { action read tier 1  args { } accepts any yields nothing }
        allow other { call t.other }
        test "bounds" { ${GIVEN} call t.look { n: 10 } expect allow by small  call t.look { n: 10.5 } expect deny }`),
    );
    expect(report.unnoticed).toMatchObject([
      { what: "drops the allow", subject: "other", apart: undefined },
      { what: "turns `allow` into `deny`", subject: "other", apart: undefined },
    ]);
    expect(report.score).toBe(77.7);
  });

  test("does not count what the checker refuses, and a test that names a dropped rule notices it", async () => {
    const report = await mutate(
      bundleOf(`role clerk  assurance low < high  agent bot { acts for user }
        tool t.pay { action write tier 3  args { } accepts any yields nothing }
        allow pay { agent bot for role clerk  call t.pay  need step-up high }
        test "pay" { given user "ana" { roles: ["clerk"], acr: "low" } given agent bot
          call t.pay expect step-up by pay
          given user "ana" { roles: ["clerk"], acr: "high" } call t.pay expect allow
          given user "eve" call t.pay expect deny }`),
    );
    expect(report.refused).toBeGreaterThan(0);
    expect(report.unnoticed.map(({ what }) => what)).not.toContain("drops the allow");
  });

  test("needs tests that pass, and names and counts what its budget cuts off", async () => {
    await expect(run(`test "wrong" { ${GIVEN} call t.look { n: 1 } expect deny }`)).rejects.toThrow(
      TestsFail,
    );
    const report = await run(`test "x" { ${GIVEN} call t.look { n: 1 } expect allow }`, { budget: -1 });
    expect(report).toMatchObject({ all: 7, noticed: 0, score: 0 });
    expect(report.untried.map(({ subject, at }) => [subject, at.line])).toEqual(
      Array.from({ length: 7 }, () => ["small", 4]),
    );
    expect(renderMutation(report, noColours, "")).toContain("small: 7\n\n0 of 7 mutants tried");
  });
});
