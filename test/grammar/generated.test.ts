import { generateCstDts } from "chevrotain";
import { describe, expect, it } from "vitest";
import { ebnf } from "../../grammar/ebnf.js";
import { parser } from "../../grammar/parser.js";

/** `npm run grammar` writes both files anew. */
describe("what is generated from the grammar", () => {
  it("has the grammar for people equal to the parser", async () => {
    await expect(ebnf()).toMatchFileSnapshot("../../grammar/writ.ebnf");
  });

  it("has the types of the concrete tree equal to the parser", async () => {
    const types = generateCstDts(parser.getGAstProductions(), { includeVisitorInterface: true });
    const text = `// biome-ignore-all format: generated\n/** The concrete tree, one type a rule. Generated from parser.ts by \`npm run grammar\`. */\n${types}\n`;
    await expect(text).toMatchFileSnapshot("../../grammar/cst.ts");
  });
});
