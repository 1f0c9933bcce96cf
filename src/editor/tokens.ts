/** Semantic highlighting: colours by meaning, which a textual grammar cannot know. */
import { type SemanticTokens, SemanticTokensBuilder } from "vscode-languageserver/node";
import type { Reference } from "../check/reference.js";
import { nameSpanOf } from "./navigation.js";
import { positionOf } from "./positions.js";
import type { Place } from "./workspace.js";

/** The kinds of tokens, in the order of their numbers. */
export const TOKEN_TYPES = [
  "enumMember",
  "type",
  "method",
  "class",
  "variable",
  "function",
  "event",
  "property",
  "parameter",
] as const;
type TokenType = (typeof TOKEN_TYPES)[number];

/** Returns a token for every name of a file that has a meaning; texts in quotes keep their colour. */
export function semanticTokens(place: Place): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  let end = 0;
  for (const reference of place.analysis.references.get(place.file) ?? []) {
    const type = typeOf(reference);
    const span = type === undefined ? undefined : nameSpanOf(reference, place.analysis);
    if (type === undefined || span === undefined || span.start < end || span.start !== reference.span.start)
      continue;
    const { line, character } = positionOf(place.source, span.start);
    builder.push(line, character, span.end - span.start, TOKEN_TYPES.indexOf(type), 0);
    end = span.end;
  }
  return builder.build();
}

function typeOf(reference: Reference): TokenType | undefined {
  switch (reference.kind) {
    case "declared":
    case "pattern":
      return reference.entries[0] && SPACE_TYPES[reference.entries[0].space];
    case "field":
      return reference.found.length === 0 ? undefined : "property";
    case "variable":
      return "parameter";
    case "root":
      return "variable";
    case "function":
      return "function";
    default:
      return undefined;
  }
}

const SPACE_TYPES = {
  label: "enumMember",
  tag: "enumMember",
  level: "enumMember",
  role: "enumMember",
  type: "type",
  tool: "method",
  channel: "method",
  agent: "class",
  data: "variable",
  define: "function",
  approval: "event",
  transaction: "event",
  rule: "event",
  limit: "event",
  exception: "event",
} as const satisfies { readonly [space: string]: TokenType };
