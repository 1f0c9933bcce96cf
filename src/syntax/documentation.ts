/** Which `///` lines belong to which declaration. */
import type { Source } from "../source/source.js";
import type { Comment } from "./ast.js";

/** Returns the `///` lines of a file in order; ask for declarations from the first to the last. */
export class Documentation {
  readonly #source: Source;
  readonly #comments: readonly Comment[];
  #next = 0;

  constructor(source: Source, comments: readonly Comment[]) {
    this.#source = source;
    this.#comments = comments;
  }

  /**
   * Returns the text of the last consecutive `///` lines between `after`, the end of what came before, and `before`,
   * the declaration's keyword. One blank after the slashes is not part of it.
   */
  between(after: number, before: number): string | undefined {
    if (this.#next === this.#comments.length) return undefined;
    let lines: Comment[] = [];
    for (; this.#next < this.#comments.length; this.#next++) {
      const comment = this.#comments[this.#next] as Comment;
      if (comment.span.start >= before) break;
      if (comment.span.start < after || !comment.own) continue;
      const last = lines.at(-1);
      if (comment.kind !== "doc") lines = [];
      else if (last !== undefined && this.#isApart(last, comment)) lines = [comment];
      else lines.push(comment);
    }
    if (lines.length === 0) return undefined;
    return lines.map((line) => line.text.replace(/^ /, "").trimEnd()).join("\n");
  }

  /** Reports whether anything but one line end and blanks separates two comments. */
  #isApart(first: Comment, second: Comment): boolean {
    return !/^[ \t]*(?:\r\n|\r|\n)[ \t]*$/.test(this.#source.text.slice(first.span.end, second.span.start));
  }
}
