/** The language reference lists what the compiler has, and nothing else; its examples run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RESERVED_WORDS, SOFT_KEYWORDS } from "../../grammar/words.js";
import { check } from "../../src/check/check.js";
import type { Program } from "../../src/check/program.js";
import type { Reference } from "../../src/check/reference.js";
import { SIMPLE_TYPES, SIZED_TYPES } from "../../src/check/resolve-type.js";
import { FUNCTION_NAMES, ROOT_NAMES } from "../../src/check/roots.js";
import { runTests } from "../../src/scenario/run-tests.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import { canonicalJson, toWire } from "../../src/values/canonical.js";
import { normalise } from "../../src/values/normalise.js";
import type { JsonValue, Type } from "../../src/values/type.js";
import { blocks, codeOf, type Row, rows, rowsIn } from "./reference.js";

const [WORLD = "", SAMPLE = "", TEST_RULES = ""] = blocks;
const NOW = Date.UTC(2026, 11, 1);

interface Loaded {
  readonly program: Program | undefined;
  readonly sources: ReadonlyMap<string, Source>;
  readonly errors: readonly string[];
  readonly references: readonly Reference[];
}

/** A bundle of texts, a file each, and what the checker resolves in it. */
function load(...texts: readonly string[]): Loaded {
  const sources = new Map(texts.map((text, index) => [`${index}.writ`, new Source(`${index}.writ`, text)]));
  const parsed = [...sources.values()].map((source) => parse(source));
  const references: Reference[] = [];
  const checked = check(
    parsed.map(({ file }) => file),
    {
      now: NOW,
      readData: () => ({ problem: "there is no such file" }),
      onReference: (reference) => references.push(reference),
    },
  );
  const found = [...parsed.flatMap(({ diagnostics }) => diagnostics), ...checked.diagnostics];
  const errors = found.filter(({ severity }) => severity === "error");
  return {
    program: checked.program,
    sources,
    references,
    errors: errors.map(({ code, message }) => `${code} ${message}`),
  };
}

/** What fails when the tests of a bundle run; its errors where it does not load. */
async function failuresOf(...texts: readonly string[]): Promise<readonly string[]> {
  const { program, sources, errors } = load(...texts);
  if (program === undefined) return errors;
  const { results } = await runTests({ program, revision: "reference", sources });
  expect(results.length).toBeGreaterThan(0);
  return results.flatMap(({ failures }) => failures.map(({ message }) => message));
}

const exampleOf = (row: Row): string => codeOf(row.cells.example ?? "")[0] ?? "";
const named = (row: Row): string => `${row.section}: ${row.names.join(", ")}`;
const withExample = (found: readonly Row[]) =>
  found.filter((row) => exampleOf(row) !== "").map((row) => [named(row), row] as const);

const CONDITIONS = ["Roots", "Members", "Operators", "Functions", "Patterns"] as const;
const OTHERS = new Set(["Types", ...CONDITIONS, "Obligations", "Tests"]);
const isDeclaration = (row: Row) => /^(?:limit|deny) /.test(exampleOf(row));

describe("what the page shows", () => {
  test.each(rowsIn("Types").flatMap((row) => row.names.map((type) => [type, row] as const)))(
    "the type %s has this normal form",
    (written, row) => {
      const { program, errors } = load(
        WORLD,
        `module other\ntool probe { action read  tier 1  args { x: ${written} }  accepts any  yields nothing }`,
      );
      expect(errors).toEqual([]);
      const type = program?.tools.get("other.probe")?.args.fields[0]?.type as Type;
      const read = (cell: string | undefined) =>
        codeOf(cell ?? "").map((code) => JSON.parse(code) as JsonValue);
      const [json = null] = read(row.cells.JSON);
      const [normal = null] = read(row.cells["normal form"]);
      const value = normalise(type, json);
      expect(value).toMatchObject({ ok: true });
      if (value.ok) expect(canonicalJson(toWire(type, value.value))).toBe(canonicalJson(normal));
      for (const rejected of read(row.cells.rejected)) expect(normalise(type, rejected).ok).toBe(false);
    },
  );

  test.each(withExample(rowsIn(...CONDITIONS).filter((row) => !isDeclaration(row))))(
    "%s is true in the sample",
    async (_name, row) => {
      const rules = (condition: string) => `module rules
        allow reading { agent bot  call crm.lookup }
        allow example { agent bot  call mail.send  when ${condition} }`;
      const condition = exampleOf(row);
      expect(await failuresOf(WORLD, rules(condition), SAMPLE)).toEqual([]);
      expect(await failuresOf(WORLD, rules(`not (${condition})`), SAMPLE)).not.toEqual([]);
    },
  );

  test.each(withExample(rowsIn("Obligations")))("%s is added to a decision", async (_name, row) => {
    const obligation = exampleOf(row);
    const rules = `module rules
      allow reading { agent bot  call crm.lookup, mail.send }
      require example { call mail.send  with ${obligation} }`;
    const expected = SAMPLE.replace("expect allow", `expect allow\n  expect with ${obligation}`);
    expect(await failuresOf(WORLD, rules, expected)).toEqual([]);
  });

  test.each(withExample(rowsIn("Tests")))("%s passes", async (_name, row) => {
    const steps = `given user "ana" { roles: ["clerk"] }  given agent bot  ${exampleOf(row)}`;
    expect(await failuresOf(WORLD, `module rules\n${TEST_RULES}\ntest "x" { ${steps} }`)).toEqual([]);
  });

  test.each(withExample(rows.filter((row) => !OTHERS.has(row.section) || isDeclaration(row))))(
    "%s loads",
    async (_name, row) => {
      const example = exampleOf(row);
      const text = example.startsWith("module ") ? example : `module other\n${example}`;
      expect(load(WORLD, text).errors).toEqual([]);
      if (/^(?:test|matrix) /.test(example))
        expect(await failuresOf(WORLD, `module rules\n${TEST_RULES}`, text)).toEqual([]);
    },
  );
});

/** What the checker offers for a name that does not exist, in the world with this declaration. */
function offered(declaration: string, of: string): readonly string[] {
  const { references } = load(WORLD, `module probe\n${declaration}`);
  const found = references.find((each) => each.kind === "choice" && each.of === of);
  if (found?.kind !== "choice") throw new Error(`the checker offers no ${of}`);
  return found.options;
}

/** The fields of a value, by a condition that reads one that does not exist. */
function fieldsOf(condition: string): readonly string[] {
  const { references } = load(WORLD, `module probe\ndeny probe { call mail.send  when ${condition} }`);
  const found = references.find((each) => each.kind === "field" && each.text === "nothing_like_it");
  if (found?.kind !== "field") throw new Error(`no fields in ${condition}`);
  return found.all.map(({ name }) => name);
}

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const namesIn = (...sections: readonly string[]) => sorted(rowsIn(...sections).flatMap(({ names }) => names));

describe("what the compiler has, the page lists, and nothing else", () => {
  test("types", () => {
    const listed = rowsIn("Types").flatMap(({ names }) => names.map((name) => name.replace(/<.*/, "")));
    const known = [...SIMPLE_TYPES, ...SIZED_TYPES];
    expect(sorted(listed.filter((name) => /^\w+$/.test(name)))).toEqual(sorted(known));
    expect(listed.filter((name) => !/^\w+$/.test(name)).map((name) => name[0])).toEqual(['"', "{"]);
  });

  test("roots and functions", () => {
    expect(namesIn("Roots")).toEqual(sorted(ROOT_NAMES));
    expect(namesIn("Functions")).toEqual(sorted(FUNCTION_NAMES));
  });

  test("members", () => {
    const values: Readonly<Record<string, string>> = {
      email: "args.to.nothing_like_it == 1",
      url: "args.link.nothing_like_it == 1",
      user: "has user and user.nothing_like_it == 1",
      agent: "agent.nothing_like_it == 1",
      chain: "chain.nothing_like_it == 1",
      hop: "some hop in chain.hops { hop.nothing_like_it == 1 }",
      tool: "tool.nothing_like_it == 1",
      session: "session.nothing_like_it == 1",
      txn: "has txn and txn.nothing_like_it == 1",
      domain: "args.host.nothing_like_it == 1",
      ip: "args.source.nothing_like_it == 1",
      path: "args.file.nothing_like_it == 1",
      time: "now.nothing_like_it == 1",
      text: "args.body.nothing_like_it == 1",
    };
    const declared = ["user.department"];
    const known = Object.entries(values).flatMap(([value, condition]) =>
      fieldsOf(condition).map((field) => `${value}.${field}`),
    );
    expect(namesIn("Members")).toEqual(sorted(known.filter((name) => !declared.includes(name))));
  });

  test("operators", () => {
    const punctuation = ["(", ")", "[", "]", "{", "}", ",", "."];
    const known = terminalsOf("expr").filter((terminal) => !punctuation.includes(terminal));
    expect(namesIn("Operators")).toEqual(sorted(known));
  });

  test("obligations", () => {
    expect(namesIn("Obligations")).toEqual(
      sorted(offered("require probe { call any  with nothing_like_it(1) }", "obligation")),
    );
  });

  test("keys of limits", () => {
    const options = offered("limit probe { call any  per nothing_like_it  at most 1 calls in 1h }", "key");
    expect(namesIn("Keys")).toEqual(sorted([...options.filter((name) => !name.includes(".")), "args.x"]));
  });

  test("words of the calendar", () => {
    const options = offered(
      "limit probe { call any  at most 1 calls in calendar nothing_like_it }",
      "period",
    );
    const listed = namesIn("Windows").filter((name) => name.startsWith("calendar "));
    expect(listed).toEqual(sorted(options.map((option) => `calendar ${option}`)));
  });

  test("annotations", () => {
    const onDeclarations = offered(
      '@nothing_like_it("x") allow probe { agent bot  call crm.lookup }',
      "annotation",
    );
    const onFields = offered("type Probe = { @nothing_like_it a: int }", "annotation");
    expect(namesIn("Annotations")).toEqual(
      sorted([...onDeclarations, ...onFields].map((name) => `@${name}`)),
    );
  });

  test("keywords: every one appears in the first column of a table, and every word there means something", () => {
    const words = rows.flatMap(({ names }) => names.flatMap((name) => name.match(/[a-z][a-z_-]*/g) ?? []));
    const keywords = [...RESERVED_WORDS, ...SOFT_KEYWORDS, "step-up", "require-approval"];
    expect(sorted(keywords).filter((word) => !words.includes(word))).toEqual([]);
    const clauses = rows.filter(({ section }) => !OTHERS.has(section) || section === "Tests");
    const written = clauses
      .filter(({ section }) => !["Keys", "Windows", "Annotations"].includes(section))
      .flatMap(({ names }) => names.flatMap((name) => name.match(/[a-z][a-z_-]*/g) ?? []));
    expect(sorted(written).filter((word) => !keywords.includes(word))).toEqual([]);
  });
});

/** The quoted words of all rules of the grammar that a rule leads to. */
function terminalsOf(start: string): readonly string[] {
  const ebnf = readFileSync(join(import.meta.dirname, "../../grammar/writ.ebnf"), "utf8");
  const rules = new Map(
    [...ebnf.matchAll(/^(\w+)\s*=\s(.*?) \.$/gms)].map(([, name = "", body = ""]) => [name, body]),
  );
  const seen = new Set<string>();
  const terminals = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const body = rules.get(name) ?? "";
    for (const [, terminal = ""] of body.matchAll(/"([^"]+)"/g)) terminals.add(terminal);
    for (const [next] of body.replaceAll(/"[^"]+"/g, "").matchAll(/\b\w+\b/g)) visit(next);
  };
  visit(start);
  expect(seen.size).toBeGreaterThan(5);
  return [...terminals];
}
