import type { Span } from "../source/source.js";
import type { Fix } from "./diagnostic.js";

/**
 * The fix that replaces a word by another; undefined if the span is not plainly that word, such as a name broken by
 * blanks. A word in quotes keeps them.
 */
export function replacement(span: Span, word: string, meant: string): { readonly fix?: Fix } {
  const quotes = span.end - span.start - word.length;
  if (quotes !== 0 && quotes !== 2) return {};
  const inside = { ...span, start: span.start + quotes / 2, end: span.end - quotes / 2 };
  return { fix: { span: inside, text: meant, title: `Change to \`${meant}\`` } };
}

/** A longer replacement is cut in the help, so it gives no fix. */
const MAX_SHOWN = 60;

/**
 * The fix in a help, if all the help says is to replace the underlined text, to delete it, or to add a bracket after
 * it.
 */
export function fixOfHelp(help: string | undefined, span: Span): { readonly fix?: Fix } {
  if (help === undefined) return {};
  if (help === "delete it") return { fix: { span, text: "", title: "Delete it" } };
  const added = /^add `([{}()[\]])`$/.exec(help)?.[1];
  if (added !== undefined) {
    return { fix: { span: { ...span, start: span.end }, text: ` ${added}`, title: `Add \`${added}\`` } };
  }
  const meant = /^(?:write|did you mean) `([^`…]+)`\??$/.exec(help)?.[1];
  if (meant === undefined || meant.length >= MAX_SHOWN) return {};
  return { fix: { span, text: meant, title: `Change to \`${meant}\`` } };
}
