/** The wording of messages: lists of names, suggestions, types in a sentence. */
import type { Fix } from "../../diagnostics/diagnostic.js";
import { suggest } from "../../diagnostics/did-you-mean.js";
import { replacement } from "../../diagnostics/replacement.js";
import type { Span } from "../../source/source.js";
import type { Type } from "../../values/type.js";
import { describeType } from "../describe-type.js";

/** Words in backticks, at most three of them. */
export function quoted(words: readonly string[], last = "and"): string {
  const shown = words.slice(0, 3).map((word) => `\`${word}\``);
  if (words.length > 3) return `${shown.join(", ")} ${last} ${words.length - 3} more`;
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} ${last} ${shown.at(-1)}`;
}

/** The suggestion as a help, and as a fix if `span` gives the text to replace; nothing if no candidate is near. */
export function didYouMean(
  word: string,
  candidates: Iterable<string>,
  span?: Span,
): { readonly help?: string; readonly fix?: Fix } {
  const meant = suggest(word, candidates);
  if (meant === undefined) return {};
  return { help: `did you mean \`${meant}\`?`, ...(span && replacement(span, word, meant)) };
}

/** The same with a help in any case: the suggestion, or else the choices. */
export function didYouMeanOr(
  word: string,
  candidates: readonly string[],
  span: Span,
  otherwise: string,
): { readonly help: string; readonly fix?: Fix } {
  return { help: otherwise, ...didYouMean(word, candidates, span) };
}

/** The question `did you mean …?`, if a candidate is near enough. */
export function didYouMeanIn(word: string, candidates: Iterable<string>): string | undefined {
  return didYouMean(word, candidates).help;
}

/** A type in a sentence. */
export function typed(type: Type): string {
  return `\`${describeType(type)}\``;
}
