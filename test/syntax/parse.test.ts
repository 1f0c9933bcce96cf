import { describe, expect, it } from "vitest";
import { Source } from "../../src/source/source.js";
import type { Declaration, Expr } from "../../src/syntax/ast.js";
import { parse } from "../../src/syntax/parse.js";

function declaration(text: string): Declaration {
  const { file, diagnostics } = parse(new Source("a.writ", text));
  expect(diagnostics).toEqual([]);
  return file.items[0] as Declaration;
}

/** An expression with parentheses around every operation. */
function shape(expression: Expr): string {
  switch (expression.kind) {
    case "and":
    case "or":
      return `(${shape(expression.left)} ${expression.kind} ${shape(expression.right)})`;
    case "compare":
    case "arithmetic":
      return `(${shape(expression.left)} ${expression.operator} ${shape(expression.right)})`;
    case "not":
      return `(not ${shape(expression.of)})`;
    case "negate":
      return `(- ${shape(expression.of)})`;
    case "else":
      return `(${shape(expression.of)} else ${shape(expression.fallback)})`;
    case "path":
      return expression.name.text;
    case "field":
      return `${shape(expression.of)}!${expression.name.text}`;
    case "index":
      return `${shape(expression.of)}[${expression.key.value}]`;
    case "call":
      return `${expression.name.text}(${expression.args.map(shape).join(", ")})`;
    case "number":
      return expression.raw;
    default:
      return expression.kind;
  }
}

function define(text: string): Expr {
  return (declaration(`define d = ${text}`) as Declaration & { kind: "define" }).body;
}

describe("expressions", () => {
  it.each([
    ["a or b and not c", "(a or (b and (not c)))"],
    ["a and b and c", "((a and b) and c)"],
    ["a - b + c * d", "((a - b) + (c * d))"],
    ["a + b == c - -1", "((a + b) == (c - -1))"],
    ["-a.b else 0 < 1", "(((- a.b) else 0) < 1)"],
    ["not a == b", "(not (a == b))"],
    ["-(3)", "(- 3)"],
    ["(a).b", "a.b"],
    ["(a else b).c", "(a else b)!c"],
    ['m["k"].x', "m[k]!x"],
    ["f(a, b or c).d", "f(a, (b or c))!d"],
    ["a not in b or not a in b", "((a not in b) or (not (a in b)))"],
  ])("read `%s` as %s", (text, expected) => {
    expect(shape(define(text))).toBe(expected);
  });

  it("have spans that hold the parentheses around their operands", () => {
    const source = new Source("a.writ", "define d = (a or b) and (c)");
    const [item] = parse(source).file.items;
    expect(source.slice((item as Declaration & { kind: "define" }).body.span)).toBe("(a or b) and (c)");
  });
});

describe("literals", () => {
  it.each([
    ["1h30m", 5_400_000],
    ["1w2d3h4m5s6ms", 788_645_006],
    ["250ms", 250],
  ])("of durations such as %s are milliseconds", (text, ms) => {
    expect(define(text)).toMatchObject({ kind: "duration", ms, raw: text });
  });

  it("of times are UTC", () => {
    expect(define("2026-12-20T00:00:00Z")).toMatchObject({ kind: "timestamp", ms: Date.UTC(2026, 11, 20) });
    expect(define("2028-02-29T23:59:59Z")).toMatchObject({ ms: Date.UTC(2028, 1, 29, 23, 59, 59) });
  });

  it("of texts have their escapes read", () => {
    expect(define('"a\\"b\\\\c\\nd\\te\\u{1F600}\\u{0}"')).toMatchObject({ value: 'a"b\\c\nd\te😀\0' });
  });

  it("of numbers keep how they were written", () => {
    expect(define("5_000")).toMatchObject({ value: 5000, integer: true, raw: "5_000" });
    expect(define("-0.25")).toMatchObject({ value: -0.25, integer: false, raw: "-0.25" });
    expect(define("9007199254740991")).toMatchObject({ value: Number.MAX_SAFE_INTEGER });
    expect(Object.is((define("-0") as Expr & { kind: "number" }).value, 0)).toBe(true);
  });
});

describe("comments", () => {
  const source = new Source(
    "a.writ",
    '/// of the file\n\n/// first\n///second  \n@id("x")\nrole a // behind\n/// apart\n\n/// b\n// between\nrole b\n/// c\nrole c /// behind c\n',
  );
  const { file } = parse(source);

  it("are all kept, in order, with what stands behind the slashes", () => {
    expect(file.comments.map(({ kind, text, own }) => [kind, text, own])).toEqual([
      ["doc", " of the file", true],
      ["doc", " first", true],
      ["doc", "second  ", true],
      ["line", " behind", false],
      ["doc", " apart", true],
      ["doc", " b", true],
      ["line", " between", true],
      ["doc", " c", true],
      ["doc", " behind c", false],
    ]);
    for (const { span, text } of file.comments) expect(source.slice(span).endsWith(text)).toBe(true);
  });

  it("document the declaration that they stand before", () => {
    expect(file.items.map(({ doc }) => doc)).toEqual(["first\nsecond", undefined, "c"]);
  });
});

describe("names", () => {
  it("may be any soft keyword", () => {
    const rule = declaration(
      "allow allow { agent agent for role role  call call.call  need approval approval }",
    );
    expect(rule).toMatchObject({ kind: "rule", name: { text: "allow" } });
  });

  it("take a pattern that begins with `channel` and a dot for a tool", () => {
    const rule = declaration("deny a { call channel.x, channel x }") as Declaration & { kind: "rule" };
    expect(rule.clauses[0]).toMatchObject({
      targets: [
        { what: { kind: "pattern", text: "channel.x" } },
        { what: { kind: "channel", channel: { text: "x" } } },
      ],
    });
  });
});

describe("what a mistake leaves", () => {
  it("is the condition's word with an error in the place of the condition", () => {
    const { file } = parse(
      new Source("a.writ", "allow a {\n  call b\n  when c d e\n  need confirmation\n}\n"),
    );
    expect(file.items[0]).toMatchObject({
      clauses: [
        { kind: "call-clause" },
        { kind: "when", condition: { kind: "error" } },
        { kind: "need-clause" },
      ],
    });
  });

  it("is the name of a `define` whose body is lost", () => {
    const { file } = parse(new Source("a.writ", "define a(b: int) = b b b\nrole c\n"));
    expect(file.items).toMatchObject([{ kind: "define", body: { kind: "error" } }, { kind: "role" }]);
  });
});
