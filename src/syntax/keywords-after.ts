/** The words of the language that are valid at a position, derived from the grammar. */
import type { IToken } from "chevrotain";
import { marks } from "../../grammar/tokens.js";
import { Source } from "../source/source.js";
import { tokensAfter, wordsOf } from "./expected.js";
import { Layout } from "./layout.js";
import { lex } from "./lex.js";
import { Problems } from "./problems.js";
import { segments } from "./segments.js";

/** If a declaration has more tokens before the position, only the current line is read. */
const MAX_TOKENS = 600;
/** The number of previous lines to try if the declaration as a whole does not parse. */
const MAX_LINES = 6;

/** The rules for an item of a block, or a part of one, to try if only nearby lines can be parsed. */
const PIECES = [
  "clause",
  "limitItem",
  "exceptionItem",
  "toolItem",
  "agentItem",
  "approvalItem",
  "transactionItem",
  "transactionStep",
  "step",
  "field",
] as const;

/** Returns the keywords that may follow a text, each once; none if the text is not a policy. */
export function keywordsAfter(text: string): readonly string[] {
  const source = new Source("", text);
  const { tokens } = lex(source, new Problems(source));
  const layout = new Layout(source);
  const [from, to] = segments(tokens, layout).at(-1) ?? [0, 0];
  const declaration = tokens.slice(from, to);
  const whole = tokensAfter("item", declaration, MAX_TOKENS);
  const words = new Set(wordsOf(whole));
  const open = depthOf(declaration) > 0;
  if (!open && (declaration.length === 0 || beginsLine(text))) {
    for (const word of wordsOf(tokensAfter(tokens.length === 0 ? "file" : "item", []))) words.add(word);
  }
  if (whole.size === 0 && open) for (const word of wordsNear(declaration, layout)) words.add(word);
  return [...words];
}

function beginsLine(text: string): boolean {
  return /(?:^|[\r\n])[ \t]*$/.test(text);
}

function depthOf(tokens: readonly IToken[]): number {
  let depth = 0;
  for (const { tokenType } of tokens) {
    if (tokenType === marks["{"]) depth++;
    else if (tokenType === marks["}"]) depth = Math.max(0, depth - 1);
  }
  return depth;
}

/** Returns what fits after the last lines alone, in any block; the declaration's keyword narrows that down. */
function wordsNear(declaration: readonly IToken[], layout: Layout): readonly string[] {
  let lines = 0;
  for (let at = declaration.length; at > 0 && lines <= MAX_LINES; at--) {
    const token = declaration[at];
    if (token !== undefined && !layout.isFirst(token)) continue;
    lines++;
    const words = piecesOf(declaration).flatMap((rule) =>
      wordsOf(tokensAfter(rule, declaration.slice(at), MAX_TOKENS)),
    );
    if (words.length > 0) return words;
  }
  return [];
}

const PIECES_OF: { readonly [word: string]: readonly (typeof PIECES)[number][] } = {
  allow: ["clause"],
  deny: ["clause"],
  require: ["clause"],
  limit: ["limitItem"],
  exception: ["exceptionItem"],
  tool: ["toolItem", "field"],
  agent: ["agentItem"],
  approval: ["approvalItem"],
  transaction: ["transactionItem", "transactionStep"],
  test: ["step"],
};

function piecesOf(declaration: readonly IToken[]): readonly string[] {
  const head = declaration.slice(0, 40).find(({ image }) => Object.hasOwn(PIECES_OF, image));
  return head === undefined ? PIECES : (PIECES_OF[head.image] ?? PIECES);
}
