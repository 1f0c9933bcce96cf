/**
 * Balances the brackets of one declaration before it is parsed again.
 *
 * Indentation shows which bracket an author forgot to close: a line that is not indented further than the line of the
 * bracket is outside of it.
 */
import type { IToken } from "chevrotain";
import { keywords as k, marks as m, Text } from "../../grammar/tokens.js";
import { looksLikeDeclaration } from "./declaration-shapes.js";
import type { Layout } from "./layout.js";
import { type Problems, quoted } from "./problems.js";
import { closerOf, endOf, is, isCloser, isOpener, isWord, tokenOver } from "./token-kinds.js";

/** Tokens in which every bracket is matched. */
export interface Balanced {
  readonly tokens: readonly IToken[];
  /** The lines with a removed bracket; other errors on them are probably consequences. */
  readonly spoiltLines: ReadonlySet<number>;
}

/** Returns the tokens of a declaration with every bracket matched; each unmatched one is reported. */
export function balance(tokens: readonly IToken[], layout: Layout, problems: Problems): Balanced {
  const missing = unmatched(tokens);
  if (missing.openers === 0 && missing.closers === 0) return { tokens, spoiltLines: new Set() };
  return new Balance(layout, problems, missing).run(tokens);
}

/** Reports whether a `}` that would end a declaration is premature, because what follows is inside the declaration. */
export function isPremature(tokens: readonly IToken[], at: number, start: IToken, layout: Layout): boolean {
  const [brace, next] = [tokens[at], tokens[at + 1]];
  if (brace === undefined || next === undefined || looksLikeDeclaration(tokens, at + 1)) return false;
  if (layout.lineOf(next) === layout.lineOf(brace)) return isWord(next) && !is(next, ...JOINTS);
  if (isCloser(next) || layout.isFirst(brace)) return false;
  return layout.indentOf(next) > layout.lineIndentOf(start);
}

/** What goes on after the brace of a quantifier or of a record's type. */
const JOINTS = [k.and, k.or, k.as, k.from];

/** Returns how many brackets have no counterpart. */
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
  readonly #spoiltLines = new Set<number>();
  /** The maximum number of brackets closed because of indentation. */
  #unclosed: number;
  /** The maximum number of closing brackets removed as superfluous. */
  #idle: number;

  constructor(layout: Layout, problems: Problems, missing: ReturnType<typeof unmatched>) {
    this.#layout = layout;
    this.#problems = problems;
    this.#unclosed = missing.openers;
    this.#idle = missing.closers;
  }

  run(tokens: readonly IToken[]): Balanced {
    for (const [at, token] of tokens.entries()) {
      while (this.#isPast(token)) this.#closeLast(token);
      if (this.#isDoubled(token)) {
        this.#reportUnclosed(token);
        continue;
      }
      if (isCloser(token) && !this.#close(tokens, at)) continue;
      if (isOpener(token)) this.#open.push(token);
      this.#result.push(token);
    }
    while (this.#open.length > 0) this.#closeLast(undefined);
    return { tokens: this.#result, spoiltLines: this.#spoiltLines };
  }

  /** `{ {`, which is never valid, and `@id( (`. */
  #isDoubled(token: IToken): boolean {
    const before = this.#result.at(-1);
    if (this.#unclosed === 0) return false;
    if (is(token, m["("])) return is(before, m["("]) && is(this.#result.at(-3), m["@"]);
    return is(token, m["{"]) && is(before, m["{"]);
  }

  /**
   * Reports whether the innermost bracket ended on an earlier line; a declaration's own brace ends with the
   * declaration.
   */
  #isPast(token: IToken): boolean {
    const last = this.#open.at(-1);
    if (last === undefined || this.#unclosed === 0) return false;
    if (is(token, m["@"])) return is(last, m["("]);
    if (!this.#layout.isFirst(token)) return false;
    if (this.#open.length === 1 && is(last, m["{"])) return false;
    if (closes(token, last)) return this.#layout.indentOf(token) < this.#layout.lineIndentOf(last);
    if (this.#layout.lineOf(token) === this.#layout.lineOf(last)) return false;
    return this.#layout.indentOf(token) <= this.#layout.lineIndentOf(last);
  }

  /** Takes a closing bracket; returns false if no open bracket matches it. */
  #close(tokens: readonly IToken[], at: number): boolean {
    const token = tokens[at] as IToken;
    const start = tokens[0] as IToken;
    const ends = this.#open.length === 1 && is(token, m["}"]);
    const idle = this.#idle > 0 && ends && isPremature(tokens, at, start, this.#layout);
    if (idle || !this.#open.some((opener) => closes(token, opener))) {
      this.#idle--;
      if (!this.#openAnnotation(token)) this.#reportIdle(token);
      return false;
    }
    while (!closes(token, this.#open.at(-1) as IToken)) this.#closeLast(token);
    this.#open.pop();
    return true;
  }

  #reportIdle(token: IToken): void {
    this.#spoiltLines.add(this.#layout.lineOf(token));
    const message = `nothing opens this \`${token.image}\``;
    const help = "delete it, or open what it closes";
    this.#problems.report("W1019", token.startOffset, endOf(token), message, { help });
  }

  /** `@id"x")`: the opening bracket is missing. */
  #openAnnotation(closer: IToken): boolean {
    const at = this.#result.findLastIndex((token) => is(token, m["@"]));
    const name = this.#result[at + 1];
    if (!is(closer, m[")"]) || at === -1 || !isWord(name) || !is(this.#result[at + 2], Text)) return false;
    const end = endOf(name);
    const message = `\`(\` is missing after ${quoted(name.image)}`;
    this.#problems.report("W1018", name.startOffset, end, message, { help: "add `(`" });
    this.#result.splice(at + 2, 0, tokenOver(end, end, m["("], "("));
    this.#result.push(closer);
    return true;
  }

  #closeLast(before: IToken | undefined): void {
    const opener = this.#open.pop() as IToken;
    const closer = closerOf(opener) ?? "}";
    this.#reportUnclosed(opener);
    const at = before?.startOffset ?? endOf(this.#result.at(-1) ?? opener);
    this.#result.push(tokenOver(at, at, m[closer], closer));
  }

  #reportUnclosed(opener: IToken): void {
    this.#unclosed--;
    const message = `this \`${opener.image}\` is never closed`;
    const help = `add the missing \`${closerOf(opener)}\``;
    this.#problems.report("W1018", opener.startOffset, endOf(opener), message, { help });
  }
}
