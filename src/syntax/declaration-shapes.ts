/** Recognises declarations by how they begin, without parsing them. */
import type { IToken, TokenType } from "chevrotain";
import { keywords as k, marks as m, Text } from "../../grammar/tokens.js";
import { is, isName, isWord } from "./token-kinds.js";

type Shape = (tokens: readonly IToken[], at: number) => boolean;

const named: Shape = (tokens, at) =>
  isName(tokens[at]) && !is(tokens[at + 1], m[":"], m["."], m[","], m["?"]);
const block: Shape = (tokens, at) => isName(tokens[at]) && is(tokens[at + 1], m["{"]);
const titled: Shape = (tokens, at) => is(tokens[at], Text);

/** How a declaration goes on after its word. */
const SHAPES = new Map<TokenType, Shape>([
  [k.module, (tokens, at) => isName(tokens[at])],
  [k.label, named],
  [k.tag, named],
  [k.assurance, named],
  [k.role, named],
  [k.type, (tokens, at) => isWord(tokens[at]) && is(tokens[at + 1], m["="], m["=="])],
  [k.schema, block],
  [k.tool, (tokens, at) => isName(tokens[at]) && is(tokens[at + 1], m["."], m["{"], k.as)],
  [k.channel, (tokens, at) => isName(tokens[at]) && is(tokens[at + 1], k.accepts)],
  [k.agent, block],
  [k.delegation, (tokens, at) => is(tokens[at], m["{"])],
  [k.data, (tokens, at) => isName(tokens[at]) && is(tokens[at + 1], m[":"])],
  [k.define, (tokens, at) => isName(tokens[at]) && is(tokens[at + 1], m["="], m["("], m["=="])],
  [k.approval, block],
  [k.allow, named],
  [k.deny, named],
  [k.require, named],
  [k.limit, named],
  [k.transaction, block],
  [k.exception, named],
  [k.test, titled],
  [k.matrix, titled],
  [k.shadow, (tokens, at) => is(tokens[at], k.allow, k.deny, k.require, k.limit, k.waivable)],
  [k.waivable, (tokens, at) => is(tokens[at], k.allow, k.deny, k.require, k.limit, k.shadow)],
]);

/** The words that begin a declaration, and `module`. */
export const DECLARATION_WORDS: readonly string[] = [...SHAPES.keys()].map(
  (type) => type.LABEL?.slice(1, -1) ?? "",
);

/** Whether a token is a word that begins a declaration. */
export function isDeclarationWord(token: IToken | undefined): boolean {
  return token !== undefined && SHAPES.has(token.tokenType);
}

/** Whether a declaration, or the annotations before one, begins here. */
export function looksLikeDeclaration(tokens: readonly IToken[], at: number): boolean {
  const keyword = afterAnnotations(tokens, at);
  const token = tokens[keyword];
  const shape = token === undefined ? undefined : SHAPES.get(token.tokenType);
  return shape?.(tokens, keyword + 1) ?? false;
}

/** The index of the first token that belongs to no annotation. */
export function afterAnnotations(tokens: readonly IToken[], from: number): number {
  let at = from;
  while (is(tokens[at], m["@"])) {
    at += isWord(tokens[at + 1]) ? 2 : 1;
    if (!is(tokens[at], m["("])) continue;
    const close = closingRound(tokens, at);
    at = close === undefined ? at + 1 : close + 1;
  }
  return at;
}

/** Returns the `)` of a nearby `(`, before anything that an annotation cannot contain. */
function closingRound(tokens: readonly IToken[], open: number): number | undefined {
  for (let at = open + 1; at < Math.min(tokens.length, open + 100); at++) {
    if (is(tokens[at], m[")"])) return at;
    if (is(tokens[at], m["@"])) return undefined;
  }
  return undefined;
}
