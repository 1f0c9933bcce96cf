import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openStore } from "../../src/state/open-store.js";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

test("keys are written for their owner alone, never over a file, and rotate", async () => {
  const file = join(folderOf({}), "keys.json");
  expect((await writ(["keys", "create", file])).exitCode).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const before = readFileSync(file, "utf8");
  expect(await writ(["keys", "create", file])).toMatchObject({ exitCode: 64 });
  expect(readFileSync(file, "utf8")).toBe(before);
  expect((await writ(["keys", "rotate", file])).exitCode).toBe(0);
  expect(JSON.parse(readFileSync(file, "utf8")).signing).toHaveLength(2);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a file of something else is not rotated", async () => {
  const file = join(folderOf({ "keys.json": "{}" }), "keys.json");
  expect((await writ(["keys", "rotate", file])).exitCode).toBe(64);
  expect(readFileSync(file, "utf8")).toBe("{}");
});

test("an API key is printed once, and only its hash goes into the configuration", async () => {
  const { out, err, exitCode } = await writ(["keys", "api-key", "gateway", "--scopes", "decide,audit"]);
  expect(err).toContain('"hash": "sha256:');
  expect(err).not.toContain(out.trim());
  expect(exitCode).toBe(0);
  expect((await writ(["keys", "api-key", "gateway", "--scopes", "everything"])).exitCode).toBe(64);
});

async function storeWithCells(): Promise<string> {
  const url = `file:${join(folderOf({ "x/y": "" }), "state")}`;
  const store = await openStore(url, { begin: true });
  for (const tenant of ["acme", "other"]) {
    const key = [tenant, "session", "s-1"].join("\u001f");
    await store.commit([{ op: "put", key, fields: { a: "1" }, ttl: 60_000 }], "all");
  }
  await store.close();
  return url;
}

test("the cells of a store are listed by tenant, and forgotten only when that is meant", async () => {
  const state = await storeWithCells();
  expect(await writ(["state", "show", "--state", state, "--tenant", "acme"])).toMatchObject({
    out: "acme / session / s-1\n",
    exitCode: 0,
  });
  expect(await writ(["state", "reset", "--state", state, "--tenant", "acme"])).toMatchObject({
    exitCode: 64,
  });
  expect(await writ(["state", "reset", "--state", state, "--tenant", "acme", "--yes"])).toMatchObject({
    out: "1 cells deleted\n",
  });
  expect((await writ(["state", "show", "--state", state])).out).toBe("other / session / s-1\n");
});

test("a store that is not there is not made by looking", async () => {
  const folder = folderOf({});
  expect(await writ(["state", "show", "--state", `file:${folder}/none`])).toMatchObject({ exitCode: 64 });
  expect(() => statSync(join(folder, "none"))).toThrow();
});

test("the state of a folder is copied, brought back, and read as a whole", async () => {
  const state = await storeWithCells();
  const copy = join(folderOf({}), "copy");
  expect(await writ(["state", "backup", copy, "--state", state])).toMatchObject({ exitCode: 0 });
  expect((await writ(["state", "backup", copy, "--state", state])).err).toContain("already");
  await writ(["state", "reset", "--state", state, "--yes"]);
  expect((await writ(["state", "verify", "--state", state])).out).toMatch(
    /^0 cells, 0 damaged; last commit 20/,
  );

  // A copy is not the state: used as if it were, it is refused until somebody accepts it.
  expect((await writ(["state", "show", "--state", `file:${copy}`])).err).toContain("is a copy");
  expect(await writ(["state", "restore", copy, "--state", state])).toMatchObject({ exitCode: 64 });
  expect(await writ(["state", "restore", copy, "--state", state, "--yes"])).toMatchObject({ exitCode: 0 });
  expect((await writ(["state", "verify", "--state", state])).out).toMatch(/^2 cells, 0 damaged/);
  expect((await writ(["state", "show", "--state", state, "--tenant", "acme"])).out).toBe(
    "acme / session / s-1\n",
  );
  expect((await writ(["state", "verify", "--state", "redis://127.0.0.1:1"])).err).toContain("file:DIR");
});

test("a new folder takes a word before it is used", async () => {
  const state = `file:${join(folderOf({}), "state")}`;
  expect((await writ(["state", "show", "--state", state])).err).toContain("writ state init");
  expect(await writ(["state", "init", "--state", state])).toMatchObject({ exitCode: 64 });
  expect(await writ(["state", "init", "--state", state, "--yes"])).toMatchObject({ exitCode: 0 });
  expect(await writ(["state", "show", "--state", state])).toMatchObject({ exitCode: 0, out: "" });
});

test("an MCP listing becomes a draft that parses, and is never written over a file", async () => {
  const tools = [
    { name: "get_customer", inputSchema: { type: "object", properties: { id: { type: "string" } } } },
  ];
  const folder = folderOf({});
  const file = join(folder, "crm-mcp.json");
  writeFileSync(file, JSON.stringify({ tools }));
  const words = ["import", "mcp", file, "--module", "acme.crm", "--out", join(folder, "out")];
  expect(await writ(words)).toMatchObject({ out: `${join(folder, "out/crm-mcp.writ")}\n`, exitCode: 0 });
  expect(readFileSync(join(folder, "out/crm-mcp.writ"), "utf8")).toContain('as "crm-mcp/get_customer"');
  expect(await writ(["check", join(folder, "out"), "--format", "plain"])).toMatchObject({ exitCode: 0 });
  expect(await writ(words)).toMatchObject({ exitCode: 64 });
});

test("the address of a store is also read from the environment, where others do not see its password", async () => {
  const url = await storeWithCells();
  vi.stubEnv("WRIT_STATE", url);
  try {
    expect((await writ(["state", "show", "--tenant", "acme"])).out).toBe("acme / session / s-1\n");
  } finally {
    vi.unstubAllEnvs();
  }
  expect((await writ(["state", "show"])).exitCode).toBe(64);
});
