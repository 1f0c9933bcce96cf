import type { Source, Span } from "../source/source.js";
import type { Comment, Declaration, File } from "../syntax/ast.js";
import { type AttachedComments, attachComments, keywordStart, type NodeComments } from "./attach-comments.js";

/** What the printer keeps of the author's text: comments, the spelling of numbers, and where lines were broken. */
export class Original {
  readonly #source: Source;
  readonly #comments: readonly Comment[];
  readonly #attached: AttachedComments;

  constructor(file: File, source: Source) {
    this.#source = source;
    this.#comments = file.comments;
    this.#attached = attachComments(file, source);
  }

  /** Returns the comments that belong to a node; undefined for most nodes. */
  commentsOf(node: object): NodeComments | undefined {
    return this.#attached.get(node);
  }

  /** Returns a comment as written, without trailing blanks. */
  textOf(comment: Comment): string {
    return this.#source.slice(comment.span).trimEnd();
  }

  /** Reports whether the author wrote a span over more than one line. */
  isOverLines(span: Span): boolean {
    return /[\r\n]/.test(this.#source.slice(span));
  }

  /** The same for a declaration, without its annotations. */
  isDeclarationOverLines(declaration: Declaration): boolean {
    const start = keywordStart(declaration, this.#comments, this.#source);
    return this.isOverLines({ ...declaration.span, start });
  }

  /** Reports whether an empty line is directly before an offset. */
  hasBlankLineBefore(offset: number): boolean {
    const text = this.#source.text;
    let lines = 0;
    for (let i = offset - 1; i >= 0; i--) {
      const code = text.charCodeAt(i);
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) lines++;
      else if (code !== 32 && code !== 9 && code !== 13) return false;
      if (lines === 2) return true;
    }
    return false;
  }

  /** Returns a number as the author spelled it, `10_000`; plain digits if the tree has no source text. */
  spelled(span: Span, value: number): string {
    const text = this.#source.slice(span).replace(/\s/g, "");
    return /^-?[0-9][0-9_]*(\.[0-9_]+)?$/.test(text) && Number(text.replaceAll("_", "")) === value
      ? text
      : String(value);
  }

  /** The same for a range, `0..10_000`. */
  spelledRange(span: Span, from: number, to: number): string {
    const halves = this.#source.slice(span).replace(/\s/g, "").split("..");
    const [first = "", last = ""] = halves;
    const same = Number(first.replaceAll("_", "")) === from && Number(last.replaceAll("_", "")) === to;
    return halves.length === 2 && first !== "" && last !== "" && same
      ? `${first}..${last}`
      : `${from}..${to}`;
  }
}
