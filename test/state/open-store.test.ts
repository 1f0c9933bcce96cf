import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/state/open-store.js";
import { temporaryDirectory } from "./subjects.js";

describe("a store is opened by its address", () => {
  it("in memory", async () => {
    const store = await openStore("memory:", { capacity: 3 });
    expect(await store.health()).toEqual({ reachable: true, cells: 0, capacity: 3, fill: 0, ahead: 0 });
  });

  it("in a folder, absolute, relative or as a URL, with a dot in its name", async () => {
    const directory = temporaryDirectory();
    const state = join(directory, "a folder.d");
    for (const url of [
      `file:${state}`,
      `file:${relative(process.cwd(), state)}`,
      `file://${encodeURI(state)}`,
    ]) {
      const store = await openStore(url, { begin: true });
      expect(store.kind).toBe("file");
      const { now } = await store.commit(
        [{ op: "increment", key: "n", field: "n", by: 1, ttl: 60_000 }],
        "all",
      );
      expect(now).toBeGreaterThan(0);
      await store.close();
    }
    const store = await openStore(`file:${state}`);
    const { cells } = await store.read([{ kind: "map", key: "n", fields: ["n"] }]);
    expect(cells[0]).toMatchObject({ fields: new Map([["n", "3"]]) });
    await store.close();
    rmSync(directory, { recursive: true });
  });

  it.each([
    "",
    "postgres://user:secret@host/db",
    "user:secret@host",
    "redis:secret",
    "file:",
    "redis://:secret@:x",
  ])("and not at `%s`", async (url) => {
    const error: unknown = await openStore(url).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toMatch(/address of the state store|needs a directory/);
    expect(String(error)).not.toContain("secret");
  });
});
