/** The context of a position, derived from its line alone: neither texts nor comments span lines. */

/** In a comment, in a text in quotes, or in neither; `quote` is the offset of the opening quote. */
export type LineContext =
  | { readonly kind: "comment" | "code" }
  | { readonly kind: "text"; readonly quote: number };

/** Returns the context of an offset; directly before `//` it is not in the comment yet. */
export function lineContext(text: string, offset: number): LineContext {
  let quote: number | undefined;
  for (let at = lineStart(text, offset); at < offset; at++) {
    if (text[at] === "\\" && quote !== undefined) at++;
    else if (text[at] === '"') quote = quote === undefined ? at : undefined;
    else if (quote === undefined && text.startsWith("//", at)) return { kind: "comment" };
  }
  return quote === undefined ? { kind: "code" } : { kind: "text", quote };
}

/** Returns the offset at which a line begins. */
export function lineStart(text: string, offset: number): number {
  if (offset <= 0) return 0;
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}
