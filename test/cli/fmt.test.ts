import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
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

test("the policies of this repository are formatted", async () => {
  expect(await writ(["fmt", "--check", "policies"])).toEqual({ out: "", err: "", exitCode: 0 });
});
