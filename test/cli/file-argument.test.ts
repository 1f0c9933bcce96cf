import { writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const RULES = `agent bot { acts for user }
tool look { title "L"  action read  tier 1  args { }  accepts any  yields nothing }
allow looking { agent any  call look }
`;
const TESTS = `test "looking" { given user "ana" given agent bot  call look { }  expect allow }
test "denied" { given user "ana" given agent bot  call look { }  expect deny }
`;

describe("a policy file as argument", () => {
  test.each(["check", "test"])("of %s is as good as its folder", async (command) => {
    const folder = folderOf({ "rules.writ": RULES, "tests.writ": TESTS });
    const run = async (path: string) => {
      const { out, ...rest } = await writ([command, path]);
      return { ...rest, out: out.replace(/\(\d+ ms\)|^.*: 2 files/m, "") };
    };
    const whole = await run(folder);
    expect(whole.out).toContain(command === "test" ? "1 passed, 1 failed" : "no problems");
    for (const file of ["rules.writ", "tests.writ"]) expect(await run(join(folder, file))).toEqual(whole);
  });

  test("of fmt is formatted alone", async () => {
    const folder = folderOf({
      "rules.writ": "allow  looking  {  call look }\n",
      "b.writ": "allow  b { call look }",
    });
    const { out, exitCode } = await writ(["fmt", join(folder, "rules.writ")]);
    expect({ out, exitCode }).toEqual({ out: `${join(folder, "rules.writ")}\n`, exitCode: 0 });
  });

  test("that is no policy, or not there, is refused", async () => {
    const folder = folderOf({ "rules.writ": RULES, "notes.md": "" });
    for (const name of ["notes.md", "rulse.writ"]) {
      const { err, exitCode } = await writ(["check", join(folder, name)]);
      expect(err).toMatch(name === "notes.md" ? /is not a folder/ : /did you mean `.*rules\.writ`/);
      expect(exitCode).toBe(64);
    }
  });

  test("that the bundle leaves out is told", async () => {
    const folder = folderOf({ "rules.writ": RULES, "deny.WRIT": "deny never { call look }\n" });
    const { out, exitCode } = await writ(["check", join(folder, "deny.WRIT")]);
    expect(out).toContain("error[W7006]");
    expect(exitCode).toBe(3);
  });
});

test("paths outside the current folder are printed absolute, however the bundle was named", async () => {
  const folder = folderOf({ "rules.writ": `${RULES}allow other { agent any  call lok }\n` });
  const near = relative("", folder);
  expect(near).toMatch(/^\.\./);
  for (const format of ["human", "plain", "json"]) {
    const { out } = await writ(["check", near, "--format", format]);
    expect(out).toContain(`${join(folder, "rules.writ")}`);
    if (format !== "human") expect(out).not.toContain("..");
  }
  const sarif = await writ(["check", near, "--format", "sarif"]);
  expect(sarif.out).toContain(`"file://${folder}/rules.writ"`);
  writeFileSync(join(folder, "rules.writ"), RULES + TESTS);
  const tested = await writ(["test", near, "--format", "json"]);
  expect(tested.out).toContain(join(folder, "rules.writ"));
  expect(tested.out).not.toContain("..");
  expect((await writ(["fmt", "--check", near])).out).toBe(`${join(folder, "rules.writ")}\n`);
});

test("paths inside it are printed from it", async () => {
  const { out } = await writ(["check", dirname("policies/starter/x"), "--format", "json"]);
  expect(out).not.toContain(process.cwd());
});
