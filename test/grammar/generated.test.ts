import { generateCstDts, Lexer } from "chevrotain";
import { describe, expect, it } from "vitest";
import { ebnf } from "../../grammar/ebnf.js";
import { LEFT_OUT } from "../../grammar/left-out.js";
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
    const types = generateCstDts(parser.getGAstProductions(), { includeVisitorInterface: true });
    let stands = types;
    for (const [rule, type] of LEFT_OUT) {
      const node = `${rule[0]?.toUpperCase()}${rule.slice(1)}CstNode`;
      stands = stands.replaceAll(new RegExp(`: \\(?${node}\\)?\\[\\]`, "g"), `: ${type}[]`);
    }
    const names = [...new Set(LEFT_OUT.values())].sort().join(", ");
    stands = stands.replace(/(?<="chevrotain";\n)/, `import type { ${names} } from "./left-out.js";\n`);
    const text = `// biome-ignore-all format: generated\n/** The concrete tree, one type a rule. Generated from parser.ts by \`npm run grammar\`. */\n${stands}\n`;
    await expect(text).toMatchFileSnapshot("../../grammar/cst.ts");
  });
});
