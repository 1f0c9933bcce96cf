/** The command as it is built and installed: one file that answers as the modules do, started from anywhere. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { recordingTerminal, writ } from "./recording-terminal.js";

const ROOT = join(import.meta.dirname, "../..");
const STARTER = join(ROOT, "policies/starter");
const LOOKUP = join(STARTER, "requests/lookup.json");
const PACKAGE = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const BIN = join(ROOT, PACKAGE.bin.writ);
const { BUNDLE, CODE_CACHE, loadBundled } = (await import(
  join(ROOT, "dist/src/cli/bundled.js")
)) as typeof import("../../src/cli/bundled.js");

/** A bundle with a warning and two kinds of errors. */
const MISTAKEN = folderOf({
  "a.writ": "allow x { agent any  call nothing }",
  "b.writ": "deny y { call any when }\n",
});

function run(file: string, words: readonly string[], cwd: string, env: object = {}): string {
  return execFileSync(process.execPath, [file, ...words], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

describe("the bundle", () => {
  test.each([
    [["--help"]],
    [["--version"]],
    [["nonsense"]],
    [["check", STARTER, "--tests"]],
    [["check", STARTER, "--format", "sarif"]],
    [["check", MISTAKEN]],
    [["check", MISTAKEN, "--format", "json"]],
    [["fmt", "--diff", STARTER, MISTAKEN]],
    [["test", STARTER, "--coverage"]],
    [["explain", "W2001"]],
    [["explain", STARTER, LOOKUP, "--now", "2026-01-01T00:00:00Z"]],
    [["posture", STARTER, "--conditions"]],
    [["threats", STARTER]],
    [["decide", STARTER, BIN]],
  ])("answers as the modules do: %j", async (words) => {
    const { terminal, printed } = recordingTerminal();
    const exitCode = await loadBundled()?.command.run(words, terminal);
    expect({ ...withoutIds(printed), exitCode }).toEqual(withoutIds(await writ(words)));
  });

  test("is taken with what was compiled of it", () => {
    expect(loadBundled()?.script.cachedDataRejected).toBe(false);
  });

  test("names every package in it with its licence", () => {
    const licences = readFileSync(`${BUNDLE}.licenses.txt`, "utf8");
    for (const name of ["chevrotain", "commander", "fastify", "zod"])
      expect(licences).toMatch(new RegExp(`^${name} [0-9.]+, [A-Z]`, "m"));
    expect(licences).toContain("Permission is hereby granted");
  });

  test("holds no text beyond ASCII, as whoever reads it expects", () => {
    expect(readFileSync(BUNDLE).every((byte) => byte < 128)).toBe(true);
  });
});

/** Ids are drawn, and times run, anew in each of two runs. */
function withoutIds<Printed extends { readonly out: string; readonly err: string }>(printed: Printed) {
  const plain = (text: string) => text.replace(/dec_[\w-]+/g, "dec_…").replace(/\(\d+ ms\)/g, "(… ms)");
  return { ...printed, out: plain(printed.out), err: plain(printed.err) };
}

describe("bundle and modules", () => {
  const { atime, mtime } = statSync(BUNDLE);
  afterEach(() => utimesSync(BUNDLE, atime, mtime));

  test("that were built again after the bundle are what runs", () => {
    expect(loadBundled()).toBeDefined();
    utimesSync(BUNDLE, atime, 0);
    expect(loadBundled()).toBeUndefined();
    expect(run(BIN, ["check", STARTER], ROOT)).toContain("no problems");
  });

  test("run where the bundle is newer than what was compiled of it", () => {
    utimesSync(BUNDLE, atime, mtime.getTime() / 1000 + 3600);
    expect(loadBundled()?.script.cachedDataRejected).toBeUndefined();
    expect(run(BIN, ["check", STARTER], ROOT)).toContain("no problems");
  });
});

describe("what an installed package starts", () => {
  test("runs from another folder, and through a link as npm makes one", () => {
    const elsewhere = folderOf({ "x.txt": "" });
    symlinkSync(BIN, join(elsewhere, "writ"));
    for (const file of [BIN, join(elsewhere, "writ")]) {
      expect(run(file, ["check", STARTER], elsewhere)).toMatch(/no problems\nrevision sha256:/);
      expect(run(file, ["--version"], elsewhere)).toBe(`${PACKAGE.version}\n`);
    }
  });

  test("is in the package with all that it needs, and without what one Node compiled", () => {
    const [{ files }] = JSON.parse(
      execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
        cwd: ROOT,
        encoding: "utf8",
      }),
    );
    const packed: readonly string[] = files.map(({ path }: { path: string }) => path);
    expect(packed).toEqual(
      expect.arrayContaining([
        PACKAGE.bin.writ,
        "dist/src/cli/bundled.js",
        "dist/writ.cjs",
        "dist/writ.cjs.licenses.txt",
        "dist/src/index.d.ts",
      ]),
    );
    expect(existsSync(CODE_CACHE)).toBe(true);
    expect(packed.filter((path) => path.endsWith(".cache"))).toEqual([]);
  });

  test("loads for `check` none of the packages that only other commands need", () => {
    const used = packagesUsedBy(["check", STARTER]);
    expect(used).toEqual(expect.arrayContaining(["chevrotain", "commander"]));
    expect(used.filter((name) => FOR_OTHERS.includes(name))).toEqual([]);
    expect(packagesUsedBy(["decide", STARTER, LOOKUP])).toContain("zod");
  });
});

const FOR_OTHERS = [
  "ajv",
  "diff",
  "fastify",
  "ioredis",
  "jose",
  "libphonenumber-js",
  "lmdb",
  "pino",
  "prom-client",
  "vscode-languageserver",
  "yaml",
  "zod",
];

/** As coverage has them: what was read from a file of its own, and what of the bundle was run. */
function packagesUsedBy(words: readonly string[]): readonly string[] {
  const folder = folderOf({ "x.txt": "" });
  run(BIN, words, ROOT, { NODE_V8_COVERAGE: folder });
  const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const { result }: Coverage = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const inBundle = result
    .filter(({ url }) => url.endsWith(BUNDLE.slice(dirname(BUNDLE).length)))
    .flatMap(({ functions }) => functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
    .map(({ functionName }) => functionName);
  const names = [...result.map(({ url }) => url), ...inBundle].flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}
