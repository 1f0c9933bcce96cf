/** What every builder of the tree needs: spans, and a place for complaints. */
import type { CstNode, IToken } from "chevrotain";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Source, Span } from "../source/source.js";
import type { Comment, Name } from "./ast.js";

/** One file's way from the concrete tree to the syntax tree. */
export interface BuildContext {
  readonly source: Source;
  readonly comments: readonly Comment[];
  readonly report: (diagnostic: Diagnostic) => void;
  /** How many operands the chains around the place being built have together: a bound on how deep the tree is there. */
  operands: number;
}

/** What `payload` of a token says when the token stands for text that was already complained about. */
export const BROKEN = "broken";

/** What it says where a whole stretch was given up: the declaration around it is not judged further. */
export const GIVEN_UP = "given up";

/** What it says of a text that was not closed: it may have swallowed more than its author meant. */
export const UNCLOSED = "unclosed";

/** Whether a token only stands for something that was already complained about. */
export function isBroken(token: IToken): boolean {
  return token.payload !== undefined;
}

/** The first of what the grammar guarantees to be there. */
export function one<T>(items: readonly (T | undefined)[] | undefined): T {
  const first = items?.[0];
  if (first === undefined) throw new Error("the concrete tree lacks what its rule demands");
  return first;
}

/** The span of a node or token: Chevrotain's ends are inclusive, ours are not. */
export function spanOf(context: BuildContext, of: CstNode | IToken): Span {
  const file = context.source.path;
  if ("image" in of)
    return { file, start: of.startOffset, end: (of.endOffset ?? of.startOffset + of.image.length - 1) + 1 };
  const { startOffset = 0, endOffset = startOffset } = of.location ?? { startOffset: 0 };
  return { file, start: startOffset, end: endOffset + 1 };
}

/** The span from the first of two to the last. */
export function spanBetween(context: BuildContext, first: CstNode | IToken, last: CstNode | IToken): Span {
  return {
    file: context.source.path,
    start: spanOf(context, first).start,
    end: spanOf(context, last).end,
  };
}

/** A name of one word. */
export function nameOf(context: BuildContext, token: IToken): Name {
  return { span: spanOf(context, token), text: token.image };
}
