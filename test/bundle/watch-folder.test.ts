import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { FolderContents } from "../../src/bundle/folder-contents.js";
import { BUNDLE_LIMITS } from "../../src/bundle/limits.js";
import { watchFolder } from "../../src/bundle/watch-folder.js";

function folder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "writ-")));
}

/** Writes a text of the same length and gives the file the times that it had. */
function replaceUnseen(path: string, text: string): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(path, text);
  utimesSync(path, atime, mtime);
}

describe("what a folder holds", () => {
  test("is another after a change that keeps size and time", async () => {
    const root = folder();
    writeFileSync(join(root, "a.writ"), "deny a");
    const contents = new FolderContents(root);
    const before = await contents.look();
    expect(await contents.look()).toBe(before);
    replaceUnseen(join(root, "a.writ"), "deny b");
    expect(await contents.look()).not.toBe(before);
  });

  test("is compared by contents where a file system says nothing of a change", async () => {
    const root = folder();
    for (const name of ["a.writ", "b.json", "sub.json"]) writeFileSync(join(root, name), "1");
    const contents = new FolderContents(root, async () => ({ stamp: "as ever", size: 1 }));
    for (const name of ["a.writ", "b.json", "sub.json"]) {
      const before = await contents.look();
      writeFileSync(join(root, name), "2");
      expect(await contents.look()).not.toBe(before);
    }
  });

  test("is read in parts: a large folder costs no more a look, and a change shows after some looks", async () => {
    const root = folder();
    const size = 600_000;
    const names = ["a.writ", "b.writ", "c.writ", "d.writ"];
    for (const name of names) writeFileSync(join(root, name), "x".repeat(size));
    const contents = new FolderContents(root, async () => ({ stamp: "as ever", size }));
    let before = await contents.look();
    for (const name of names) {
      writeFileSync(join(root, name), "y".repeat(size));
      let looks = 0;
      let now = before;
      while (now === before && looks++ < 10) now = await contents.look();
      expect(looks).toBeLessThanOrEqual(names.length);
      before = now;
    }
  });

  test("is another after links were swapped or a file lost its name, and not after a log grew", async () => {
    const root = folder();
    mkdirSync(join(root, ".one"));
    mkdirSync(join(root, ".two"));
    for (const version of [".one", ".two"]) writeFileSync(join(root, version, "a.writ"), "deny a");
    symlinkSync(".one", join(root, "data"));
    const contents = new FolderContents(root);
    const before = await contents.look();
    unlinkSync(join(root, "data"));
    symlinkSync(".two", join(root, "data"));
    const swapped = await contents.look();
    expect(swapped).not.toBe(before);
    renameSync(join(root, ".two/a.writ"), join(root, ".two/b.writ"));
    const renamed = await contents.look();
    expect(renamed).not.toBe(swapped);
    writeFileSync(join(root, "notes.log"), "1");
    const noted = await contents.look();
    writeFileSync(join(root, "notes.log"), "12");
    expect(await contents.look()).toBe(noted);
  });

  test("is looked at although something large lies beside it, and where links lead into that", async () => {
    const root = folder();
    const packages = join(root, "node_modules");
    mkdirSync(join(packages, "zzz/policies"), { recursive: true });
    for (let i = 0; i < BUNDLE_LIMITS.skippedEntries + 100; i++) writeFileSync(join(packages, `${i}`), "");
    const files = [join(root, "z/a.writ"), join(packages, "zzz/policies/b.writ")];
    mkdirSync(join(root, "z"));
    symlinkSync("node_modules/zzz/policies", join(root, "linked"));
    for (const file of files) writeFileSync(file, "deny a");
    const contents = new FolderContents(root);
    for (const file of files) {
      const before = await contents.look();
      writeFileSync(file, "deny b");
      expect(await contents.look()).not.toBe(before);
    }
    rmSync(root, { recursive: true });
  });
});

test("a watch sees files that are saved by a rename, again and again, with or without new times", async () => {
  const root = folder();
  const file = join(root, "a.writ");
  const aside = join(root, "a.new");
  writeFileSync(file, "deny 0");
  let changes = 0;
  const watch = await watchFolder(root, 20, async () => {
    changes++;
  });
  const { atime, mtime } = statSync(file);
  for (let save = 1; save <= 4; save++) {
    writeFileSync(aside, `deny ${save}`);
    if (save % 2 === 0) utimesSync(aside, atime, mtime);
    if (save === 3) copyFileSync(aside, file);
    else renameSync(aside, file);
    rmSync(aside, { force: true });
    await vi.waitFor(() => expect(changes).toBe(save), { timeout: 10_000 });
  }
  watch.stop();
});
