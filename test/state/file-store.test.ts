import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/state/clock.js";
import { encodeMeta, metaKey } from "../../src/state/file-layout.js";
import { FileStore } from "../../src/state/file-store.js";
import type { StateStore, WindowCell, WindowSpec } from "../../src/state/store.js";
import { charge, put, start } from "./conformance.js";
import { killedAfter, race } from "./processes.js";
import { temporaryDirectory } from "./subjects.js";

const hour: WindowSpec = { kind: "rolling", length: 3_600_000, parts: 10 };

describe("the file store", () => {
  let directory: string;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  async function used(store: StateStore): Promise<number> {
    const { cells } = await store.read([{ kind: "window", key: "shared", window: hour }]);
    return (cells[0] as WindowCell).used;
  }

  it("remembers everything when it is opened again, and its time", async () => {
    const clock = new VirtualClock(start);
    const first = await FileStore.open(directory, { begin: true, clock });
    await first.commit([charge("w", 7, 10), put("m", { a: "1" })], "all");
    await first.close();
    clock.set(start - 90_000);
    const second = await FileStore.open(directory, { begin: true, clock });
    const { now, cells } = second.read([
      { kind: "window", key: "w", window: hour },
      { kind: "map", key: "m", fields: "all" },
    ]);
    expect(now).toBe(start);
    expect(cells).toMatchObject([{ used: 7 }, { exists: true, fields: new Map([["a", "1"]]) }]);
    await second.close();
  });

  it("admits exactly one of a thousand from two processes, one below the cap", async () => {
    const store = await FileStore.open(directory, { begin: true });
    await store.commit([charge("shared", 999, null, hour)], "all");
    expect(await race(`file:${directory}`, 2, 500)).toBe(1);
    expect(await used(store)).toBe(1_000);
    await store.close();
  });

  it("forgets nothing that was answered when a process is killed in the middle", async () => {
    let answered = 0;
    for (const time of [150, 60]) answered += await killedAfter(`file:${directory}`, time);
    expect(answered).toBeGreaterThan(2);
    const store = await FileStore.open(directory, { begin: true });
    const found = await used(store);
    expect(found).toBeGreaterThanOrEqual(answered);
    expect(found).toBeLessThanOrEqual(answered + 2);
    expect((await store.commit([charge("shared", 1, null, hour)], "all")).outcome).toBe("applied");
    expect((await store.health()).reachable).toBe(true);
    await store.close();
  });

  it("clears up what has expired, fields and all, as commits go by", async () => {
    const clock = new VirtualClock(start);
    const store = await FileStore.open(directory, { begin: true, clock });
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, "x"]));
    for (let n = 0; n < 30; n++)
      await store.commit([put(`m${n}`, many, 1_000), charge(`w${n}`, 1, null)], "all");
    expect((await store.health()).cells).toBe(60);
    clock.advance(1_000_000);
    for (let n = 0; n < 200; n++) await store.commit([put("keep", { n: String(n) }, 5_000_000)], "all");
    expect((await store.health()).cells).toBe(1);
    await store.close();
    const raw = open<Buffer, Buffer>({ path: directory, encoding: "binary", keyEncoding: "binary" });
    // Meta, the identity, the map, its field and its entry among what expires.
    expect(raw.getStats()).toMatchObject({ entryCount: 5 });
    await raw.close();
  });

  it("refuses a new cell at capacity, and changes nothing then", async () => {
    const clock = new VirtualClock(start);
    const store = await FileStore.open(directory, { begin: true, clock, capacity: 2 });
    await store.commit([charge("a", 1, null), put("b", {}, 1_000)], "all");
    const result = await store.commit([charge("a", 1, null), charge("c", 1, null)], "all");
    expect(result).toMatchObject({ outcome: "full", windows: [] });
    const { cells } = store.read([
      { kind: "window", key: "a", window: hour },
      { kind: "window", key: "c", window: hour },
    ]);
    expect(cells).toMatchObject([{ used: 1 }, { used: 0 }]);
    clock.advance(1_000);
    expect(await store.commit([charge("c", 1, null)], "all")).toMatchObject({
      outcome: "applied",
    });
    await store.close();
  });

  it("waits for the disk where it is told to", async () => {
    const store = await FileStore.open(directory, { begin: true, awaitDisk: true });
    const results = await Promise.all([1, 2, 3].map((n) => store.commit([charge("w", n, null)], "all")));
    expect(results.map(({ outcome }) => outcome)).toEqual(["applied", "applied", "applied"]);
    await store.close();
  });

  it("is out of reach once it is closed", async () => {
    const store = await FileStore.open(directory, { begin: true });
    await store.close();
    await store.close();
    await expect(store.commit([], "all")).rejects.toMatchObject({ reason: "unreachable" });
    expect(() => store.read([])).toThrow(/closed/);
    expect(await store.health()).toMatchObject({ reachable: false });
  });

  describe("says why a folder cannot be used", () => {
    it("where a file is in the way", async () => {
      const file = join(directory, "file");
      writeFileSync(file, "");
      await expect(FileStore.open(join(file, "state"), { begin: true })).rejects.toThrow(
        /cannot keep state in .*file\/state: /,
      );
    });

    it("where the file is no database", async () => {
      writeFileSync(join(directory, "data.mdb"), "something else entirely ".repeat(1_000));
      await expect(FileStore.open(directory, { begin: true })).rejects.toThrow(/cannot keep state in /);
    });

    it("where another version of the format lies", async () => {
      const raw = open<Buffer, Buffer>({ path: directory, encoding: "binary", keyEncoding: "binary" });
      await raw.put(
        metaKey,
        encodeMeta({ format: 1, now: 0, cells: 0, nextMap: 1, sequence: 0, committed: 0 }),
      );
      await raw.close();
      await expect(FileStore.open(directory, { begin: true })).rejects.toThrow(
        /it has format 1, and this version of Writ reads 2/,
      );
    });

    it("where the database is of something else", async () => {
      const raw = open<string, string>({ path: directory });
      await raw.put("a", "b");
      await raw.close();
      await expect(FileStore.open(directory, { begin: true })).rejects.toThrow(
        /holds a database of something else/,
      );
    });

    it("where nobody may write", async () => {
      const locked = join(directory, "locked");
      mkdirSync(locked, { mode: 0o500 });
      if (process.getuid?.() === 0) return;
      await expect(FileStore.open(locked, { begin: true })).rejects.toThrow(/cannot keep state in .*locked/);
    });
  });
});
