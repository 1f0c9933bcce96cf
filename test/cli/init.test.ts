import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

test("what init writes checks without a warning, is formatted, passes its tests and decides", async () => {
  const folder = join(folderOf({}), "new", "bundle");
  expect((await writ(["init", folder])).exitCode).toBe(0);
  expect(await writ(["check", folder, "--deny-warnings"])).toMatchObject({ exitCode: 0 });
  expect(await writ(["fmt", "--check", folder])).toMatchObject({ out: "", exitCode: 0 });
  expect(await writ(["test", folder])).toMatchObject({ exitCode: 0 });
  const request = join(folder, "requests/search.json");
  expect(await writ(["decide", folder, request])).toMatchObject({ exitCode: 0 });
});

test("nothing is written over, and nothing beside what exists", async () => {
  const folder = folderOf({ "rules.writ": "// mine\n" });
  const { err, exitCode } = await writ(["init", folder]);
  expect(err).toContain("is not overwritten");
  expect(exitCode).toBe(64);
  expect(readdirSync(folder)).toEqual(["rules.writ"]);
  expect(readFileSync(join(folder, "rules.writ"), "utf8")).toBe("// mine\n");
});
