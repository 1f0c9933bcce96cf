/**
 * Text, spans and lines. Only this file counts lines.
 *
 * Offsets are UTF-16 code units (the index of JavaScript strings); spans are half-open.
 */

/** A half-open range `[start, end)` of UTF-16 code units in one source file. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A one-based line and column; the column counts code points, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One policy file: the path shown to users, its text, and an index of the starts of its lines. */
export class Source {
  readonly path: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** Offsets at which lines begin; `\n`, `\r\n` and a lone `\r` each end a line. */
  get lineStarts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let i = 0; i < this.text.length; i++) {
        const code = this.text.charCodeAt(i);
        if (code === 13 && this.text.charCodeAt(i + 1) === 10) continue;
        if (code === 10 || code === 13) starts.push(i + 1);
      }
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }

  /** Returns the position of an offset; an offset past the end is at the end of the last line. */
  positionAt(offset: number): Position {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] as number;
    const column = [...this.text.slice(start, offset)].length + 1;
    return { line: low + 1, column };
  }

  /** Returns the text of a one-based line without its line ending; empty if the line does not exist. */
  lineText(line: number): string {
    const start = this.lineStarts[line - 1];
    if (start === undefined) return "";
    const next = this.lineStarts[line] ?? this.text.length + 1;
    return this.text.slice(start, next).replace(/[\r\n]+$/, "");
  }

  /** Returns the text of a span of this file. */
  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}
