/** Lines and indentation of tokens: they show where an author meant a block to end. */
import type { IToken } from "chevrotain";
import type { Source } from "../source/source.js";

/** The positions of tokens; an inserted token has the position of its offset. */
export class Layout {
  readonly #text: string;
  readonly #lineStarts: readonly number[];

  constructor(source: Source) {
    this.#text = source.text;
    this.#lineStarts = source.lineStarts;
  }

  /** Reports whether only blanks precede it on its line. */
  isFirst(token: IToken): boolean {
    let at = token.startOffset - 1;
    while (isBlank(this.#text.charCodeAt(at))) at--;
    return at < 0 || isLineEnd(this.#text.charCodeAt(at));
  }

  /** Returns how many characters precede it on its line. */
  indentOf(token: IToken): number {
    return token.startOffset - this.#startOf(token);
  }

  /** The line of a token; lines are only compared, so the first is 0. */
  lineOf(token: IToken): number {
    return this.lineAt(token.startOffset);
  }

  /** The line of an offset, the first is 0. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Returns the indentation of the first token of a token's line. */
  lineIndentOf(token: IToken): number {
    const start = this.#startOf(token);
    let at = start;
    while (isBlank(this.#text.charCodeAt(at))) at++;
    return at - start;
  }

  #startOf(token: IToken): number {
    return this.#lineStarts[this.lineOf(token)] ?? 0;
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 0xfeff;
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}
