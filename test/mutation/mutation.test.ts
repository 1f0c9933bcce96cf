import { describe, expect, test } from "vitest";
import { diffOf, mutatedText } from "../../src/mutation/mutant.js";
import { mutantsOf } from "../../src/mutation/mutants.js";
import { type MutationReport, mutate, TestsFail } from "../../src/mutation/mutation.js";
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
      "turns `deny` into `allow`: allow d { call any when args.n >= 2 and x }",
      "removes the `when`: deny d { call any  }",
      "takes one side of `and` as true: deny d { call any when true and x }",
      "turns `>=` into `>`: deny d { call any when args.n > 2 and x }",
      "turns `>=` into `<`: deny d { call any when args.n < 2 and x }",
      "moves a bound up: deny d { call any when args.n >= 3 and x }",
      "moves a bound down: deny d { call any when args.n >= 1 and x }",
      "takes one side of `and` as true: deny d { call any when args.n >= 2 and true }",
    ]);
  });

  test("weaken needs, widen who and what a rule is for", () => {
    const changes = changesOf(`assurance low < high
allow a { agent x for role r, s  call t inside p, u.* tier 1  need approval q, step-up high within 5m }`);
    for (const change of [
      "turns `allow` into `deny`: deny a { agent x for role r, s  call t inside p, u.* tier 1   }",
      "is for anybody: allow a { agent x for any  call",
      "removes a role: allow a { agent x for role s  call",
      "removes `inside` from what it reaches: allow a { agent x for role r, s  call t , u.*",
      "removes a need: allow a { agent x for role r, s  call t inside p, u.* tier 1  need step-up high within 5m }",
      "asks for a weaker sign-in: allow a { agent x for role r, s  call t inside p, u.* tier 1  need approval q, step-up low within 5m }",
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
allow small { call t.look  when args.n <= 10 }
`;
const run = (tests: string, options = {}): Promise<MutationReport> =>
  mutate(bundleOf(POLICY + tests), options);
const GIVEN = `given user "ana" given agent bot`;

describe("mutation", () => {
  test("counts mutants that a test notices", async () => {
    const report = await run(`test "bounds" { ${GIVEN}
      call t.look { n: 10 } expect allow by small  call t.look { n: 10.5 } expect deny }`);
    expect(report).toMatchObject({ noticed: 7, unnoticed: [], refused: 0, untried: 0, score: 100 });
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
          removed: ["allow small { call t.look  when args.n <= 10 }"],
          added: ["allow small { call t.look  when args.n < 10 }"],
        },
        apart: { step: "call t.look { n: 10 }", policy: "allow", mutant: "deny" },
      },
      { what: "moves a bound up", apart: { policy: "deny", mutant: "allow" } },
      { what: "moves a bound down", apart: { policy: "allow", mutant: "deny" } },
    ]);
    expect(report.score).toBeLessThan(100);
  });

  test("finds tests that make the difference and do not look at it, and waits that would", async () => {
    const report = await mutate(
      bundleOf(`${POLICY} require logged { call t.look  with log("full") }
        limit rate { call t.look  per user  at most 1 calls in 10m }
        test "rate" { ${GIVEN} call t.look { n: 1 } expect allow  call t.look { n: 1 } expect deny by rate }`),
    );
    const apart = Object.fromEntries(
      report.unnoticed.map((each) => [`${each.subject}: ${each.what}`, each.apart]),
    );
    expect(apart["logged: drops the require"]).toMatchObject({ how: undefined, mutant: "allow" });
    expect(apart["rate: shortens the window"]).toMatchObject({
      before: expect.arrayContaining(["wait 7m30s"]),
    });
  });

  test("makes a test up where none of the bundle comes near the rule", async () => {
    const report = await mutate(
      bundleOf(`role clerk  role lead  assurance low as "aal1"  agent bot { acts for user }
        agent helper { acts for user  invoked by bot  credential 5m }  delegation { depth 2 }
        tool look { action read tier 1  args { } accepts any yields nothing }
        tool pay { action write tier 2  args { to: "us" | "them"  note: text<9> } accepts any yields nothing }
        approval leads { from role lead  quorum 2  expires 1h }
        allow looking { agent bot for role clerk  call look }
        allow paying { agent helper for role clerk  call pay  when args.to == "them"  need approval leads }
        limit pays { call pay  per user  at most 2 calls in 1h }
        test "look" { given user "ana" { roles: ["clerk"] } given agent bot  call look  expect allow by looking
          given user "eve" { roles: [] } call look expect deny }`),
    );
    const apart = new Map(report.unnoticed.map((each) => [`${each.subject}: ${each.what}`, each.apart]));
    expect(apart.get("pays: drops the limit")).toMatchObject({
      near: undefined,
      before: [
        'given user "somebody" { roles: ["clerk"], acr: "aal1" }',
        "given agent bot > helper",
        "repeat 4 {",
        expect.stringContaining("  call pay"),
        '  approve leads by "approver 1" { roles: ["lead"], acr: "aal1" }',
        '  approve leads by "approver 2" { roles: ["lead"], acr: "aal1" }',
        expect.stringContaining("  call pay"),
        "  outcome ok",
        "}",
      ],
      policy: "deny",
    });
    expect(apart.get("paying: drops the allow")).toMatchObject({ near: undefined, mutant: "deny" });
    expect(apart.get("pays: only alerts")).toBeDefined();
  });

  test("leaves those without a difference out of the score", async () => {
    const report = await mutate(
      bundleOf(`${POLICY} deny far { call t.look  when args.n > 10 and args.n > 8 }
        test "bounds" { ${GIVEN} call t.look { n: 10 } expect allow by small  call t.look { n: 10.5 } expect deny }`),
    );
    expect(report.unnoticed).toContainEqual(
      expect.objectContaining({ what: "moves a bound down", subject: "far", apart: undefined }),
    );
    expect(report.unnoticed.filter(({ apart }) => apart === undefined)).toHaveLength(4);
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

  test("needs tests that pass, and keeps within its time", async () => {
    await expect(run(`test "wrong" { ${GIVEN} call t.look { n: 1 } expect deny }`)).rejects.toThrow(
      TestsFail,
    );
    const report = await run(`test "x" { ${GIVEN} call t.look { n: 1 } expect allow }`, { budget: -1 });
    expect(report).toMatchObject({ noticed: 0, untried: 7 });
  });
});
