import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Alternation, Alternative, type CstNode, type IProduction, NonTerminal, Terminal } from "chevrotain";
import { describe, expect, it } from "vitest";
import { parser } from "../../grammar/parser.js";
import { lexer } from "../../grammar/tokens.js";

const CORPUS = fileURLToPath(new URL("../corpora/syntax/valid/", import.meta.url));

/** `rule.child` for everything that stands in a rule. */
function productions(): ReadonlySet<string> {
  const all = new Set<string>();
  const walk = (rule: string, production: IProduction): void => {
    if (production instanceof Terminal)
      all.add(`${rule}.${production.label ?? production.terminalType.name}`);
    else if (production instanceof NonTerminal) all.add(`${rule}.${production.nonTerminalName}`);
    else if (
      production instanceof Alternation ||
      production instanceof Alternative ||
      "definition" in production
    ) {
      for (const inner of (production as { definition: IProduction[] }).definition) walk(rule, inner);
    }
  };
  for (const [name, rule] of Object.entries(parser.getGAstProductions())) {
    for (const production of rule.definition) walk(name, production);
  }
  return all;
}

function collect(node: CstNode, seen: Set<string>): void {
  for (const [key, children] of Object.entries(node.children)) {
    seen.add(`${node.name}.${key}`);
    for (const child of children) if ("children" in child) collect(child, seen);
  }
}

describe("the valid corpus", () => {
  it("exercises every production of the grammar", () => {
    const seen = new Set<string>();
    for (const name of readdirSync(CORPUS)) {
      const { tokens } = lexer.tokenize(readFileSync(`${CORPUS}${name}`, "utf8").replace(/^\uFEFF/, ""));
      parser.input = tokens;
      const tree = parser.file();
      expect([name, parser.errors]).toEqual([name, []]);
      collect(tree, seen);
    }
    expect([...productions()].filter((production) => !seen.has(production))).toEqual([]);
  });
});
