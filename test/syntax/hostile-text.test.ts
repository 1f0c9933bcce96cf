import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

/**
 * Milliseconds of processor time. The slowest of these take two seconds, on a slow machine several; what grows with the
 * square of its length takes minutes.
 */
const BOUND = 20_000;

/** Codes and underlined texts of a text that must be judged in bounded time. */
function judge(text: string): readonly string[] {
  const source = new Source("hostile.writ", text);
  const started = process.cpuUsage();
  const { diagnostics } = parse(source);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(BOUND);
  for (const { primary, secondary } of diagnostics) {
    for (const { span } of [primary, ...secondary]) {
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeGreaterThanOrEqual(span.start);
      expect(span.end).toBeLessThanOrEqual(text.length);
    }
  }
  return diagnostics.map(({ code, primary }) => `${code} ${source.slice(primary.span).slice(0, 12)}`);
}

const MANY = 100_000;

describe("nesting", () => {
  const deep: readonly (readonly [string, string, string])[] = [
    ["parentheses", "define a = ", "("],
    ["lists", "define a = ", "["],
    ["calls", "define a = ", "f("],
    ["negations", "define a = ", "not "],
    ["negations in parentheses", "define a = ", "not not not ("],
    ["chained comparisons", "define a = ", "1 < 2 < ("],
    ["quantifiers", "define a = ", "some x in y { "],
    ["values", "data a: int = ", "["],
    ["records", "data a: int = ", "{ a: "],
    ["record types", "type A = ", "{ a: "],
    ["types in types", "type A = ", "list<"],
    ["types in types with sizes", "type A = ", "map<5, list<0..1, "],
    ["repeats", 'test "a" { ', "repeat 2 { "],
    ["braces", "", "{"],
  ];

  it.each(deep)("of %s is bounded, and said once", (_, before, opener) => {
    expect(judge(`${before}${opener.repeat(MANY)}\nrole untouched\n`)).toHaveLength(1);
  });

  it("of parentheses that are closed again is bounded, and the next declaration kept", () => {
    const text = `define a = ${"(".repeat(MANY)}1${")".repeat(MANY)}\nrole untouched\n`;
    expect(judge(text)).toEqual(["W1004 ("]);
    expect(parse(new Source("a", text)).file.items.at(-1)).toMatchObject({ kind: "role" });
  });

  it("goes to sixty-four levels without complaint", () => {
    expect(judge(`define a = ${"(".repeat(64)}b${")".repeat(64)} == 1`)).toEqual([]);
    expect(judge(`define a = ${"not ".repeat(64)}b`)).toEqual([]);
    expect(judge(`type A = ${"list<".repeat(64)}text${">".repeat(64)}`)).toEqual([]);
  });

  it("does not count comparisons that stand side by side", () => {
    expect(judge(`define a = ${Array.from({ length: 200 }, () => "a < b").join(" and ")}`)).toEqual([]);
    expect(judge(`define a = [${Array.from({ length: 200 }, () => "a < b").join(", ")}]`)).toEqual([]);
    expect(judge(`deny a { ${"when a < b ".repeat(200)} }`)).toEqual([]);
  });

  it.each(["and", "or", "+", "*", "-"])("of a chain of `%s` is bounded", (operator) => {
    expect(judge(`define a = ${`x ${operator} `.repeat(MANY)}x\nrole untouched`)).toEqual([
      expect.stringMatching(/^W1012/),
    ]);
  });

  it("of chains in chains is bounded", () => {
    const chain = (inner: string) => `(${inner}${" and x".repeat(200)})`;
    let text = "x";
    for (let i = 0; i < 20; i++) text = chain(text);
    expect(judge(`define a = ${text}`)).toEqual([expect.stringMatching(/^W1012/)]);
  });

  it("of chained comparisons in one another is bounded", () => {
    const text = `define a = ${"1 < (".repeat(60)}c${") < d".repeat(60)}`;
    expect(judge(text)).toHaveLength(60);
    expect(judge(`define a = ${"1 < ".repeat(MANY)}1`)).toEqual(["W1012 1"]);
  });

  it("of fields and keys is bounded", () => {
    expect(judge(`define a = f(x)${".b".repeat(MANY)}`)).toEqual(["W1012 .b"]);
    expect(judge(`define a = f(x)${'["b"]'.repeat(MANY)}`)).toEqual(['W1012 ["b"]']);
  });
});

describe("size", () => {
  it("is bounded", () => {
    expect(judge("x".repeat(10_000_000))).toEqual(["W1003 x"]);
    expect(judge(`role a${" ".repeat(1_048_570)}`)).toEqual([]);
  });

  it.each([
    ["unknown words", "foo bar\n"],
    ["unknown signs", "€ "],
    ["unclosed texts", '"\n'],
    ["closing braces", "}"],
    ["closing braces on lines", "}\n"],
    ["semicolons", ";"],
    ["quotes", "'"],
    ["hidden characters", "\u202e "],
    ["annotations", "@a(b "],
    ["at signs", "@"],
    ["empty rules", "allow { }\n"],
    ["half rules", "allow a { call\n"],
    ["half rules on one line", "allow a { call "],
    ["misspelt clauses", "allow a { wehn x }\n"],
    ["numbers", "1e5 "],
    ["backslashes", "\\"],
    ["block comments", "/* "],
    ["half texts with brackets", '"}}}}}}}}'],
    ["letters of other scripts", "é"],
    ["words of other scripts", "é "],
    ["modules", "module a\n"],
    ["shadows", "shadow "],
  ])("of a file full of %s does not matter", (_, piece) => {
    const found = judge(piece.repeat(Math.floor(1_000_000 / piece.length)));
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(100);
  });

  it.each(["// c\n", "/// c\n", "\t// c\r\n"])(
    "of a file full of comments, %j, does not matter",
    (comment) => {
      expect(judge(`${comment.repeat(Math.floor(1_000_000 / comment.length))}role a`)).toEqual([]);
    },
  );

  it("of one declaration full of mistakes does not matter", () => {
    const clauses = "  wehn x > 1\n  when y = 2\n".repeat(30_000);
    expect(judge(`allow a {\n${clauses}}\nrole untouched\n`).length).toBeLessThanOrEqual(100);
    expect(judge(`tool a { args { ${"b text ".repeat(100_000)} } }`).length).toBeLessThanOrEqual(100);
    expect(judge(`test "a" { ${"call b { c = 1 } ".repeat(50_000)} }`).length).toBeLessThanOrEqual(100);
  });
});

describe("characters", () => {
  it.each([
    ["a NUL", "\0"],
    ["a bell", "\u0007"],
    ["a right-to-left override", "\u202e"],
    ["an isolate", "\u2066"],
    ["a zero-width blank", "\u200b"],
    ["half of a surrogate pair", "\ud800"],
    ["the other half", "\udc00"],
    ["a byte order mark in the middle", "\ufeff"],
    ["a line separator", "\u2028"],
    ["a next-line", "\u0085"],
    ["a tag character", "\u{e0041}"],
    ["a soft hyphen", "\u00ad"],
    ["a carriage return without a line feed", "\r"],
    ["a vertical tab", "\u000b"],
    ["a form feed", "\u000c"],
    ["a paragraph separator", "\u2029"],
  ])("such as %s stand nowhere", (_, character) => {
    for (const text of [
      `role a ${character} "x"\n`,
      `role a "x${character}y"\n`,
      `role a // x${character}y\n`,
      `/// x${character}y\nrole a\n`,
      `role a${character}b\n`,
      `role a '${character}'\n`,
    ]) {
      const found = judge(text).filter((each) => !each.startsWith("W1007"));
      expect(found).toEqual([expect.stringMatching(/^W1002/)]);
    }
  });

  it("such as a byte order mark, tabs and line ends are free where they belong", () => {
    expect(judge("\ufeffrole a\r\n\trole b\nrole c\n")).toEqual([]);
  });

  it("such as a second byte order mark are not", () => {
    expect(judge("\ufeff\ufeffrole a\n")).toEqual([expect.stringMatching(/^W1002/)]);
  });

  it("that end a line in some editors alone bring no rule out of a comment", () => {
    for (const end of ["\r", "\u000b", "\u000c", "\u0085", "\u2028", "\u2029"]) {
      const { file, diagnostics } = parse(new Source("a.writ", `// note ${end}allow all { call any }\n`));
      expect(file.items).toEqual([]);
      expect(diagnostics.map(({ code }) => code)).toEqual(["W1002"]);
    }
  });

  it("of `__proto__` and `constructor` are names like any other", () => {
    const text =
      'role __proto__\ndata a: b = { __proto__: { constructor: 1 } }\n@__proto__("x") allow constructor { call toString }';
    expect(judge(text)).toEqual([]);
    expect(judge("hasOwnProperty a { }\nallow b { toString x }\ndata c: text = valueOf(")).not.toEqual([]);
  });
});

const VALID = `module a
@id("x") shadow deny b { agent c for role d  call e.* read or write tier 1..2  when f.g == 1 and not (h in [1, "2"])  need approval i }
tool j as "k" { args { l?: list<text<5>> = [] } timeout 1h30m }
test "m" { given user "n" { roles: ["o"] }  call j { l: [1] }  expect step-up by b }
limit p { call any per user at most 5 of args.q else 1 in 1d over alert }
define r(s: int) = some t in u { t.v > 1 } or prior w ok within 1d same (args.x, user)
`;

describe("any text", () => {
  it("ends in a tree and spans that lie inside of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        judge(text);
      }),
      { numRuns: 500 },
    );
  });

  it("made of the language's own words and signs ends as well", () => {
    const pieces = VALID.split(/(\s+|\b)/).filter((piece) => piece !== "");
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces, '"', "'", "{", "}", "\n", "=", "@", "("), { maxLength: 80 }),
        (all) => {
          judge(all.join(" "));
          judge(all.join(""));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("that is a valid file with a piece left out, put in, doubled or swapped ends as well", () => {
    const pieces = VALID.split(/(\s+|\b)/).filter((piece) => piece !== "");
    const index = fc.nat({ max: pieces.length - 1 });
    fc.assert(
      fc.property(index, index, fc.constantFrom("delete", "insert", "swap", "double"), (i, j, how) => {
        const changed = [...pieces];
        const [first, second] = [pieces[i] ?? "", pieces[j] ?? ""];
        if (how === "delete") changed.splice(i, 1);
        else if (how === "insert") changed.splice(i, 0, second);
        else if (how === "double") changed.splice(i, 0, first);
        else [changed[i], changed[j]] = [second, first];
        judge(changed.join(""));
      }),
      { numRuns: 800 },
    );
  });
});
