import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { listPolicyFiles } from "../../src/bundle/folder.js";
import { BUNDLE_LIMITS } from "../../src/bundle/limits.js";
import { loadBundle } from "../../src/bundle/load.js";
import { readTextFile } from "../../src/bundle/read-file.js";

function folder(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "writ-")));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const pathsIn = (root: string) => listPolicyFiles(root).files.map((file) => file.path);
const problemsIn = (root: string) =>
  listPolicyFiles(root).problems.map(({ path, kind }) => `${path}: ${kind}`);

test("policies are found in every folder, in code-unit order of their paths", () => {
  const root = folder({ "b.writ": "", "a/z.writ": "", "a.writ": "", "B.writ": "", "a/deep/c.writ": "" });
  expect(pathsIn(root)).toEqual(["B.writ", "a.writ", "a/deep/c.writ", "a/z.writ", "b.writ"]);
});

test("hidden folders, node_modules and other files are left alone", () => {
  const root = folder({
    "a.writ": "",
    ".git/b.writ": "",
    ".hidden.writ": "",
    "node_modules/x/c.writ": "",
    "d.writ.bak": "",
    "README.md": "",
  });
  expect(listPolicyFiles(root)).toMatchObject({ files: [{ path: "a.writ" }], problems: [] });
});

const LOOK = 'tool look { title "L"  action read  tier 1  args { }  accepts any  yields nothing }\n';
const DENY = "deny never { call look }\n";
/** What loading says of a folder with a policy and one more file. */
const loadedBeside = (path: string, text: string) => {
  const { bundle, diagnostics } = loadBundle(folder({ "a.writ": LOOK, [path]: text }));
  const found = diagnostics.map(({ code, primary }) => `${code} ${primary.span.file}`);
  return { loads: bundle !== undefined, found };
};

test.each([
  "deny.WRIT",
  "deny.Writ",
  "deny.writ ",
  "deny.writ.",
  "deny.\uff57\uff52\uff49\uff54",
  "deny.writ\u200b",
  ".deny.writ",
  ".hidden/deny.writ",
  ".hidden/deep/.deny.WRIT",
  "..2026_11/deny.writ",
  "sub/.hidden/deny.writ",
])("a policy that is left out, such as %j, is an error where it declares something", (path) => {
  expect(loadedBeside(path, DENY)).toEqual({ loads: false, found: [`W7006 ${path}`] });
  expect(loadedBeside(path, "deny never { call look")).toEqual({ loads: false, found: [`W7006 ${path}`] });
  expect(loadedBeside(path, "// deny later\n")).toEqual({ loads: true, found: [`W7007 ${path}`] });
});

test("what a package manager or version control keeps is no policy of the folder", () => {
  expect(loadedBeside("node_modules/acme/deny.writ", DENY)).toEqual({
    loads: true,
    found: ["W7007 node_modules"],
  });
  for (const path of [".git/deny.writ", "sub/.svn/deny.writ", "deny.writ.bak", "deny.writ~", "writ"])
    expect(loadedBeside(path, DENY)).toEqual({ loads: true, found: [] });
});

test("a left-out policy that cannot be read may hold a deny", () => {
  const outside = folder({ "x.writ": DENY });
  for (const name of ["deny.WRIT", ".deny.writ", "deny"]) {
    const root = folder({ "a.writ": LOOK });
    symlinkSync(join(outside, "x.writ"), join(root, name));
    expect(loadBundle(root).diagnostics.map(({ code, primary }) => [code, primary.span.file])).toEqual([
      ["W7006", name],
    ]);
  }
  const lost = folder({ "a.writ": LOOK });
  symlinkSync("nowhere", join(lost, ".deny.writ"));
  expect(loadBundle(lost).bundle).toBeUndefined();
});

test("a skipped folder that is too large to search is told", () => {
  const root = folder({ "a.writ": LOOK });
  mkdirSync(join(root, ".many"));
  for (let i = 0; i <= BUNDLE_LIMITS.skippedEntries; i++) mkdirSync(join(root, ".many", String(i)));
  const { bundle, diagnostics } = loadBundle(root);
  expect(bundle).toBeDefined();
  expect(diagnostics).toMatchObject([{ code: "W7007", primary: { span: { file: ".many" } } }]);
});

test("of very many left-out policies some are looked at, and the rest are errors without a look", () => {
  const many = Array.from({ length: BUNDLE_LIMITS.leftOut + 5 }, (_, i) => [`.${i}.writ`, ""] as const);
  const { bundle, diagnostics } = loadBundle(folder({ "a.writ": LOOK, ...Object.fromEntries(many) }));
  expect(bundle).toBeUndefined();
  expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
    { code: "W7006", message: "5 more files that look like policies are left out" },
  ]);
});

test("a folder whose name ends in .writ is a folder", () => {
  expect(pathsIn(folder({ "old.writ/a.writ": "" }))).toEqual(["old.writ/a.writ"]);
});

test("a link to a file inside is followed, as a mounted ConfigMap needs", () => {
  const root = folder({ "..2026_11/a.writ": "", "b.writ": "" });
  symlinkSync("..2026_11", join(root, "..data"));
  symlinkSync("..data/a.writ", join(root, "a.writ"));
  symlinkSync("b.writ", join(root, "c.writ"));
  expect(listPolicyFiles(root)).toMatchObject({
    files: [{ path: "a.writ" }, { path: "b.writ" }],
    problems: [],
  });
});

test("a link to a folder inside is followed, so a hidden one can hold policies if it is named", () => {
  const root = folder({ ".shared/a.writ": "", "b/c.writ": "" });
  symlinkSync(".shared", join(root, "shared"));
  symlinkSync("b", join(root, "again"));
  expect(pathsIn(root)).toEqual(["again/c.writ", "shared/a.writ"]);
});

test("links that lead out of the bundle are refused", () => {
  const outside = folder({ "x.writ": "" });
  const root = folder({ "a.writ": "" });
  symlinkSync(join(outside, "x.writ"), join(root, "file.writ"));
  symlinkSync(outside, join(root, "linked"));
  symlinkSync("..", join(root, "up"));
  symlinkSync(`${root}-sibling`, join(root, "gone"));
  expect(problemsIn(root)).toEqual([
    "file.writ: outside",
    "gone: unreadable",
    "linked: outside",
    "up: outside",
  ]);
  expect(pathsIn(root)).toEqual(["a.writ"]);
});

test("a link into a folder whose name only begins like the bundle's leads out of it", () => {
  const root = folder({ "a.writ": "" });
  mkdirSync(`${root}-sibling`);
  writeFileSync(join(`${root}-sibling`, "x.writ"), "");
  symlinkSync(join(`${root}-sibling`, "x.writ"), join(root, "x.writ"));
  expect(problemsIn(root)).toEqual(["x.writ: outside"]);
});

test("links in a circle end, and a dangling one that should be a policy is reported", () => {
  const root = folder({ "a.writ": "" });
  symlinkSync(".", join(root, "self"));
  symlinkSync("loop.writ", join(root, "loop.writ"));
  symlinkSync("nowhere", join(root, "dangling.writ"));
  expect(problemsIn(root)).toEqual(["dangling.writ: unreadable", "loop.writ: unreadable"]);
});

test("a dangling link is reported whatever its name, for it may have led to a folder of policies", () => {
  const root = folder({ "a.writ": "" });
  symlinkSync(".not-mounted", join(root, "shared"));
  symlinkSync("nobody@host:1", join(root, ".#a.writ"));
  expect(problemsIn(root)).toEqual(["shared: unreadable"]);
});

test("a pipe named like a policy is refused instead of waited for", () => {
  const root = folder({});
  execFileSync("mkfifo", [join(root, "pipe.writ")]);
  expect(problemsIn(root)).toEqual(["pipe.writ: unreadable"]);
  expect(readTextFile(join(root, "pipe.writ"))).toMatchObject({ kind: "unreadable" });
});

test("folders deeper than the bound are reported, not passed over", () => {
  const deep = Array.from({ length: BUNDLE_LIMITS.depth + 1 }, (_, index) => `d${index}`).join("/");
  const root = folder({ [`${deep}/a.writ`]: "" });
  expect(problemsIn(root)).toEqual([`${deep}: too-large`]);
});

test("what may not be read is reported", () => {
  const root = folder({ "closed/a.writ": "" });
  chmodSync(root, 0o755);
  chmodSync(join(root, "closed"), 0);
  asAnybody(() => expect(problemsIn(root)).toEqual(["closed: unreadable"]));
});

/** As root everything may be read: so for a while as somebody else. */
function asAnybody(work: () => void): void {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.("nobody");
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test("a file is read as UTF-8 without its byte order mark", () => {
  const root = folder({ "a.writ": "\ufefflabel pii // ü\n" });
  expect(readTextFile(join(root, "a.writ"))).toMatchObject({ text: "label pii // ü\n" });
});

test("of two byte order marks none is taken away, so that a policy with them does not parse", () => {
  const root = folder({ "a.writ": "\ufeff\ufefflabel pii\n" });
  expect(readTextFile(join(root, "a.writ"))).toMatchObject({ text: "\ufeff\ufefflabel pii\n" });
  expect(loadBundle(root).diagnostics.map(({ code }) => code)).toEqual(["W1002"]);
});

test("bytes that are no UTF-8 are refused, not repaired", () => {
  const root = folder({});
  writeFileSync(join(root, "a.writ"), Buffer.from([0x61, 0xff, 0x62]));
  expect(readTextFile(join(root, "a.writ"))).toMatchObject({ kind: "not-utf8" });
});

test("a file may be as large as the limit and no larger", () => {
  const root = folder({ "a.writ": "x".repeat(10) });
  expect(readTextFile(join(root, "a.writ"), 10)).toMatchObject({ bytes: 10 });
  expect(readTextFile(join(root, "a.writ"), 9)).toMatchObject({ kind: "too-large" });
});
