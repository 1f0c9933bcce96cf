/**
 * The brackets of one declaration, made to match before it is parsed again.
 *
 * Which bracket an author forgot to close is told by the indentation: a line that stands no further right than the line of
 * the bracket is no longer inside of it.
 */
import type { IToken } from "chevrotain";
import { marks as m } from "../../grammar/tokens.js";
import type { Layout } from "./layout.js";
import type { Problems } from "./problems.js";
import { closerOf, endOf, is, isCloser, isOpener, tokenOver } from "./token-kinds.js";

/** The same tokens with every bracket matched; each that was not is reported. */
export function balance(tokens: readonly IToken[], layout: Layout, problems: Problems): readonly IToken[] {
  const missing = unmatched(tokens);
  if (missing.openers === 0 && missing.closers === 0) return tokens;
  return new Balance(layout, problems, missing.openers).run(tokens);
}

/** How many brackets have no counterpart. */
export function unmatched(tokens: readonly IToken[]): { readonly openers: number; readonly closers: number } {
  const open: IToken[] = [];
  let openers = 0;
  let closers = 0;
  for (const token of tokens) {
    if (isOpener(token)) open.push(token);
    if (!isCloser(token)) continue;
    const at = open.findLastIndex((opener) => closes(token, opener));
    if (at === -1) closers++;
    else openers += open.splice(at).length - 1;
  }
  return { openers: openers + open.length, closers };
}

function closes(closer: IToken, opener: IToken): boolean {
  return closer.image === closerOf(opener);
}

class Balance {
  readonly #layout: Layout;
  readonly #problems: Problems;
  readonly #result: IToken[] = [];
  readonly #open: IToken[] = [];
  /** How many brackets may be closed by what the indentation says. */
  #quota: number;

  constructor(layout: Layout, problems: Problems, quota: number) {
    this.#layout = layout;
    this.#problems = problems;
    this.#quota = quota;
  }

  run(tokens: readonly IToken[]): readonly IToken[] {
    for (const token of tokens) {
      while (this.#isPast(token)) this.#closeLast(token);
      if (isCloser(token) && !this.#close(token)) continue;
      if (isOpener(token)) this.#open.push(token);
      this.#result.push(token);
    }
    while (this.#open.length > 0) this.#closeLast(undefined);
    return this.#result;
  }

  /** Whether the innermost bracket ended on a line before; a declaration's own brace ends where the declaration does. */
  #isPast(token: IToken): boolean {
    const last = this.#open.at(-1);
    if (last === undefined || this.#quota === 0 || !this.#layout.isFirst(token)) return false;
    if (this.#open.length === 1 && is(last, m["{"])) return false;
    if (closes(token, last)) return this.#layout.indentOf(token) < this.#layout.lineIndentOf(last);
    if (this.#layout.lineOf(token) === this.#layout.lineOf(last)) return false;
    return this.#layout.indentOf(token) <= this.#layout.lineIndentOf(last);
  }

  /** Takes a closing bracket; false where nothing is open that it closes. */
  #close(token: IToken): boolean {
    if (!this.#open.some((opener) => closes(token, opener))) {
      this.#problems.report(
        "W1019",
        token.startOffset,
        endOf(token),
        `nothing opens this \`${token.image}\``,
        {
          help: "delete it, or open what it closes",
        },
      );
      return false;
    }
    while (!closes(token, this.#open.at(-1) as IToken)) this.#closeLast(token);
    this.#open.pop();
    return true;
  }

  #closeLast(before: IToken | undefined): void {
    const opener = this.#open.pop() as IToken;
    const closer = closerOf(opener) ?? "}";
    this.#quota--;
    this.#problems.report(
      "W1018",
      opener.startOffset,
      endOf(opener),
      `this \`${opener.image}\` is never closed`,
      {
        help: `add the missing \`${closer}\``,
      },
    );
    const at = before?.startOffset ?? endOf(this.#result.at(-1) ?? opener);
    this.#result.push(tokenOver(at, at, m[closer], closer));
  }
}
