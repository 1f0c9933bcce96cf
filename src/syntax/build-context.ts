/** Shared by all builders of the tree: spans and the reporting of problems. */
import type { CstNode, IToken } from "chevrotain";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Source, Span } from "../source/source.js";
import type { Comment, Name } from "./ast.js";

/** The state of converting one file from the concrete tree to the syntax tree. */
export interface BuildContext {
  readonly source: Source;
  readonly comments: readonly Comment[];
  readonly report: (diagnostic: Diagnostic) => void;
  /** The total number of operands in the chains around the current position: it bounds the depth of the tree. */
  operands: number;
}

/** The `payload` of a token whose text is already reported. */
export const BROKEN = "broken";

/** The `payload` of a token for a range that was given up: the declaration around it is not checked further. */
export const GIVEN_UP = "given up";

/** The `payload` of an unclosed text: it may include more than its author meant. */
export const UNCLOSED = "unclosed";

/** Reports whether a token replaces text that is already reported. */
export function isBroken(token: IToken): boolean {
  return token.payload !== undefined;
}

/** Returns the first of several nodes; the grammar guarantees that there is one. */
export function one<T>(items: readonly (T | undefined)[] | undefined): T {
  const first = items?.[0];
  if (first === undefined) throw new Error("the concrete tree lacks what its rule demands");
  return first;
}

/** Returns the span of a node or token. Chevrotain's ends are inclusive, those of spans are not. */
export function spanOf(context: BuildContext, of: CstNode | IToken): Span {
  const file = context.source.path;
  if ("image" in of)
    return { file, start: of.startOffset, end: (of.endOffset ?? of.startOffset + of.image.length - 1) + 1 };
  const { startOffset = 0, endOffset = startOffset } = of.location ?? { startOffset: 0 };
  return { file, start: startOffset, end: endOffset + 1 };
}

/** Returns the span from the first of two to the last. */
export function spanBetween(context: BuildContext, first: CstNode | IToken, last: CstNode | IToken): Span {
  return {
    file: context.source.path,
    start: spanOf(context, first).start,
    end: spanOf(context, last).end,
  };
}

/** Returns a name of one word. */
export function nameOf(context: BuildContext, token: IToken): Name {
  return { span: spanOf(context, token), text: token.image };
}
