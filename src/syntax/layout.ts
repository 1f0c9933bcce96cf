/** Lines and indentation of tokens: what tells where an author meant a block to end. Made only for files with mistakes. */
import type { IToken } from "chevrotain";

/** Where each token stands; tokens that were put in later stand where their offset is. */
export class Layout {
  readonly #lines = new Map<
    number,
    { readonly line: number; readonly indent: number; readonly first: boolean }
  >();
  readonly #lineIndents: number[] = [];

  constructor(text: string, tokens: readonly IToken[]) {
    let line = 0;
    let lineStart = 0;
    let position = 0;
    for (const token of tokens) {
      const before = line;
      for (; position < token.startOffset; position++) {
        const code = text.charCodeAt(position);
        if (code === 13 && text.charCodeAt(position + 1) === 10) continue;
        if (code !== 10 && code !== 13) continue;
        line++;
        lineStart = position + 1;
      }
      const first = line !== before || this.#lines.size === 0;
      const indent = token.startOffset - lineStart;
      if (first) this.#lineIndents[line] = indent;
      this.#lines.set(token.startOffset, { line, indent, first });
    }
  }

  /** Whether nothing but blanks and comments stands before it on its line. */
  isFirst(token: IToken): boolean {
    return this.#lines.get(token.startOffset)?.first ?? false;
  }

  /** How many characters stand before it on its line. */
  indentOf(token: IToken): number {
    return this.#lines.get(token.startOffset)?.indent ?? 0;
  }

  lineOf(token: IToken): number {
    return this.#lines.get(token.startOffset)?.line ?? 0;
  }

  /** How far the first token of a token's line is indented. */
  lineIndentOf(token: IToken): number {
    return this.#lineIndents[this.lineOf(token)] ?? 0;
  }
}
