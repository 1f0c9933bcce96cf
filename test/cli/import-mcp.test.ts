import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const listing = (...names: readonly string[]) =>
  JSON.stringify({ tools: names.map((name) => ({ name, inputSchema: { type: "object", properties: {} } })) });

test("a listing becomes a file in canonical form, and is brought up to date later", async () => {
  const folder = folderOf({ "crm.json": listing("get_a", "add_b") });
  const bundle = join(folder, "policies");
  const source = join(folder, "crm.json");
  const file = join(bundle, "crm.writ");
  expect(await writ(["import", "mcp", source, "--out", bundle])).toMatchObject({
    out: `${file}\n`,
    exitCode: 0,
  });
  expect(readFileSync(file, "utf8")).toContain("module tools.crm\n");
  expect(await writ(["fmt", "--check", bundle])).toMatchObject({ out: "", exitCode: 0 });

  writeFileSync(source, listing("get_a", "list_c"));
  const updated = await writ(["import", "mcp", source, "--update", bundle]);
  expect(updated).toMatchObject({
    out: `gone crm/add_b (${file}:16)\nadded crm/list_c (${file})\n`,
    err: "1 of 2 listed tools are as they were\n",
    exitCode: 0,
  });
  expect(await writ(["fmt", "--check", bundle])).toMatchObject({ out: "", exitCode: 0 });
  expect((await writ(["check", bundle])).exitCode).toBe(0);
  const again = await writ(["import", "mcp", source, "--update", bundle]);
  expect(again.out).toBe(`gone crm/add_b (${file}:16)\n`);
});

test("a listing with a property that some programs take for a prototype is read", async () => {
  const schema = '{"type":"object","properties":{"__proto__":{"type":"string"},"a":{"type":"string"}}}';
  const folder = folderOf({ "crm.json": `{"tools":[{"name":"get_a","inputSchema":${schema}}]}` });
  const { out, exitCode } = await writ(["import", "mcp", join(folder, "crm.json")]);
  expect(exitCode).toBe(0);
  expect(out).toContain("a?: text");
  expect(out).toContain("`__proto__` is left out");
});

test.each([
  ["an update of another server's tools", ["--update", "DIR", "--server", "other"], "import it first"],
  ["an update into a new file", ["--update", "DIR", "--out", "DIR"], "leave out `--out`"],
  ["an update of no folder", ["--update", "DIR/none"], "there is no folder"],
  ["a tool that is not listed", ["--update", "DIR", "--only", "get_b"], "did you mean `get_a`?"],
])("%s is refused", async (_, words, said) => {
  const folder = folderOf({ "crm.json": listing("get_a") });
  await writ(["import", "mcp", join(folder, "crm.json"), "--out", join(folder, "policies")]);
  const named = words.map((word) => word.replace("DIR", join(folder, "policies")));
  const { err, exitCode } = await writ(["import", "mcp", join(folder, "crm.json"), ...named]);
  expect(err).toContain(said);
  expect(exitCode).toBe(64);
});
