import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { applyPatch } from "diff";
import { expect, test } from "vitest";
import { renderDiff } from "../../src/cli/render-diff.js";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const CROOKED = 'label   pii\nrole clerk    "Clerk"\n';
const STRAIGHT = 'label pii\n\nrole clerk "Clerk"\n';

test("files are put straight in place and named; a second run finds nothing", async () => {
  const folder = folderOf({ "a.writ": CROOKED, "b/c.writ": "label a\n", "README.md": "label   pii" });
  const first = await writ(["fmt", folder]);
  expect(first).toEqual({ out: `${join(folder, "a.writ")}\n`, err: "", exitCode: 0 });
  const text = readFileSync(join(folder, "a.writ"), "utf8");
  expect(text).not.toBe(CROOKED);
  expect(await writ(["fmt", folder])).toEqual({ out: "", err: "", exitCode: 0 });
});

test("with --check files stay as they are, and the exit code is 5", async () => {
  const folder = folderOf({ "a.writ": CROOKED, "b.writ": "label a\n" });
  const { mtimeMs } = statSync(join(folder, "a.writ"));
  expect(await writ(["fmt", "--check", folder])).toMatchObject({
    out: `${join(folder, "a.writ")}\n`,
    exitCode: 5,
  });
  expect(statSync(join(folder, "a.writ")).mtimeMs).toBe(mtimeMs);
});

test("a dash formats standard input to standard output", async () => {
  const { out, exitCode } = await writ(["fmt", "-"], CROOKED);
  expect(out.replace(/\n+/g, "\n")).toBe(STRAIGHT.replace(/\n+/g, "\n"));
  expect(exitCode).toBe(0);
});

test("a file that does not parse is left alone and reported; the others are formatted", async () => {
  const folder = folderOf({ "a.writ": "label label {{", "b.writ": CROOKED });
  const { out, err, exitCode } = await writ(["fmt", folder]);
  expect(err).toContain("error[W1");
  expect(out).toBe(`${join(folder, "b.writ")}\n`);
  expect(exitCode).toBe(3);
  expect(readFileSync(join(folder, "a.writ"), "utf8")).toBe("label label {{");
});

test("with --diff nothing changes, what would change is printed as a patch, and the exit code is 5", async () => {
  const folder = folderOf({ "a.writ": CROOKED, "b.writ": "label a\n" });
  const path = join(folder, "a.writ");
  for (const words of [["--diff"], ["--diff", "--check"]]) {
    expect(await writ(["fmt", ...words, folder])).toEqual({
      out: `--- ${path}\n+++ ${path}\n@@ -1,2 +1,2 @@\n-label   pii\n-role clerk    "Clerk"\n+label pii\n+role clerk "Clerk"\n`,
      err: "",
      exitCode: 5,
    });
  }
  expect(readFileSync(path, "utf8")).toBe(CROOKED);
  expect(await writ(["fmt", "--diff", join(folder, "b.writ")])).toEqual({ out: "", err: "", exitCode: 0 });
});

test("the diff of standard input is printed in the place of its formatted text", async () => {
  const { out, exitCode } = await writ(["fmt", "--diff", "-"], CROOKED);
  expect(out).toMatch(/^--- -\n\+\+\+ -\n@@ /);
  expect(exitCode).toBe(5);
  expect(await writ(["fmt", "--diff", "-"], STRAIGHT)).toEqual({ out: "", err: "", exitCode: 0 });
});

test("standard input that does not parse is reported, and nothing is printed in its place", async () => {
  for (const words of [["-"], ["--diff", "-"], ["--check", "-"]]) {
    const { out, err, exitCode } = await writ(["fmt", ...words], "label {{");
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 3 });
    expect(err).toContain("error[W1");
  }
});

test("a diff is a patch, also where a last line has no end or too much changes to find the least", () => {
  const long = Array.from({ length: 5_000 }, (_, i) => `line ${i}`).join("\n");
  for (const [before, after] of [
    ["a\nb", "a\nc\n"],
    ["", "a\n"],
    [long, long.replaceAll("line", "  line")],
    [`${long}\n`, `${long.replaceAll("line", "  line")}\n`],
  ] as const) {
    expect(applyPatch(before, renderDiff("a.writ", before, after, undefined))).toBe(after);
  }
});

test("a diff for eyes is in colour, and shows what cannot be seen", () => {
  const diff = renderDiff("a.writ", "a\u202e\tb\n", "c\n", { colour: true });
  expect(diff).toContain("\u001b[31m-a\\u{202e}\tb\u001b[0m\n\u001b[32m+c\u001b[0m\n");
});

test("the policies of this repository are formatted", async () => {
  expect(await writ(["fmt", "--check", "policies"])).toEqual({ out: "", err: "", exitCode: 0 });
});
