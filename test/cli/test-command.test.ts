import { expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const POLICY = `agent bot { acts for user }
tool t.look { action read tier 1  args { n: number<0..100> } accepts any yields nothing }
allow small { agent any  call t.look  when args.n <= 10 }
`;
const passing = `test "ten is small" { given user "ana" given agent bot call t.look { n: 10 } expect allow by small }\n`;
const failing = `test "eleven is small" { given user "ana" given agent bot call t.look { n: 11 } expect allow }\n`;

test("the tests of the starter pass", async () => {
  const { out, err, exitCode } = await writ(["test", "policies/starter"]);
  expect(out).toMatch(/\n\d+ passed \(\d+ ms\)\n$/);
  expect(out).not.toContain("FAIL");
  expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
});

test("a failing test is shown with its place and its reason, and the exit code is 4", async () => {
  const { out, exitCode } = await writ(["test", folderOf({ "p.writ": POLICY, "t.writ": passing + failing })]);
  expect(out).toContain("pass  ten is small");
  expect(out).toMatch(/FAIL {2}eleven is small\n {2}--> .*t\.writ:2:81\n/);
  expect(out).toContain("args.n = 11");
  expect(exitCode).toBe(4);
});

test("a filter chooses by name or file, whatever its case", async () => {
  const folder = folderOf({ "p.writ": POLICY, "good.writ": passing, "bad.writ": failing });
  expect((await writ(["test", folder, "--filter", "TEN is"])).out).toContain("1 passed (");
  expect((await writ(["test", folder, "--filter", "good.writ"])).exitCode).toBe(0);
});

test("a filter that nothing matches is a mistake, with what was meant", async () => {
  const { err, exitCode } = await writ(["test", "policies/starter", "--filter", "lop"]);
  expect(err).toContain("no test has `lop` in its name");
  expect(err).toContain("did you mean `loop`?");
  expect(exitCode).toBe(64);
});

test("a bundle without tests does not look as if they had passed", async () => {
  const { err, exitCode } = await writ(["test", folderOf({ "p.writ": POLICY })]);
  expect(err).toContain("this bundle has no test");
  expect(exitCode).toBe(4);
});

test("a bundle that does not load is reported as by check", async () => {
  const { err, exitCode } = await writ([
    "test",
    folderOf({ "p.writ": "allow a { agent any  call nowhere }" }),
  ]);
  expect(err).toContain("error[");
  expect(exitCode).toBe(3);
});

test("machines get JSON and JUnit", async () => {
  const folder = folderOf({ "p.writ": POLICY, "t.writ": passing + failing });
  const json = JSON.parse((await writ(["test", folder, "--format", "json"])).out);
  expect(json).toMatchObject({
    passed: 1,
    failed: 1,
    results: [{ failures: [] }, { failures: [{ expected: "allow" }] }],
  });
  expect((await writ(["test", folder, "--format", "junit"])).out).toContain("<testsuites");
});

test("coverage is printed as a table, lcov or listing, and may have a threshold", async () => {
  const folder = folderOf({ "p.writ": POLICY, "t.writ": passing });
  const table = await writ(["test", folder, "--coverage", "--threshold", "50"]);
  expect(table.out).toContain("`args.n <= 10` was never false");
  expect(table.exitCode).toBe(0);
  const short = await writ(["test", folder, "--coverage", "--threshold", "51", "--format", "lcov"]);
  expect(short.out).toContain("end_of_record");
  expect(short.err).toContain("50 % of conditions were covered");
  expect(short.exitCode).toBe(4);
  expect((await writ(["test", folder, "--coverage", "--format", "annotated"])).out).toContain("allow small");
});

test("mutation prints what no test notices, and a score that may have a threshold", async () => {
  const folder = folderOf({ "p.writ": POLICY, "t.writ": passing });
  const { out, err, exitCode } = await writ(["test", folder, "--mutate", "--threshold", "100"]);
  expect(out).toContain("not noticed  small: moves a bound up");
  expect(out).toMatch(/^7 of 7 mutants tried/m);
  expect(out).toMatch(/score: \d+(\.\d)? % \(\d noticed of 7 that count\)\n$/);
  expect(err).toContain("below the threshold of 100 %");
  expect(exitCode).toBe(4);
  const broken = await writ(["test", folderOf({ "p.writ": POLICY + failing }), "--mutate"]);
  expect(broken.err).toContain('the test "eleven is small" fails on the policy as it is');
  expect(broken.exitCode).toBe(4);
});

const mistakes: readonly (readonly [name: string, words: readonly string[], said: string])[] = [
  ["coverage and mutation at once", ["--coverage", "--mutate"], "not both"],
  ["a threshold of nothing", ["--threshold", "80"], "needs"],
  ["a threshold beyond all", ["--coverage", "--threshold", "101"], "from 0 to 100"],
  ["coverage as JUnit", ["--coverage", "--format", "junit"], "choose one of table, lcov"],
  ["watching in JSON", ["--watch", "--format", "json"], "cannot be combined"],
];
test.each(mistakes)("%s is refused as usage", async (_name, words, said) => {
  const { err, exitCode } = await writ(["test", "policies/starter", ...words]);
  expect(err).toContain(said);
  expect(exitCode).toBe(64);
});
