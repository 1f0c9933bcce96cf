import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEVELS, OPERATORS } from "../../grammar/operators.js";
import { Source } from "../../src/source/source.js";
import type { Expr } from "../../src/syntax/ast.js";
import { parse } from "../../src/syntax/parse.js";

/** The body of a `define` in full parentheses; undefined if it has a mistake. */
function grouped(words: readonly string[]): string | undefined {
  const { file, diagnostics } = parse(new Source("a.writ", `define d = ${words.join(" ")}`));
  const [item] = file.items;
  return diagnostics.length > 0 || item?.kind !== "define" ? undefined : shape(item.body);
}

function shape(of: Expr): string {
  switch (of.kind) {
    case "or":
    case "and":
      return `(${shape(of.left)} ${of.kind} ${shape(of.right)})`;
    case "compare":
    case "arithmetic":
      return `(${shape(of.left)} ${of.operator} ${shape(of.right)})`;
    case "not":
      return `(not ${shape(of.of)})`;
    case "negate":
      return `(- ${shape(of.of)})`;
    case "like":
    case "matches":
    case "finds":
      return `(${shape(of.of)} ${of.kind} "${of.pattern.value}")`;
    case "else":
      return `(${shape(of.of)} else ${shape(of.fallback)})`;
    case "has":
      return `(has ${of.path.text})`;
    case "path":
      return of.name.text;
    case "string":
      return `"${of.value}"`;
    default:
      throw new Error(`unexpected ${of.kind}`);
  }
}

/** The same, by one function per level: a grammar that shares nothing with the flat rule and its table. */
class Ladder {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  whole(): string | undefined {
    const tree = this.#or();
    return this.#at === this.#words.length ? tree : undefined;
  }

  #takes(...words: readonly string[]): string | undefined {
    const word = this.#words[this.#at];
    if (word === undefined || !words.includes(word)) return undefined;
    this.#at++;
    return word;
  }

  #chain(next: () => string | undefined, ...words: readonly string[]): string | undefined {
    let tree = next();
    for (let word = this.#takes(...words); word !== undefined; word = this.#takes(...words)) {
      const right = next();
      tree = tree && right && `(${tree} ${word} ${right})`;
    }
    return tree;
  }

  #or = (): string | undefined => this.#chain(this.#and, "or");
  #and = (): string | undefined => this.#chain(this.#not, "and");
  #sum = (): string | undefined => this.#chain(this.#product, "+", "-");
  #product = (): string | undefined => this.#chain(this.#fallback, "*");

  #not = (): string | undefined => {
    if (this.#takes("not") === undefined) return this.#takes("has b") ? "(has b)" : this.#relation();
    const of = this.#not();
    return of && `(not ${of})`;
  };

  #relation(): string | undefined {
    const left = this.#sum();
    const pattern = this.#takes("like", "matches", "finds");
    if (pattern !== undefined) {
      const right = this.#takes('"s"');
      return left && right && `(${left} ${pattern} ${right})`;
    }
    const word = this.#takes("==", "!=", "<", "<=", ">", ">=", "in", "not in");
    if (word === undefined) return left;
    const right = this.#sum();
    return left && right && `(${left} ${word} ${right})`;
  }

  #fallback = (): string | undefined => {
    const of = this.#postfix();
    if (this.#takes("else") === undefined) return of;
    const fallback = this.#postfix();
    return of && fallback && `(${of} else ${fallback})`;
  };

  #postfix(): string | undefined {
    const minus = this.#takes("-");
    const primary = this.#takes("a", "c.d", '"s"', "(e)")?.replace("(e)", "e");
    return primary && (minus === undefined ? primary : `(- ${primary})`);
  }
}

const operators = ["not in", ...OPERATORS.map(({ word }) => word)];
const few = <Of>(of: fc.Arbitrary<Of>) => fc.oneof({ arbitrary: fc.constant([]), weight: 4 }, fc.tuple(of));
const operand = fc
  .tuple(
    fc.array(fc.constant("not"), { maxLength: 2 }),
    few(fc.constant("-")),
    fc.constantFrom("a", "c.d", '"s"', "(e)", "has b"),
  )
  .map(([nots, minus, primary]) => [...nots, ...minus, primary]);
const plain = fc.constantFrom("a", "c.d", '"s"').map((word) => [word]);
const link = fc
  .tuple(fc.constantFrom(...operators), fc.oneof({ arbitrary: plain, weight: 3 }, operand))
  .map(([operator, right]) => [operator, ...right]);
const expressions = fc
  .tuple(operand, fc.array(link, { maxLength: 7 }))
  .map(([first, links]) => [...first, ...links.flat()]);

describe("operators", () => {
  it("are grouped, or refused, as by a grammar with one rule per level", () => {
    let whole = 0;
    fc.assert(
      fc.property(expressions, (words) => {
        const tree = new Ladder(words).whole();
        if (tree !== undefined) whole++;
        expect(grouped(words)).toBe(tree);
      }),
      { numRuns: 3000 },
    );
    expect(whole).toBeGreaterThan(300);
  });

  it("are on every level but that of `not`, each once", () => {
    expect(new Set(OPERATORS.map(({ level }) => level))).toEqual(
      new Set(LEVELS.filter((level) => level !== "not")),
    );
    expect(new Set(OPERATORS.map(({ word }) => word)).size).toBe(OPERATORS.length);
  });
});

describe("a mistake about operators", () => {
  function messages(condition: string): readonly string[] {
    const source = new Source("a.writ", `allow r { call any when ${condition} }`);
    return parse(source).diagnostics.map(({ primary, message, help }) => {
      return `${source.slice(primary.span)}: ${message}; ${help}`;
    });
  }

  it.each([
    ["a < b < c", "<: a comparison has two sides; write `… < b and b < …`"],
    ["a + 1 in b not in c", "not in: a comparison has two sides; write `… in b and b not in …`"],
    ['a like "x" == b', '==: a comparison has two sides; write `… like "x" and "x" == …`'],
    ["a == not b", "not: unexpected `not`; put parentheses around what it belongs to"],
    ["a == has b", "has: unexpected `has`; put parentheses around what it belongs to"],
    ["has a == b", "==: unexpected `==`; put parentheses around what it belongs to"],
    ["a else b else c", "else: unexpected `else`; put parentheses around what it belongs to"],
    ['a like "x" + b', "+: unexpected `+`; put parentheses around what it belongs to"],
  ])("in `%s` is reported once, at what does not fit", (condition, message) => {
    expect(messages(condition)).toEqual([message]);
  });

  it("is reported for each side too many", () => {
    expect(messages("a < b < c < d")).toHaveLength(2);
  });

  it("is not reported again where it follows from another on its line", () => {
    expect(messages("a < b c < d")).toHaveLength(1);
  });
});
