import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CstNode } from "chevrotain";
import { describe, expect, it } from "vitest";
import { parseAs, parseFile } from "../../grammar/parse-tokens.js";
import { parser } from "../../grammar/parser.js";
import { lexer } from "../../grammar/tokens.js";

const CORPUS = fileURLToPath(new URL("../corpora/syntax/valid/", import.meta.url));

const tokensOf = (text: string) => lexer.tokenize(text).tokens;

describe("a file", () => {
  const files = readdirSync(CORPUS).map((name) => [name, readFileSync(`${CORPUS}${name}`, "utf8")] as const);

  it.each(files)("%s is passed on tree by tree, as the parser reads it whole", (_, text) => {
    const tokens = tokensOf(text.replace(/^\uFEFF/, ""));
    const trees: CstNode[] = [];
    expect(parseFile(tokens, (tree) => trees.push(tree))).toBe(true);
    parser.input = tokens;
    const { moduleHeader = [], item = [] } = parser.file().children;
    expect(trees).toEqual([...moduleHeader, ...item]);
  });

  it("with a mistake passes on what precedes it", () => {
    const trees: CstNode[] = [];
    expect(parseFile(tokensOf("module a role b role role role 1 role c"), (tree) => trees.push(tree))).toBe(
      false,
    );
    expect(trees.map(({ name }) => name)).toEqual(["moduleHeader", "item", "item"]);
  });

  it("leaves its tokens as they were", () => {
    const tokens = tokensOf("role b role 1");
    const before = [...tokens];
    parseFile(tokens, () => {});
    expect(tokens).toEqual(before);
  });

  it("ends where what takes its trees throws, and the next is read all the same", () => {
    const fail = () => {
      throw new Error("no");
    };
    expect(() => parseFile(tokensOf("role a role b"), fail)).toThrow("no");
    expect(parseFile(tokensOf("role a"), () => {})).toBe(true);
  });
});

describe("a declaration", () => {
  it.each([
    ["role a", true, undefined, undefined],
    ["role a role b", true, 2, []],
    ["role 1", false, 1, ["item", "decl", "role"]],
    ["role", false, -1, ["item", "decl", "role"]],
    ["allow a { when }", false, 4, ["item", "decl", "rule", "clause", "conditionClause", "expr", "operand"]],
    [
      "allow a { when b == }",
      false,
      6,
      ["item", "decl", "rule", "clause", "conditionClause", "expr", "operation", "operand"],
    ],
  ])("`%s` has a tree: %s, and stops at token %s in %s", (text, isWhole, at, rules) => {
    const { tree, stop } = parseAs("item", tokensOf(text));
    expect(tree !== undefined).toBe(isWhole);
    expect([stop?.at, stop?.rules]).toEqual([at, rules]);
  });

  it("stops with the token that the grammar requires, if it is one", () => {
    expect(parseAs("item", tokensOf("tool a [")).stop?.expected?.name).toBe("LCurly");
    expect(parseAs("item", tokensOf("tool a { 1")).stop?.expected?.name).toBe("RCurly");
    expect(parseAs("item", tokensOf("allow a { when 1 < }")).stop?.expected).toBeUndefined();
  });
});
