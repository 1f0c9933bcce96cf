import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CstNode, IToken } from "chevrotain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEFT_OUT } from "../../grammar/left-out.js";
import { parser } from "../../grammar/parser.js";
import { type Read, read } from "../../grammar/read.js";
import { allTokens, lexer } from "../../grammar/tokens.js";

const CORPORA = ["valid", "invalid"].map((name) =>
  fileURLToPath(new URL(`../corpora/syntax/${name}/`, import.meta.url)),
);
const STARTS = ["file", "item", "moduleHeader"] as const;

const files: readonly (readonly IToken[])[] = CORPORA.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".writ"))
    .map((name) => lexer.tokenize(readFileSync(`${folder}${name}`, "utf8")).tokens.map(withEnd))
    .filter((tokens) => tokens.length > 0),
);

function withEnd(token: IToken): IToken {
  return { ...token, endOffset: token.startOffset + token.image.length - 1 };
}

/** What Chevrotain makes of the same tokens, by running the same grammar. */
function readByChevrotain(start: (typeof STARTS)[number], tokens: readonly IToken[]): Read {
  parser.input = [...tokens];
  const whole = parser[start]() as CstNode | undefined;
  const tree = whole && withoutIdleNodes(whole);
  const [error] = parser.errors;
  if (error === undefined) return { tree, stop: undefined };
  return {
    tree,
    stop: {
      at: tokens.indexOf(error.token),
      expected: allTokens.find(({ name }) => name === error.message),
      rules: error.context?.ruleStack ?? [],
    },
  };
}

/** The tree as `read` gives it: some nodes are left out that hold a single node and nothing else. */
function withoutIdleNodes(node: CstNode): CstNode {
  const children = Object.fromEntries(
    Object.entries(node.children).map(([key, of]) => [
      key,
      of.map((child) => ("children" in child ? withoutIdleNodes(child) : child)),
    ]),
  );
  const [only, second] = Object.values(children).flat();
  const isIdle = LEFT_OUT.has(node.name) && only !== undefined && second === undefined && "children" in only;
  return isIdle ? only : { ...node, children };
}

/** Trees without prototypes: Chevrotain's children have none. */
function plain({ tree, stop }: Read): unknown {
  const node = (of: CstNode): unknown => ({
    name: of.name,
    location: of.location,
    children: Object.entries(of.children).map(([key, children]) => [
      key,
      children.map((child) => ("children" in child ? node(child) : child)),
    ]),
  });
  return { tree: tree && node(tree), stop };
}

function compare(start: (typeof STARTS)[number], tokens: readonly IToken[]): void {
  expect(plain(read(start, tokens))).toEqual(plain(readByChevrotain(start, tokens)));
}

describe("reading by the grammar is what Chevrotain does with it", () => {
  it("for every file of the corpora, right or wrong", () => {
    for (const tokens of files) for (const start of STARTS) compare(start, tokens);
  });

  it("for pieces of them with tokens put in, left out and changed", () => {
    const all = files.flat();
    const edit = fc.record({
      at: fc.nat(59),
      gone: fc.nat(2),
      put: fc.array(fc.constantFrom(...all), { maxLength: 2 }),
    });
    const piece = fc
      .constantFrom(...files)
      .chain((tokens) =>
        fc
          .tuple(fc.nat(tokens.length - 1), fc.nat(60))
          .map(([from, length]) => tokens.slice(from, from + length + 1)),
      );
    const property = fc.property(
      fc.constantFrom(...STARTS),
      piece,
      fc.array(edit, { maxLength: 2 }),
      (start, tokens, edits) => {
        let edited = [...tokens];
        for (const { at, gone, put } of edits) edited = edited.toSpliced(at, gone, ...put);
        // A place is told by the token that stands there, so each is one of its own.
        const unique = edited.map((token, index) => ({
          ...token,
          startOffset: index * 10,
          endOffset: index * 10 + 5,
        }));
        if (unique.length > 0) compare(start, unique);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });
});
