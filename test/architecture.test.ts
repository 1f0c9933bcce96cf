/** Holds the code to the map in src/README.md: its folders, the direction of imports, and the doors to the outside. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, posix, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAst } from "vitest/node";

const ROOT = join(import.meta.dirname, "..");

interface Import {
  readonly to: string;
  readonly reExportsAll: boolean;
}
interface File {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly nodes: readonly AstNode[];
}
type AstNode = Readonly<Record<string, unknown>> & { readonly type: string };

// --- the map ----------------------------------------------------------------------------------------------

const map = readFileSync(join(ROOT, "src/README.md"), "utf8");

/** The cells of the table whose header begins so, a row each. */
function tableRows(header: string): readonly (readonly string[])[] {
  const lines = map.slice(map.indexOf(`| ${header} |`)).split("\n");
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(2, end).map((line) => line.split("|").slice(1, -1));
}

const codeSpans = (cell: string | undefined) =>
  [...(cell ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");

/** Folders of the repository in the order of the map: `src/source`, …, `grammar`, … */
const folders = tableRows("folder").map(([cell]) =>
  posix.join("src", codeSpans(cell)[0] ?? "", ".").replace(/\/$/, ""),
);

/** Floors of the engine in the order of their table: `src/engine/request`, … */
const floors = tableRows("floor").map(([cell]) =>
  posix.join("src", codeSpans(cell)[0] ?? "", ".").replace(/\/$/, ""),
);

/** For each package or part of Node, the folders that may import it. */
const doors = new Map(
  tableRows("from outside").flatMap(([packages, where]) => {
    const open = codeSpans(where).map((folder) =>
      folder === "grammar/" ? "grammar" : `src/${folder.replace("/", "")}`,
    );
    return codeSpans(packages).map((name) => [name, open] as const);
  }),
);

/** Parts of Node that compute and reach nothing outside; `node:net` is here for `isIP`. */
const HARMLESS = [
  "assert",
  "buffer",
  "crypto",
  "events",
  "net",
  "path",
  "stream",
  "timers",
  "tty",
  "url",
  "util",
];

// --- the code ---------------------------------------------------------------------------------------------

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((path) => posix.join(folder, path.split(sep).join("/")))
    .filter((path) => path.endsWith(".ts"))
    .sort();
}

function readFile(path: string): File {
  const text = readFileSync(join(ROOT, path), "utf8");
  const nodes: AstNode[] = [];
  collect(parseAst(text.replace(/^#!.*/, ""), { lang: "ts" }), nodes);
  return { path, text, nodes, imports: nodes.flatMap(importOf) };
}

function collect(value: unknown, nodes: AstNode[]): void {
  if (typeof value !== "object" || value === null) return;
  if ("type" in value && typeof value.type === "string") nodes.push(value as AstNode);
  for (const part of Object.values(value)) collect(part, nodes);
}

const WITH_SOURCE = [
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
];

function importOf(node: AstNode): readonly Import[] {
  if (!WITH_SOURCE.includes(node.type) || !node.source) return [];
  const to = (node.source as { value?: unknown }).value;
  return [
    { to: typeof to === "string" ? to : "(computed)", reExportsAll: node.type === "ExportAllDeclaration" },
  ];
}

const files = [...sourceFiles("src"), ...sourceFiles("grammar")].map(readFile);

/** `src/check` for everything below it; `src` for `src/index.ts`. */
const folderOf = (path: string) =>
  path
    .split("/")
    .slice(0, path.startsWith("src/") ? 2 : 1)
    .join("/")
    .replace(/^src\/[^/]*\.ts$/, "src");
const isLocal = (each: Import) => each.to.startsWith(".");
const targetOf = (file: File, each: Import) =>
  posix.join(posix.dirname(file.path), each.to).replace(/\.js$/, ".ts");

/** Every place in the code that breaks a rule, as `file: what`. */
function offences(rule: (file: File) => readonly string[]): readonly string[] {
  return files.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`));
}

describe("the map", () => {
  test("names every folder that holds code, and no other", () => {
    const existing = new Set(files.map((file) => folderOf(file.path)).filter((folder) => folder !== "src"));
    expect([...folders].sort()).toEqual([...existing].sort());
  });

  test("names every floor of the engine, and no other", () => {
    const existing = files
      .map((file) => posix.dirname(file.path))
      .filter((folder) => folder.startsWith("src/engine/"));
    expect([...floors].sort()).toEqual([...new Set(existing)].sort());
  });

  test("names every package that is imported, and no other", () => {
    const imported = new Set(
      files.flatMap((file) => file.imports.filter((each) => !isLocal(each)).map(packageOf)),
    );
    expect([...doors.keys()].filter((name) => !imported.has(name))).toEqual([]);
  });

  test("names no door that a package does not use, and few for each", () => {
    const uses = (folder: string, name: string) =>
      files.some(
        (file) => folderOf(file.path) === folder && file.imports.some((each) => packageOf(each) === name),
      );
    const unused = [...doors].flatMap(([name, open]) =>
      open.filter((folder) => !uses(folder, name)).map((folder) => `${name}: ${folder}`),
    );
    expect(unused).toEqual([]);
    const packages = [...doors].filter(([name]) => !name.startsWith("node:"));
    expect(packages.filter(([, open]) => open.length > MAX_DOORS).map(([name]) => name)).toEqual([]);
  });
});

/** More folders than this know a package too well to replace it. */
const MAX_DOORS = 3;

describe("imports", () => {
  test("lead only to folders further up the map", () => {
    expect(
      offences((file) => {
        const here = folderOf(file.path);
        if (here === "src") return [];
        return file.imports
          .filter(isLocal)
          .map((each) => targetOf(file, each))
          .filter((target) => folders.indexOf(folderOf(target)) > folders.indexOf(here))
          .map((target) => `imports ${target}`);
      }),
    ).toEqual([]);
  });

  test("of the engine lead only to floors further up", () => {
    const floorOf = (path: string) => floors.indexOf(posix.dirname(path));
    expect(
      offences((file) =>
        floorOf(file.path) === -1
          ? []
          : file.imports
              .filter(isLocal)
              .map((each) => targetOf(file, each))
              .filter((target) => floorOf(target) > floorOf(file.path))
              .map((target) => `imports ${target}`),
      ),
    ).toEqual([]);
  });

  test("never lead to the public API, nor out of src/ and grammar/", () => {
    expect(
      offences((file) =>
        file.imports
          .filter(isLocal)
          .map((each) => targetOf(file, each))
          .filter((target) => !folders.includes(folderOf(target)))
          .map((target) => `imports ${target}`),
      ),
    ).toEqual([]);
  });

  test("of packages and of Node go through their doors", () => {
    expect(
      offences((file) =>
        file.imports
          .filter((each) => !isLocal(each))
          .map(packageOf)
          .filter((name) => !HARMLESS.includes(name.replace("node:", "")))
          .filter((name) => !(doors.get(name) ?? []).includes(folderOf(file.path)))
          .map((name) => `imports ${name}`),
      ),
    ).toEqual([]);
  });

  test("never form a circle between files, types included", () => {
    expect(circles()).toEqual([]);
  });
});

function packageOf(each: Import): string {
  if (each.to.startsWith("node:")) return `node:${each.to.slice(5).split("/")[0]}`;
  const parts = each.to.split("/");
  return parts.slice(0, each.to.startsWith("@") ? 2 : 1).join("/");
}

/** Circles among imports of every kind, types included: files that can only be understood together. */
function circles(): readonly string[] {
  const edges = new Map(files.map((file) => [file.path, importedBy(file)]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (trail.includes(path) || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

const importedBy = (file: File): readonly string[] =>
  file.imports.filter(isLocal).map((each) => targetOf(file, each));

describe("the code", () => {
  test("reads the time in one file, and runs no stopwatch where it decides", () => {
    const isClock = (file: File) => file.path === "src/state/clock.ts";
    const readsTime = (file: File) =>
      file.nodes.filter((node) => readsDate(node) || (decides(file) && readsStopwatch(node)));
    expect(offences((file) => (isClock(file) ? [] : readsTime(file).map(() => "reads the time")))).toEqual(
      [],
    );
  });

  test("evaluates no text, and draws no weak random numbers where it decides", () => {
    const evaluates = (node: AstNode) => isName(node.callee, "eval") || isName(node.callee, "Function");
    const draws = (node: AstNode) => isMember(node, "Math", "random");
    expect(
      offences((file) =>
        file.nodes
          .filter((node) => evaluates(node) || (decides(file) && draws(node)))
          .map((node) => node.type),
      ),
    ).toEqual([]);
  });

  test("gives no function of the engine more than four parameters", () => {
    const isWide = (node: AstNode) => Array.isArray(node.params) && node.params.length > 4;
    expect(
      offences((file) =>
        file.path.startsWith("src/engine/")
          ? file.nodes.filter(isWide).map((node) => `${node.type} of ${(node.params as unknown[]).length}`)
          : [],
      ),
    ).toEqual([]);
  });

  test("tells synchronous from asynchronous in one file of the engine", () => {
    const asksForPromise = (node: AstNode) =>
      node.type === "BinaryExpression" && node.operator === "instanceof" && isName(node.right, "Promise");
    expect(
      files
        .filter((file) => file.path.startsWith("src/engine/") && file.nodes.some(asksForPromise))
        .map((file) => file.path),
    ).toEqual(["src/engine/decide/when-ready.ts"]);
  });

  test("exports by name", () => {
    expect(
      offences((file) => [
        ...file.nodes
          .filter((node) => node.type === "ExportDefaultDeclaration")
          .map(() => "has a default export"),
        ...file.imports.filter((each) => each.reExportsAll).map(() => "exports *"),
      ]),
    ).toEqual([]);
  });

  test("has no barrel but the public API", () => {
    const isReExport = (node: AstNode) => node.type === "ExportNamedDeclaration" && Boolean(node.source);
    const isBarrel = (file: File) => {
      const [program] = file.nodes;
      const body = program?.body as readonly AstNode[];
      return body.length > 0 && body.every(isReExport);
    };
    expect(
      files
        .filter(isBarrel)
        .map((file) => file.path)
        .filter((path) => path !== "src/index.ts"),
    ).toEqual([]);
  });

  test("knows no `any`, and leaves nothing to do", () => {
    expect(
      offences((file) => [
        ...file.nodes.filter((node) => node.type === "TSAnyKeyword").map(() => "any"),
        ...(/\b(?:TODO|FIXME|XXX)\b/.exec(file.text) ?? []),
      ]),
    ).toEqual([]);
  });

  test("lies in kebab-case files that are named after something", () => {
    const names = files
      .map((file) => file.path)
      .filter((path) => !/^(?:[a-z0-9]+-)*[a-z0-9]+\.ts$/.test(basename(path)));
    const vague = files
      .map((file) => file.path)
      .filter((path) => /\b(?:utils?|helpers?|misc|common-utils)\.ts$/.test(path));
    expect([...names, ...vague]).toEqual([]);
  });

  test("has a test folder only for folders of its own", () => {
    const inTests = readdirSync(join(ROOT, "test"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const known = new Set([
      ...folders.map((folder) => relative("src", folder).replace("../", "")),
      "reference",
      "bench",
      "corpora",
      "laws",
      "attacks",
      "clients",
      "proofs",
    ]);
    expect(inTests.map((entry) => entry.name).filter((name) => !known.has(name))).toEqual([]);
  });
});

const isName = (node: unknown, name: string) =>
  (node as AstNode | undefined)?.type === "Identifier" && (node as AstNode).name === name;
const isMember = (node: AstNode, object: string, property: string) =>
  node.type === "MemberExpression" && isName(node.object, object) && isName(node.property, property);

/** Everything a decision passes through; below it stand what carries it to somebody and what measures that. */
function decides(file: File): boolean {
  return folders.indexOf(folderOf(file.path)) <= folders.indexOf("src/engine");
}

function readsDate(node: AstNode): boolean {
  const isBareDate =
    node.type === "NewExpression" &&
    isName(node.callee, "Date") &&
    (node.arguments as unknown[]).length === 0;
  return isBareDate || isMember(node, "Date", "now");
}

function readsStopwatch(node: AstNode): boolean {
  return isMember(node, "performance", "now");
}
