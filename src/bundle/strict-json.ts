/**
 * JSON read strictly: what two parsers could read differently is not read at all.
 *
 * `JSON.parse` keeps the last of two equal keys and other parsers the first, so a document with both could mean one
 * thing to the reviewer and another to the policy. Nesting is bounded because readers of the value may recurse.
 */
import type { JsonValue } from "../values/type.js";

export type StrictJson = { readonly json: JsonValue } | { readonly problem: string };

/** The value of a JSON text, or why it is none, in words that follow "it": `is not JSON: …`. */
export function parseStrictJson(text: string, maxDepth: number): StrictJson {
  const tooDeep = findTooDeep(text, maxDepth);
  if (tooDeep !== undefined)
    return { problem: `nests deeper than ${maxDepth} levels, ${placeIn(text, tooDeep)}` };
  let json: JsonValue;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: `is not JSON: ${(error as Error).message}` };
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate === undefined) return { json };
  return {
    problem: `has the key ${JSON.stringify(duplicate.key)} twice, ${placeIn(text, duplicate.offset)}`,
  };
}

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}

/** Strings, and the signs that open, close and part; everything else of a JSON text says nothing about its shape. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

function findTooDeep(text: string, maxDepth: number): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    if (depth > maxDepth) return index;
  }
  return undefined;
}

/** The first key that its object had already, by value: `"a"` and `"\u0061"` are one key. Only for text that parses. */
function findDuplicateKey(text: string): { readonly key: string; readonly offset: number } | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last: { readonly text: string; readonly offset: number } | undefined;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":" && last !== undefined) {
      const key: string = JSON.parse(last.text);
      const keys = open.at(-1);
      if (keys?.has(key)) return { key, offset: last.offset };
      keys?.add(key);
    }
    last = token.startsWith('"') ? { text: token, offset: index } : undefined;
  }
  return undefined;
}
