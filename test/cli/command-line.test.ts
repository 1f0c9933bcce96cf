import { expect, test } from "vitest";
import { writ } from "./recording-terminal.js";

test("help lists the commands and the exit codes", async () => {
  const { out, exitCode } = await writ(["--help"]);
  for (const command of ["init", "check", "fmt", "test", "decide", "explain", "serve"]) {
    expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
  }
  expect(out).toContain("64 usage");
  expect(exitCode).toBe(0);
});

const mistakes: readonly (readonly [name: string, words: readonly string[], said: string])[] = [
  ["an unknown command", ["chek"], "Did you mean check?"],
  ["an unknown option", ["check", "--formt", "json"], "Did you mean --format?"],
  [
    "a format that does not exist",
    ["check", "--format", "xml"],
    "Allowed choices are human, plain, json, sarif",
  ],
  ["a word too many", ["check", "policies/starter", "policies"], "too many arguments"],
  ["a missing operand", ["init"], "missing required argument"],
  ["a mistyped folder", ["check", "polices"], "did you mean `policies`?"],
  ["a file for a folder", ["posture", "policies/starter/web.writ"], "name `policies/starter`"],
  ["a code that does not exist", ["explain", "W0000"], "no code `W0000`"],
  ["a port that is none", ["serve", "policies/starter", "--port", "eighty"], "a port is a number"],
  ["nothing at all", [], "Usage: writ"],
  ["a command without its own", ["approvals"], "Usage: writ approvals"],
  ["an unknown command below another", ["approvals", "aprove"], "Did you mean approve?"],
];

for (const [name, words, said] of mistakes) {
  test(`${name} is told, with exit code 64`, async () => {
    const { out, err, exitCode } = await writ(words);
    expect(err).toContain(said);
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 64 });
  });
}
