import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { renderHuman } from "../../src/diagnostics/render-human.js";
import { Source } from "../../src/source/source.js";
import { on, problem, refunds, sourcesOf } from "./placing.js";

const none = { errors: 0, warnings: 0 };

function shown(diagnostic: Diagnostic, ...sources: readonly Source[]): string {
  return `\n${renderHuman({ shown: [diagnostic], omitted: none }, sourcesOf(...sources))}`;
}

describe("the human form", () => {
  test("underlines the mistake and says what to do", () => {
    const primary = on(refunds, "payments.refnud", "no tool of this bundle has this name");
    const help = "did you mean `payments.refund`?";
    expect(shown(problem("unknown tool `payments.refnud`", primary, { help }), refunds)).toBe(`
error[W9999]: unknown tool \`payments.refnud\`
  --> policies/acme/refunds.writ:9:9
  |
9 |   call  payments.refnud
  |         ^^^^^^^^^^^^^^^ no tool of this bundle has this name
  |
  = help: did you mean \`payments.refund\`?
  = more: writ explain W9999
`);
  });

  test("keeps the gutter straight when line numbers grow", () => {
    const source = new Source("a.writ", `${"\n".repeat(8)}tag first\ntag second\n`);
    const secondary = [on(source, "first", "before it")];
    expect(shown(problem("two tags", on(source, "second", "here"), { secondary }), source)).toBe(`
error[W9999]: two tags
   --> a.writ:10:5
   |
9  | tag first
   |     ----- before it
10 | tag second
   |     ^^^^^^ here
   |
   = more: writ explain W9999
`);
  });

  test("aligns underlines after tabs and under wide characters", () => {
    const source = new Source("a.writ", `tag\tx "日本語"  "👩🏽‍💻e\u0301"  oops\n`);
    expect(
      shown(problem("wrong", on(source, '"日本語"'), { secondary: [on(source, "oops", "this")] }), source),
    ).toBe(`
error[W9999]: wrong
  --> a.writ:1:7
  |
1 | tag x "日本語"  "👩🏽\\u{200d}💻e\u0301"  oops
  |       ^^^^^^^^                   ---- this
  |
  = more: writ explain W9999
`);
  });

  test("shows control and bidi characters instead of sending them", () => {
    const source = new Source("a\u001b[2J.writ", `tag x "a\u202eb\u001b[31m\u0007"\n`);
    const text = shown(
      problem("bad \u001b[0m text\u2066", on(source, "a\u202eb", "\u009b1m"), { help: "not \u200f" }),
      source,
    );
    expect(text).toBe(`
error[W9999]: bad \\u{1b}[0m text\\u{2066}
  --> a\\u{1b}[2J.writ:1:8
  |
1 | tag x "a\\u{202e}b\\u{1b}[31m\\u{7}"
  |        ^^^^^^^^^^ \\u{9b}1m
  |
  = help: not \\u{200f}
  = more: writ explain W9999
`);
  });

  test("hangs the words of labels that share a line", () => {
    const source = new Source("a.writ", "allow x { when args.amount > owner }\n");
    const secondary = [on(source, "args.amount", "a number"), on(source, "owner", "a text")];
    expect(
      shown(problem("cannot compare", on(source, ">", "these do not compare"), { secondary }), source),
    ).toBe(`
error[W9999]: cannot compare
  --> a.writ:1:28
  |
1 | allow x { when args.amount > owner }
  |                ----------- ^ ----- a text
  |                |           |
  |                |           these do not compare
  |                a number
  |
  = more: writ explain W9999
`);
  });

  test("puts the mistake on top where labels overlap", () => {
    const source = new Source("a.writ", "tag one_name\n");
    const secondary = [on(source, "tag one_name", "in this declaration")];
    expect(shown(problem("wrong", on(source, "one", "this part"), { secondary }), source)).toBe(`
error[W9999]: wrong
  --> a.writ:1:5
  |
1 | tag one_name
  | ----^^^-----
  | |   |
  | |   this part
  | in this declaration
  |
  = more: writ explain W9999
`);
  });

  test("marks every line of a short span and the ends of a long one", () => {
    const short = new Source("a.writ", "allow x {\n\n  call y\n}\n");
    expect(
      shown(problem("odd", { span: { file: "a.writ", start: 0, end: 21 }, message: "this" }), short),
    ).toBe(`
error[W9999]: odd
  --> a.writ:1:1
  |
1 | allow x {
  | ^^^^^^^^^
2 |
3 |   call y
  |   ^^^^^^
4 | }
  | ^ this
  |
  = more: writ explain W9999
`);
    const long = new Source("a.writ", Array.from({ length: 12 }, (_, line) => `tag t${line}`).join("\n"));
    const span = { file: "a.writ", start: 0, end: long.text.length };
    expect(shown(problem("long", { span, message: "all this" }), long)).toBe(`
error[W9999]: long
   --> a.writ:1:1
   |
1  | tag t0
   | ^^^^^^
2  | tag t1
   | ^^^^^^
...
11 | tag t10
   | ^^^^^^^
12 | tag t11
   | ^^^^^^^ all this
   |
   = more: writ explain W9999
`);
  });

  test("shows labels in other files under their own heads", () => {
    const other = new Source("other.writ", "\nlabel pii\n");
    const secondary = [
      on(other, "pii", "first declared here"),
      { span: { file: "gone.writ", start: 3, end: 4 } },
    ];
    const again = problem("declared twice", on(refunds, "small(n", "again"), { secondary });
    expect(shown(again, refunds, other)).toBe(`
error[W9999]: declared twice
  --> policies/acme/refunds.writ:3:8
  |
3 | define small(n: number) = n <= 50
  |        ^^^^^^^ again
  |
  ::: other.writ:2:7
  |
2 | label pii
  |       --- first declared here
  |
  ::: gone.writ
  = more: writ explain W9999
`);
  });

  test("marks a place without width and the end of the text", () => {
    const source = new Source("a.writ", "allow x {\n");
    expect(shown(problem("`}` is missing", { span: { file: "a.writ", start: 10, end: 10 } }), source)).toBe(`
error[W9999]: \`}\` is missing
  --> a.writ:2:1
  |
2 |
  | ^
  |
  = more: writ explain W9999
`);
  });

  test("shows only the surroundings in a very long line", () => {
    const source = new Source("a.writ", `data d: text = "${"x".repeat(5000)}wrong${"😀".repeat(5000)}"\n`);
    const text = shown(problem("odd", on(source, "wrong", "this")), source);
    const [, , , , line = "", underline = ""] = text.split("\n");
    expect(line).toMatch(/^1 \| …x+wrong(😀)+…$/u);
    expect(underline.indexOf("^")).toBe(line.indexOf("wrong"));
    expect(line.length).toBeLessThan(220);
  });

  test("indents help of several lines", () => {
    const help = "write it as\n  allow x { call y }";
    expect(shown(problem("odd", on(refunds, "define"), { help }), refunds)).toContain(`
  = help: write it as
            allow x { call y }
  = more: writ explain W9999
`);
  });

  test("colours a warning as a warning, and only when asked", () => {
    const warning = problem("odd", on(refunds, "define"), { severity: "warning" });
    const text = renderHuman({ shown: [warning], omitted: none }, sourcesOf(refunds), { colour: true });
    expect(text).toContain("\u001b[1;33mwarning[W9999]\u001b[0m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of the colours
    expect(text.replace(/\u001b\[[\d;]*m/g, "")).toBe(
      renderHuman({ shown: [warning], omitted: none }, sourcesOf(refunds)),
    );
  });

  test("parts diagnostics by a blank line and counts what was left out", () => {
    const one = problem("one", { span: { file: "gone.writ", start: 0, end: 1 } });
    const text = renderHuman({ shown: [one, one], omitted: { errors: 2, warnings: 1 } }, new Map());
    expect(text).toBe(`error[W9999]: one
  --> gone.writ
  = more: writ explain W9999

error[W9999]: one
  --> gone.writ
  = more: writ explain W9999

… and 2 more errors, 1 more warning
`);
    expect(renderHuman({ shown: [], omitted: none }, new Map())).toBe("");
  });
});
