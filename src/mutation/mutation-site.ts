/** The position in a policy that a mutant changes, and the edits that several kinds of mutants share. */
import type { Source, Span } from "../source/source.js";
import type { Node } from "../syntax/ast.js";
import { writeDuration } from "../values/duration.js";

/** The context of a mutant: its declaration, the text, and the levels of assurance from the weakest. */
export interface Site {
  readonly subject: string;
  readonly source: Source;
  readonly levels: readonly string[];
  readonly add: (what: string, span: Span, text: string) => void;
}

/**
 * Adds one mutant per element of a comma-separated list, without that element. The only element cannot be removed
 * alone.
 */
export function eachRemoved(block: Node, items: readonly Node[], what: string, site: Site): void {
  if (items.length === 1) site.add(`removes ${what}`, block.span, "");
  items.forEach((item, i) => {
    const before = items[i - 1];
    const after = items[i + 1];
    if (after !== undefined) site.add(`removes ${what}`, { ...item.span, end: after.span.start }, "");
    else if (before !== undefined) site.add(`removes ${what}`, { ...item.span, start: before.span.end }, "");
  });
}

/** Adds a mutant with another duration, at least one millisecond. */
export function moveDuration(
  what: string,
  duration: Node & { readonly ms: number },
  factor: number,
  site: Site,
): void {
  site.add(what, duration.span, writeDuration(Math.max(1, Math.floor(duration.ms * factor))));
}
