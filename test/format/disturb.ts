import fc from "fast-check";
import { lexer } from "../../grammar/tokens.js";

/** What may stand between two tokens without changing what a file says. */
const GAPS = ["\n", "\r\n\r\n\n", " \t", " // aside\n", "\n// own\n", "\n\n  // two\n\n // lines\n"];

/** Places in a text, as shares of its length, and what to put there. */
export const disturbances = fc.array(
  fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), gap: fc.constantFrom(...GAPS) }),
  { maxLength: 12 },
);

/** Puts blanks and comments between the tokens of a text; the comments are numbered, so that each is unique. */
export function disturb(
  text: string,
  changes: readonly { readonly place: number; readonly gap: string }[],
): string {
  const starts = lexer.tokenize(text).tokens.map((token) => token.startOffset);
  const inserts = changes
    .map(({ place, gap }, index) => ({
      at: starts[Math.floor(place * starts.length)] ?? text.length,
      gap: gap.replace(/\/\/ \w+/g, (comment) => `${comment} ${index}`),
    }))
    .sort((a, b) => b.at - a.at);
  return inserts.reduce((result, { at, gap }) => result.slice(0, at) + gap + result.slice(at), text);
}
