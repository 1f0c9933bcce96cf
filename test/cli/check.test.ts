import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const BROKEN = { "rules/a.writ": "allow reading { agent any  call crm.lokup }\n" };

test("a bundle without a mistake says so, with its revision", async () => {
  const { out, err, exitCode } = await writ(["check", "policies/starter"]);
  expect(out).toMatch(/^policies\/starter: \d+ files, no problems\nrevision sha256:[0-9a-f]{64}\n$/);
  expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
});

test("a mistake is shown where it stands, by a path from the current folder", async () => {
  const folder = folderOf(BROKEN);
  const { out, exitCode } = await writ(["check", folder]);
  expect(out).toContain(`--> ${join(folder, "rules/a.writ")}:1:33`);
  expect(out).toMatch(/: 1 file, 1 error\n$/);
  expect(exitCode).toBe(3);
});

const TESTED = {
  "a.writ": `agent bot { acts for user }
tool look { action read  tier 1  args { n: int<0..9> }  accepts any  yields nothing }
tool list { action read  tier 1  args { }  accepts any  yields nothing }
allow looking { agent any  call look }
deny many { call look  when args.n > 5 }
deny lists { call list }
test "looking" { given user "ana" given agent bot  call look { n: 1 }  expect allow by looking }
`,
};

test("a rule that no test calls for is told at once, and one that no test makes decide with --tests", async () => {
  const folder = folderOf(TESTED);
  const still = await writ(["check", folder, "--format", "plain"]);
  expect(still.out.match(/(?<=W6007]: ).* decide/g)).toEqual(["no test makes deny `lists` decide"]);
  const { out, err, exitCode } = await writ([
    "check",
    folder,
    "--tests",
    "--format",
    "plain",
    "--deny-warnings",
  ]);
  expect(out.match(/(?<=W6007]: ).* decide/g)).toEqual([
    "no test makes deny `many` decide",
    "no test makes deny `lists` decide",
  ]);
  expect({ err, exitCode }).toEqual({ err: "", exitCode: 3 });
});

test("tests that fail are said to with --tests, and change nothing of what loads", async () => {
  const folder = folderOf({ "a.writ": TESTED["a.writ"].replace("expect allow by looking", "expect deny") });
  const { err, exitCode } = await writ(["check", folder, "--tests"]);
  expect(err).toContain("1 of the tests failed");
  expect(exitCode).toBe(0);
});

test("machines get JSON with the same paths", async () => {
  const folder = folderOf(BROKEN);
  const { out, exitCode } = await writ(["check", folder, "--format", "json"]);
  expect(JSON.parse(out)).toMatchObject({
    loads: false,
    diagnostics: [{ severity: "error", file: join(folder, "rules/a.writ") }],
  });
  expect(exitCode).toBe(3);
});

test("code scanning gets SARIF, also for a bundle without a mistake", async () => {
  const { out } = await writ(["check", "policies/starter", "--format", "sarif"]);
  expect(JSON.parse(out)).toMatchObject({ version: "2.1.0", runs: [{ results: [] }] });
});

test("warnings load, unless they are denied", async () => {
  const folder = folderOf({ "a.writ": 'tool t { title "T" action read tier 1 args { } }\n' });
  const tolerant = await writ(["check", folder, "--format", "plain"]);
  expect(tolerant.out).toContain(": warning[W5");
  expect(tolerant.exitCode).toBe(0);
  expect((await writ(["check", folder, "--deny-warnings"])).exitCode).toBe(3);
});

test("a folder without a policy does not load, and says how to begin", async () => {
  const { out, exitCode } = await writ(["check", folderOf({ "README.md": "" })]);
  expect(out).toContain("error[W7001]");
  expect(out).toContain("writ init DIR");
  expect(exitCode).toBe(3);
});

test("what the folder itself gets wrong has codes that are explained", async () => {
  for (const code of ["W7001", "w7003"]) {
    const { out, exitCode } = await writ(["explain", code]);
    expect(out).toContain(`error[${code.toUpperCase()}]`);
    expect(exitCode).toBe(0);
  }
});
