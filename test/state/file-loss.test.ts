import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/state/clock.js";
import { backUp, restoreBackup } from "../../src/state/file-backup.js";
import { cellKey, shortened } from "../../src/state/file-layout.js";
import { FileStore } from "../../src/state/file-store.js";
import type { WindowCell, WindowSpec } from "../../src/state/store.js";
import { charge, put, start } from "./conformance.js";
import { temporaryDirectory } from "./subjects.js";

const hour: WindowSpec = { kind: "rolling", length: 3_600_000, parts: 10 };
const one = charge("shared", 1, 10, hour);
const lost = { name: "StateUnavailable", reason: "lost" };
const unreachable = { name: "StateUnavailable", reason: "unreachable" };

describe("a file store whose file is not what it was", () => {
  let parent: string;
  let directory: string;
  let data: string;
  const stores: FileStore[] = [];

  const opened = async (options = {}): Promise<FileStore> => {
    const store = await FileStore.open(directory, options);
    stores.push(store);
    return store;
  };
  const spend = async (store: FileStore, times: number): Promise<void> => {
    for (let n = 0; n < times; n++) expect((await store.commit([one], "all")).outcome).toBe("applied");
  };
  const used = (store: FileStore): number =>
    (store.read([{ kind: "window", key: "shared", window: hour }]).cells[0] as WindowCell).used;
  const spent = async (times: number): Promise<void> => {
    const store = await opened({ begin: true });
    await spend(store, times);
    await store.close();
  };

  /** Runs in a process of its own, as other services do: LMDB cannot open a path twice in one process. */
  const elsewhere = (code: string) => {
    const imported = ["file-store", "file-backup"].map(
      (name) =>
        `...(await import(${JSON.stringify(new URL(`../../src/state/${name}.ts`, import.meta.url).href)}))`,
    );
    const script = `const { FileStore, restoreBackup } = { ${imported.join(", ")} };
      const directory = ${JSON.stringify(directory)}; ${code}; process.exit(0);`;
    const words = ["--import", "tsx", "--input-type=module", "-e", script];
    return spawnSync(process.execPath, words, { encoding: "utf8", timeout: 20_000 });
  };

  beforeEach(() => {
    parent = temporaryDirectory();
    directory = join(parent, "state");
    data = join(directory, "data.mdb");
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    rmSync(parent, { recursive: true, force: true });
  });

  describe("is lost, and not new,", () => {
    it("where the folder is not there, and nothing is made", async () => {
      await expect(opened()).rejects.toMatchObject(lost);
      await expect(opened()).rejects.toThrow(/`writ state init --state file:/);
      expect(() => readFileSync(directory)).toThrow(/ENOENT/);
    });

    it.each([
      ["deleted", () => rmSync(data)],
      ["emptied", () => truncateSync(data)],
      ["on a volume that is not mounted", () => rmSync(directory, { recursive: true })],
    ])("where it was %s", async (_, happen) => {
      await spent(10);
      happen();
      mkdirSync(directory, { recursive: true });
      await expect(opened()).rejects.toMatchObject(lost);
    });

    it("where an older copy was put in its place", async () => {
      await spent(3);
      cpSync(data, join(parent, "copy"));
      await spent(7);
      rmSync(data);
      copyFileSync(join(parent, "copy"), data);
      await expect(opened()).rejects.toMatchObject(lost);
      await expect(opened()).rejects.toThrow(/is a copy/);
      expect(used(await opened({ begin: true }))).toBe(3);
      expect(used(await opened())).toBe(3);
    });
  });

  it("goes on where it was only moved", async () => {
    await spent(3);
    renameSync(directory, `${directory}-moved`);
    directory = `${directory}-moved`;
    expect(used(await opened())).toBe(3);
  });

  it.each([
    ["the folder is deleted", () => rmSync(directory, { recursive: true })],
    ["its file is deleted", () => rmSync(data)],
  ])("is lost to a process that uses it when %s, so that no two count apart", async (_, happen) => {
    const store = await opened({ begin: true });
    await spend(store, 8);
    happen();
    await expect(store.commit([one], "all")).rejects.toMatchObject(lost);
    expect(() => store.read([])).toThrow(expect.objectContaining(lost));
    expect(await store.health()).toMatchObject({ reachable: false, lost: true });
    expect(elsewhere("await FileStore.open(directory)").stderr).toContain("`writ state init");
    const anew = elsewhere("const s = await FileStore.open(directory, { begin: true }); await s.close();");
    expect(anew).toMatchObject({ status: 0 });
    await expect(store.commit([one], "all")).rejects.toMatchObject(lost);
  });

  it("is lost to a process that uses it while another file is in its place", async () => {
    const store = await opened({ begin: true });
    await spend(store, 8);
    linkSync(data, `${data}.ours`);
    copyFileSync(data, `${data}.other`);
    renameSync(`${data}.other`, data);
    await expect(store.commit([one], "all")).rejects.toMatchObject(lost);
    expect(await store.health()).toMatchObject({ reachable: false, lost: true });
    expect(elsewhere("await FileStore.open(directory)").stderr).toContain("is a copy");
    renameSync(`${data}.ours`, data);
    await spend(store, 2);
    expect(used(store)).toBe(10);
  });

  it("is brought back from a backup that was made while it was used", async () => {
    const store = await opened({ begin: true });
    await spend(store, 4);
    await store.commit([put("m", { a: "1", overflow: "1" }, 3_600_000)], "all");
    const backup = join(parent, "backup");
    await backUp(store, backup);
    await spend(store, 2);
    expect(elsewhere(`await restoreBackup(${JSON.stringify(backup)}, directory)`)).toMatchObject({
      status: 0,
    });
    await expect(store.commit([one], "all")).rejects.toMatchObject(lost);
    const { stdout } = elsewhere(
      'const s = await FileStore.open(directory); console.log(JSON.stringify([s.inspect(), s.read([{ kind: "window", key: "shared", window: { kind: "rolling", length: 3_600_000, parts: 10 } }]).cells[0].used]))',
    );
    expect(JSON.parse(stdout)).toMatchObject([{ cells: 2, expected: 2, damaged: 0 }, 4]);
    await expect(restoreBackup(join(parent, "none"), directory)).rejects.toThrow(/there is none/);
  });

  it("says when its last commit was", async () => {
    const clock = new VirtualClock(start);
    const store = await opened({ begin: true, clock });
    await spend(store, 1);
    await store.close();
    clock.advance(86_400_000);
    expect(await (await opened({ clock })).health()).toMatchObject({ committed: start });
  });

  describe("is refused in one line, and ends no process,", () => {
    const pages = () => readFileSync(data).length / 4096;
    const fill = async (): Promise<void> => {
      const store = await opened({ begin: true });
      for (let n = 0; n < 300; n++)
        await store.commit([put(`m${n}`, { a: "x".repeat(2_000) }, 3_600_000)], "all");
      await store.close();
    };

    it("where its end is missing", async () => {
      await fill();
      truncateSync(data, 4096 * Math.floor(pages() / 2));
      await expect(opened()).rejects.toThrow(/^cannot keep state in .*data\.mdb cannot be used: .*missing/);
    });

    it("where any of its pages that are in use became something else", async () => {
      await fill();
      const whole = readFileSync(data);
      let refused = 0;
      for (let page = 2; page < whole.length / 4096; page += 7) {
        const bytes = Buffer.from(whole);
        for (let i = 0; i < 4096; i++) bytes[page * 4096 + i] = (i * 37 + page * 11 + 5) & 0xff;
        writeFileSync(data, bytes);
        // In a process of its own: what is taken for sound must not end it.
        const { stdout, status } = elsewhere(
          `try { const s = await FileStore.open(directory); s.inspect(); await s.commit([], "all"); console.log("taken"); }
           catch (error) { console.log(error.message.includes("damaged") ? "refused" : error.message); }`,
        );
        expect([status, stdout.trim()]).toEqual([0, expect.stringMatching(/^(taken|refused)$/)]);
        if (stdout.trim() === "refused") refused++;
        if (page > 60) break;
      }
      expect(refused).toBeGreaterThan(3);
    }, 60_000);
  });

  it("takes a cell that Writ cannot have written as unknown, and not as nothing", async () => {
    await spent(10);
    const raw = open<Buffer, Buffer>({ path: directory, encoding: "binary", keyEncoding: "binary" });
    const key = cellKey(shortened("shared"));
    const whole = raw.get(key) as Buffer;
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from("x"),
      Buffer.alloc(40),
      whole.subarray(0, 16),
      whole.subarray(0, 24),
    ]) {
      await raw.put(key, bytes);
      const store = await opened();
      await expect(store.commit([one], "all")).rejects.toMatchObject({
        name: "WrongKind",
        reason: "damaged",
      });
      expect(() => used(store)).toThrow(/does not hold what Writ writes/);
      expect(store.inspect().damaged).toBe(1);
      await store.close();
    }
    await raw.close();
  });

  it.skipIf(process.getuid?.() !== 0)(
    "is full, and not out of reach, where the disk is full",
    async ({ skip }) => {
      const disk = join(parent, "disk");
      mkdirSync(disk);
      if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=700k", "tmpfs", disk]).status !== 0) skip();
      directory = join(disk, "state");
      const store = await opened({ begin: true });
      const outcomes: string[] = [];
      for (let n = 0; n < 1_000 && outcomes.at(-1) !== "full"; n++)
        outcomes.push((await store.commit([put(`m${n}`, { a: "x".repeat(900) }, 3_600_000)], "all")).outcome);
      expect(outcomes.length).toBeGreaterThan(100);
      expect(outcomes.at(-1)).toBe("full");
      expect(await store.health()).toMatchObject({ reachable: true, fill: 1 });
      const [kept] = store.read([{ kind: "map", key: "m1", fields: "all" }]).cells;
      expect(kept).toMatchObject({ exists: true });
      await store.close();
      spawnSync("umount", ["-l", disk]);
    },
  );

  it("answers within its time limit while a stopped process holds it, and goes on when that ends", async () => {
    const store = await opened({ begin: true, timeout: 300 });
    await spend(store, 1);
    const script = `const { open } = await import("lmdb"); const { writeSync } = await import("node:fs");
      const file = open({ path: ${JSON.stringify(directory)}, encoding: "binary", keyEncoding: "binary" });
      file.transactionSync(() => { writeSync(1, "held"); for (;;); });`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: process.cwd() });
    try {
      await new Promise((resolve) => holder.stdout.once("data", resolve));
      holder.kill("SIGSTOP");
      const begun = performance.now();
      const trips = await Promise.allSettled([
        ...Array.from({ length: 50 }, () => store.commit([one], "all")),
        store.health(),
      ]);
      expect(performance.now() - begun).toBeLessThan(2_500);
      for (const trip of trips.slice(0, 50))
        expect(trip).toMatchObject({ status: "rejected", reason: unreachable });
      expect(trips[50]).toMatchObject({ value: { reachable: false } });
      // Reading waits for nobody.
      expect(used(store)).toBe(1);
    } finally {
      holder.kill("SIGKILL");
    }
    await new Promise((resolve) => holder.once("close", resolve));
    const giveUp = performance.now() + 10_000;
    while ((await store.health()).reachable === false && performance.now() < giveUp);
    expect(used(store)).toBe(1);
    await spend(store, 1);
    expect(used(store)).toBe(2);
  }, 30_000);
});
