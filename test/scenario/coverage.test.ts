import { expect, test } from "vitest";
import { noColours } from "../../src/diagnostics/paint.js";
import { type Coverage, CoverageRecorder } from "../../src/scenario/coverage.js";
import { renderAnnotated, renderCoverageTable, renderLcov } from "../../src/scenario/render-coverage.js";
import { runTests } from "../../src/scenario/run-tests.js";
import { bundleOf } from "./policy.js";

const POLICY = `role clerk
agent bot { acts for user }
tool t.look { action read tier 1  args { n: number<0..100> } accepts any yields nothing }
tool t.other { action read tier 1  args { } accepts any yields nothing }
allow small { agent any  call t.look  when args.n <= 10 and (args.n >= 2 or not (args.n == 1)) }
deny odd { call t.look  when args.n == 7  because "Odd." }
shadow deny seen { call t.look  when args.n == 3 }
require log_all { call any  with log("full") }
limit looks { call t.look  per user  at most 2 calls in 1h  over alert }
allow never { agent any  call t.other  when "x" in user.groups }
`;
const TESTS = `test "it" { given user "ana" given agent bot
  call t.look { n: 3 } expect allow  call t.look { n: 1 } expect deny  call t.look { n: 7 } expect deny by odd
  call t.look { n: 11 } expect deny
  repeat 2 { call t.look { n: 4 } expect allow } }`;

async function coverageOf(text: string): Promise<Coverage> {
  const bundle = bundleOf(text);
  const recorder = new CoverageRecorder(bundle);
  const { failed } = await runTests(bundle, { hooks: () => recorder.hooks() });
  expect(failed).toBe(0);
  return recorder.report();
}

test("a rule counts where it determined a decision, a condition for both ways it came out", async () => {
  const { rules, totals } = await coverageOf(POLICY + TESTS);
  const found = Object.fromEntries(rules.map((rule) => [rule.name, rule]));
  expect(found.small).toMatchObject({
    asked: 6,
    determined: 3,
    verdicts: { allow: 3, deny: 0 },
    conditions: [
      { text: "args.n <= 10", true: 5, false: 1 },
      { text: "args.n >= 2", true: 5, false: 1 },
      { text: "args.n == 1", true: 1, false: 5 },
    ],
  });
  expect(found.odd).toMatchObject({ determined: 1, verdicts: { deny: 1 } });
  expect(found.never).toMatchObject({ asked: 0, determined: 0 });
  expect(totals.rules).toEqual({ seen: 4, all: 5, percent: 80 });
  expect(totals.conditions).toEqual({ seen: 8, all: 10, percent: 80 });
  expect(totals.shadow).toEqual({ seen: 1, all: 1, percent: 100 });
});

test("shadow rules, obligations and alerts count where they would be seen", async () => {
  const { rules } = await coverageOf(POLICY + TESTS);
  const determined = Object.fromEntries(rules.map((rule) => [rule.name, rule.determined]));
  expect(determined).toMatchObject({ seen: 1, log_all: 3, looks: 1 });
});

test("a bundle that states no rule has nothing that could be missed", async () => {
  const { totals } = await coverageOf(`agent bot { acts for user }
    tool t { action read tier 1 args { } accepts any yields nothing }
    test "x" { given user "a" given agent bot call t expect deny }`);
  expect(totals.rules.percent).toBe(100);
});

test("the table shows a row a rule, and below it what was not seen", async () => {
  const coverage = await coverageOf(POLICY + TESTS);
  const lines = renderCoverageTable(coverage, noColours, "p/").split("\n");
  expect(lines[0]).toMatch(/^rule +effect +asked +decided +allow +step-up +approval +deny$/);
  expect(lines[1]).toMatch(/^p\/t\.writ:5 small +allow +6 +3 +3$/);
  expect(lines.slice(-6).join("\n")).toContain('    `"x" in user.groups` was neither true nor false');
  expect(lines.at(-4)).toBe("rules that decided: 4 of 5 (80 %)");
  expect(lines.at(-2)).toBe("shadow rules that would have decided: 1 of 1 (100 %)");
});

test("lcov says which rules were hit and which way conditions went", async () => {
  const lines = renderLcov(await coverageOf(POLICY + TESTS), "p/").split("\n");
  expect(lines).toContain("SF:p/t.writ");
  expect(lines).toContain("FN:5,5,small");
  expect(lines).toContain("FNDA:3,small");
  expect(lines).toContain("BRDA:5,0,0,5");
  expect(lines).toContain("BRDA:5,0,1,1");
  expect(lines).toContain("BRDA:10,5,0,-");
  expect(lines.at(-2)).toBe("end_of_record");
});

test("the listing has counts before the lines and gaps below them", async () => {
  const bundle = bundleOf(POLICY + TESTS);
  const text = renderAnnotated(await coverageOf(POLICY + TESTS), bundle.sources, noColours, "p/");
  expect(text).toContain("     3    5 | allow small { agent any  ");
  expect(text).toContain("     0   10 | allow never { agent any  ");
  expect(text).toContain("     !      | no call concerned it\n");
});
