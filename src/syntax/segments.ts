/**
 * Splits a file with mistakes into its declarations, so that a mistake in one never affects the next.
 *
 * Outside of braces, a declaration keyword at the beginning of a line is enough. Inside, where `agent` and `approval`
 * are clauses too, it must not be indented further than the declaration it would end, and look like one.
 */
import type { IToken } from "chevrotain";
import { keywords as k, marks as m } from "../../grammar/tokens.js";
import { isPremature } from "./brackets.js";
import { afterAnnotations, isDeclarationWord, looksLikeDeclaration } from "./declaration-shapes.js";
import type { Layout } from "./layout.js";
import { is, isName } from "./token-kinds.js";

/** Returns half-open ranges of tokens, one per declaration, that cover all of them. */
export function segments(tokens: readonly IToken[], layout: Layout): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  let start = 0;
  let head = pastHead(tokens, 0);
  let depth = 0;
  for (let at = 1; at < tokens.length; at++) {
    if (at > head && isCut(tokens, at, depth, tokens[start] as IToken, layout)) {
      if (hasKeyword(tokens, start, at)) {
        result.push([start, at]);
        start = at;
        depth = 0;
      }
      head = pastHead(tokens, at);
    }
    if (is(tokens[at], m["{"])) depth++;
    else if (is(tokens[at], m["}"])) {
      const stays = depth === 1 && isPremature(tokens, at, tokens[start] as IToken, layout);
      if (!stays) depth = Math.max(0, depth - 1);
    }
  }
  if (start < tokens.length) result.push([start, tokens.length]);
  return result;
}

/** Reports whether a range contains more than annotations; valid or not, these belong to what follows them. */
function hasKeyword(tokens: readonly IToken[], start: number, end: number): boolean {
  if (!is(tokens[start], m["@"])) return true;
  for (let at = start; at < end; at++) if (isDeclarationWord(tokens[at])) return true;
  return end - start > 50;
}

/** Annotations and modifiers belong to the declaration that follows them. */
function pastHead(tokens: readonly IToken[], start: number): number {
  let at = afterAnnotations(tokens, start);
  while (is(tokens[at], k.shadow, k.waivable)) at++;
  return at;
}

function isCut(tokens: readonly IToken[], at: number, depth: number, start: IToken, layout: Layout): boolean {
  const token = tokens[at] as IToken;
  const left = layout.isFirst(token) && layout.indentOf(token) <= layout.lineIndentOf(start);
  if (depth > 0) return left && looksLikeDeclaration(tokens, at);
  if (is(tokens[at - 1], m["}"]) && (isName(token) || is(token, m["@"]))) {
    return layout.isFirst(token) || looksLikeDeclaration(tokens, at);
  }
  if (!layout.isFirst(token)) return false;
  if (left && (isDeclarationWord(token) || is(token, m["@"]))) return true;
  return looksLikeDeclaration(tokens, at);
}
