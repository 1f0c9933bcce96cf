import { generateCstDts, Lexer } from "chevrotain";
import { describe, expect, it } from "vitest";
import { ebnf } from "../../grammar/ebnf.js";
import { parser, WritParser } from "../../grammar/parser.js";
import { allTokens } from "../../grammar/tokens.js";

/** `npm run grammar` writes both files anew. */
it("is LL(2), without a rule or an alternative that could never be taken", () => {
  expect(() => new WritParser({ skipValidations: false })).not.toThrow();
  expect(new Lexer([...allTokens]).lexerDefinitionErrors).toEqual([]);
});

describe("what is generated from the grammar", () => {
  it("has the grammar for people equal to the parser", async () => {
    await expect(ebnf()).toMatchFileSnapshot("../../grammar/writ.ebnf");
  });

  it("has the types of the concrete tree equal to the parser", async () => {
    const types = generateCstDts(parser.getGAstProductions(), { includeVisitorInterface: false }).replace(
      "ICstVisitor, ",
      "",
    );
    const text = `// biome-ignore-all format: generated\n/** The concrete tree, one type per rule. Generated from parser.ts by \`npm run grammar\`. */\n${types}\n`;
    await expect(text).toMatchFileSnapshot("../../grammar/cst.ts");
  });
});
