/** Strips marks around a word: quotes, brackets, emphasis, the end of a sentence. */

/** Characters that are never part of a name at either end. */
const QUOTES = /["'`“”‘’«»„‚]/u;
const ENDS = /["'`“”‘’«»,;:!?.…]/u;
/** Emphasis in plain text and Markdown; `_` and `~` also occur in names, so they count only if they are on both sides. */
const STAR = "*";
const PAIRED = new Set(["_", "~"]);
const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["<", ">"],
]);
const OPENING: ReadonlyMap<string, string> = new Map([...CLOSING].map(([open, close]) => [close, open]));
/** Marks beyond this number are kept; no writer puts that many around a word. */
const MAX_MARKS = 64;
const CLOSINGS: ReadonlySet<string> = new Set(OPENING.keys());

/**
 * Returns a text without the marks around it, as its writer would delimit it: `bob` of `(bob).`, `*bob*` and `_bob_`,
 * but `bob_` of `bob_`. A bracket whose partner is inside the text is kept: `(0) 170`, `X (y)`.
 */
export function delimited(text: string): string {
  let inner = text;
  for (let marks = 0; marks < MAX_MARKS; marks++) {
    const shorter = withoutOuter(inner);
    if (shorter === inner) return inner;
    inner = shorter;
  }
  return inner;
}

function withoutOuter(text: string): string {
  const first = text[0];
  const last = text.at(-1);
  if (first === undefined || last === undefined) return text;
  if (first === STAR || QUOTES.test(first) || /\s/u.test(first)) return text.slice(1);
  if (last === STAR || ENDS.test(last) || /\s/u.test(last)) return text.slice(0, -1);
  const closing = CLOSING.get(first);
  if (closing !== undefined) {
    const at = partnerOf(text, first, closing);
    if (at === undefined) return text.slice(1);
    if (at === text.length - 1) return text.slice(1, -1);
  }
  if (CLOSINGS.has(last) && !isClosed(text, last)) return text.slice(0, -1);
  return text.length > 2 && PAIRED.has(first) && first === last ? text.slice(1, -1) : text;
}

/** Returns where the bracket at the beginning is closed. */
function partnerOf(text: string, open: string, closing: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === closing && --depth === 0) return i;
  }
  return undefined;
}

/** Whether the bracket at the end closes one in the text. */
function isClosed(text: string, closing: string): boolean {
  const opening = OPENING.get(closing)!;
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === closing) depth++;
    else if (text[i] === opening && --depth === 0) return true;
  }
  return false;
}
