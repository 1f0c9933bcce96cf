import fc from "fast-check";
import { expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import type { Expr, Program } from "../../src/check/program.js";
import { findCode } from "../../src/diagnostics/catalogue.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import { bundlesOf, diagnose } from "./corpus.js";

const options = { readData: () => ({ problem: "there is no such file" }) };

function programOf(...texts: readonly string[]): Program {
  const files = texts.map((text, index) => parse(new Source(`${index}.writ`, text)).file);
  const { program, diagnostics } = check(files, options);
  expect(diagnostics.filter((each) => each.severity === "error")).toEqual([]);
  if (program === undefined) throw new Error("the bundle does not load");
  return program;
}

const TOOLS = `module acme.tools
label internal
label pii implies internal
role clerk
tool crm.lookup as "crm/get" {
  action read  tier 1  accepts pii  yields pii
  args { customer: text<24>  kind: "a" | "b" = "a"  limit?: int<1..9>  domain: domain }
}
tool crm.search { action read  tier 2  accepts any  yields nothing  args { kind: "b" | "c"  limit: int<5..20> } }
agent bot { acts for user  credential 15m }
agent clock { acts alone }
`;

/** The condition of the one rule of a module beside the tools. */
function conditionOf(rule: string): Expr | undefined {
  return programOf(TOOLS, `module m\n${rule}`).rules.get("m.r")?.condition;
}

/** An expression without types and places. */
function bare(expr: unknown): unknown {
  if (Array.isArray(expr)) return expr.map(bare);
  if (typeof expr !== "object" || expr === null || !("kind" in expr)) return expr;
  const entries = Object.entries(expr).filter(([name]) => name !== "type" && name !== "span");
  return Object.fromEntries(entries.map(([name, value]) => [name, bare(value)]));
}

test("names are kept in full, and found bare where one module has them", () => {
  const program = programOf(TOOLS, "module m\nallow r { agent bot for role clerk  call crm.lookup }");
  const rule = program.rules.get("m.r");
  expect(rule?.who).toEqual({
    agents: new Set(["acme.tools.bot"]),
    for: { kind: "roles", roles: new Set(["acme.tools.clerk"]) },
  });
  expect([...(rule?.reach.tools.keys() ?? [])]).toEqual(["acme.tools.crm.lookup"]);
  expect(program.resolve("tool", "crm.lookup")).toBe("acme.tools.crm.lookup");
  expect(program.resolve("tool", "acme.tools.crm.lookup")).toBe("acme.tools.crm.lookup");
  expect(program.resolve("tool", "crm/get")).toBeUndefined();
  expect(program.resolve("tool", "__proto__")).toBeUndefined();
});

test("a label that is accepted is accepted with what it implies", () => {
  const { tools, labels } = programOf(TOOLS);
  expect(tools.get("acme.tools.crm.lookup")?.accepts).toEqual(
    new Set(["acme.tools.pii", "acme.tools.internal"]),
  );
  expect(labels.get("acme.tools.internal")?.closure).toEqual(new Set(["acme.tools.internal"]));
});

test("every when and the negation of every unless are one conjunction", () => {
  const condition = conditionOf(`deny r {
    call   crm.lookup
    when   args.kind == "a" and has args.limit
    unless args.limit > 5
  }`);
  const limit = { kind: "field", of: { kind: "root", root: "args" }, name: "limit", optional: true };
  expect(bare(condition)).toEqual({
    kind: "and",
    items: [
      {
        kind: "compare",
        operator: "==",
        left: { kind: "field", of: { kind: "root", root: "args" }, name: "kind", optional: false },
        right: { kind: "const", value: "a" },
      },
      { kind: "has", of: limit },
      {
        kind: "not",
        of: { kind: "compare", operator: ">", left: limit, right: { kind: "const", value: 5 } },
      },
    ],
  });
});

test("several tools share a field in a type that holds for all of them", () => {
  const condition = conditionOf('deny r { call crm.*  when args.kind == "c" and (args.limit else 1) > 9 }');
  const types: unknown[] = [];
  const visit = (expr: unknown): void => {
    if (typeof expr !== "object" || expr === null) return;
    if ("kind" in expr && expr.kind === "field" && "type" in expr) types.push(expr.type);
    for (const part of Object.values(expr)) visit(part);
  };
  visit(condition);
  expect(types).toEqual([
    { kind: "union", options: ["a", "b", "c"] },
    { kind: "int", min: 1, max: 20 },
  ]);
});

test("literals are folded to the normal form of what they stand beside", () => {
  const condition = conditionOf(
    'deny r { call crm.lookup  when args.domain in ["ACME.com", "bücher.example"] }',
  );
  expect(bare(condition)).toMatchObject({
    right: { kind: "const", value: ["acme.com", "xn--bcher-kva.example"] },
  });
});

test("a label in a condition is its full name, and so is a tag beside the tags of a tool", () => {
  const source = `module m
    tag external
    tool out { action read  tier 1  accepts any  yields nothing  tags external }
    deny r { call any  when pii in session.labels or "external" in tool.tags }`;
  const condition = programOf(TOOLS, source).rules.get("m.r")?.condition;
  expect(bare(condition)).toMatchObject({
    items: [{ left: { value: "acme.tools.pii" } }, { left: { value: "m.external" } }],
  });
});

test("variables of one name are told apart within a rule", () => {
  const condition = conditionOf(
    'deny r { call crm.lookup  when some r in ["a"] { r == "a" } or some r in ["b"] { r == "b" } }',
  );
  expect(bare(condition)).toMatchObject({
    items: [
      { variable: "r", body: { left: { name: "r" } } },
      { variable: "r~2", body: { left: { name: "r~2" } } },
    ],
  });
});

test("what a rule reads is told by way of its defines as well", () => {
  const program = programOf(
    TOOLS,
    `module m
     define tainted = pii in session.labels
     define known = has user and user.id == "ana"
     deny r { call crm.lookup  when tainted and known }
     deny s { call crm.lookup  when args.kind == "a" }`,
  );
  const nothing = { session: false, transaction: false, prior: false, user: false, context: false };
  expect(program.rules.get("m.r")?.reads).toEqual({ ...nothing, session: true, user: true });
  expect(program.rules.get("m.s")?.reads).toEqual(nothing);
});

test("a name such as __proto__ is a name like any other", () => {
  const program = programOf(`
    tool t { action read  tier 1  accepts any  yields nothing  args { __proto__?: text  constructor: text } }
    data d: { __proto__: int } = { __proto__: 5 }
    deny r { call t  when has args.__proto__ and args.constructor == "x" and d.__proto__ == 5 }`);
  expect(Object.keys(program.data.get("d")?.value ?? {})).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(Object.prototype)).toBeNull();
});

test("neither the order of files nor that of declarations matters", () => {
  const rules = "module m\ndeny r { call crm.lookup  when small(5) }\ndefine small(x: int) = x < 5";
  expect(programOf(rules, TOOLS).rules.get("m.r")?.reach).toEqual(
    programOf(TOOLS, rules).rules.get("m.r")?.reach,
  );
});

test("whatever names and values change places, checking ends, and what loads has no error", () => {
  const texts = [...bundlesOf("valid"), ...bundlesOf("invalid")].map(({ text }) => text);
  const words = /[A-Za-z_][\w.*]*|"[^"\n]*"|\d[\w.]*/g;
  const mutation = fc.tuple(fc.nat(), fc.nat());
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (text, mutations) => {
        let changed = text;
        for (const [from, to] of mutations) {
          const found = [...changed.matchAll(words)];
          const target = found[to % found.length];
          const source = found[from % found.length];
          if (target === undefined || source === undefined) continue;
          const end = target.index + target[0].length;
          changed = changed.slice(0, target.index) + source[0] + changed.slice(end);
        }
        const uses = /^\/\/use /m.test(text);
        if (uses && !changed.includes("//use catalogue.writ\n")) return;
        if (changed.includes(".json")) return;
        const { lines, loads } = diagnose(changed);
        expect(loads).toBe(lines.every((line) => findCode(line.slice(0, 5))?.severity === "warning"));
      },
    ),
    { numRuns: 80 },
  );
});
