import { mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUNDLE_LIMITS } from "../../src/bundle/limits.js";
import { loadBundle } from "../../src/bundle/load.js";

const TOOL = `
tool crm.lookup { title "Look up" action read tier 1 args { customer: text<24> } accepts any yields nothing }
`;
const DATA = `
data blocked: set<text> from "blocked.json"
deny blocked_customer { call crm.lookup when args.customer in blocked }
`;

function folder(files: Readonly<Record<string, string | Buffer>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "writ-")));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  return root;
}

const codes = (root: string) =>
  loadBundle(root).diagnostics.map((each) => `${each.primary.span.file} ${each.code}`);
const revision = (root: string) => loadBundle(root).bundle?.revision;

test("a bundle has the same revision wherever it lies, and another when anything in it changes", () => {
  const files = { "a.writ": TOOL, "b.writ": DATA, "blocked.json": '["C-1"]' };
  const first = revision(folder(files));
  expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(revision(folder({ ...files, "README.md": "not a policy" }))).toBe(first);
  expect(revision(folder({ ...files, "b.writ": `${DATA}\n` }))).not.toBe(first);
  expect(revision(folder({ ...files, "blocked.json": '["C-2"]' }))).not.toBe(first);
  expect(revision(folder({ "c.writ": TOOL, "b.writ": DATA, "blocked.json": '["C-1"]' }))).not.toBe(first);
});

test("a bundle that loads knows its program, its texts and its folder", () => {
  const root = folder({ "a.writ": TOOL });
  const { bundle, sources } = loadBundle(root);
  expect([...(bundle?.program.tools.keys() ?? [])]).toEqual(["crm.lookup"]);
  expect([...sources.keys()]).toEqual(["a.writ"]);
  expect(bundle?.directory).toBe(root);
});

test("one file that cannot be read keeps the whole bundle from loading", () => {
  const root = folder({ "a.writ": TOOL, "b.writ": Buffer.from([0xff, 0xfe]) });
  symlinkSync("/etc/hostname", join(root, "c.writ"));
  expect(loadBundle(root).bundle).toBeUndefined();
  expect(codes(root).sort()).toEqual(["b.writ W7005", "c.writ W7003"]);
});

test("a mistake of syntax is told without what follows from it", () => {
  const root = folder({ "a.writ": "tool crm.lookup {{", "b.writ": "allow x { agent any  call crm.lookup }" });
  expect(new Set(loadBundle(root).diagnostics.map((each) => each.primary.span.file))).toEqual(
    new Set(["a.writ"]),
  );
});

const folders: readonly (readonly [name: string, directory: string, code: string])[] = [
  ["an empty folder", folder({}), "W7001"],
  ["a folder that does not exist", join(tmpdir(), "writ-no-such-folder"), "W7002"],
  ["a file", join(folder({ "a.writ": TOOL }), "a.writ"), "W7002"],
];
for (const [name, directory, code] of folders) {
  test(`${name} is an error, not an empty bundle`, () => {
    const { bundle, diagnostics } = loadBundle(directory);
    expect(bundle).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code, severity: "error" }]);
  });
}

test("a file above the limit is refused", () => {
  const root = folder({ "a.writ": `${TOOL}${" ".repeat(BUNDLE_LIMITS.fileBytes)}` });
  expect(codes(root)).toEqual(["a.writ W7004"]);
});

const dataFiles: readonly (readonly [name: string, path: string, content: string])[] = [
  ["leads out of the bundle", "../blocked.json", "[]"],
  ["is absolute", "/etc/blocked.json", "[]"],
  ["has an empty part", "a//blocked.json", "[]"],
  ["names the folder it is in", "./blocked.json", "[]"],
  ["is no JSON file by its name", "blocked.txt", "[]"],
  ["does not exist", "missing.json", "[]"],
  ["holds no JSON", "blocked.json", "["],
  ["holds a key twice", "blocked.json", '{"a": 1, "a": 2}'],
  ["holds the name of a prototype", "blocked.json", '{"__proto__": 1}'],
  ["holds another type", "blocked.json", '{"a": 1}'],
  ["holds a carriage return that a terminal prints over", "blocked.json", '["C-1",\r"C-2"]'],
  ["holds a line separator in a text", "blocked.json", '["C-1\u2028"]'],
  ["holds a character that turns the reading order", "blocked.json", '["C-\u202e1"]'],
  ["has two byte order marks", "blocked.json", '\ufeff\ufeff["C-1"]'],
  ["holds a number beyond all numbers", "blocked.json", "[1e999]"],
];
for (const [name, path, content] of dataFiles) {
  test(`a data file that ${name} keeps the bundle from loading`, () => {
    const policy = DATA.replace("blocked.json", path);
    const root = folder({
      "a.writ": TOOL,
      "b.writ": policy,
      "blocked.json": content,
      "blocked.txt": content,
    });
    const { bundle, diagnostics } = loadBundle(root);
    expect(bundle).toBeUndefined();
    expect(diagnostics).toMatchObject([{ severity: "error", primary: { span: { file: "b.writ" } } }]);
  });
}

test("a data file may begin with a byte order mark, end its lines with CRLF and escape what nobody sees", () => {
  const json = '\ufeff[\r\n\t"C-\\u202e1"\r\n]\r\n';
  expect(loadBundle(folder({ "a.writ": TOOL, "b.writ": DATA, "blocked.json": json })).bundle).toBeDefined();
});

test("a data file behind a link that leads out keeps the bundle from loading", () => {
  const outside = folder({ "blocked.json": "[]" });
  const root = folder({ "a.writ": TOOL, "b.writ": DATA });
  symlinkSync(join(outside, "blocked.json"), join(root, "blocked.json"));
  expect(loadBundle(root).bundle).toBeUndefined();
});
