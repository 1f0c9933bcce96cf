import type { Source } from "../source/source.js";
import type { Comment, Declaration, File } from "../syntax/ast.js";
import { type Anchor, commentAnchors } from "./comment-anchors.js";

/** The comments that are printed with one node of the tree. */
export interface NodeComments {
  /** On separate lines before it. */
  readonly leading: Comment[];
  /** At the end of its last line. */
  trailing: Comment | undefined;
  /** At the end of the line of its opening bracket. */
  open: Comment | undefined;
  /** On separate lines before its closing bracket, or at the end of the file. */
  readonly dangling: Comment[];
  /** Between a declaration's last annotation and its first word. */
  readonly annotated: Comment[];
}

/** Every comment of a file, each under exactly one node. */
export type AttachedComments = ReadonlyMap<object, NodeComments>;

/**
 * Attaches each comment to the node that it most likely describes.
 *
 * A comment inside something that cannot be broken moves out to the nearest node that can hold it. So a comment may
 * move, but a second run leaves it there.
 */
export function attachComments(file: File, source: Source): AttachedComments {
  const attached = new Map<object, NodeComments>();
  const root = commentAnchors(file);
  const of = (node: object): NodeComments => {
    const known = attached.get(node);
    if (known !== undefined) return known;
    const made: NodeComments = {
      leading: [],
      trailing: undefined,
      open: undefined,
      dangling: [],
      annotated: [],
    };
    attached.set(node, made);
    return made;
  };
  const declarations = new Set<object>(file.items);
  const lifted = new Map<object, Comment[]>();
  for (const comment of file.comments) attach(comment, root);
  for (const [node, comments] of lifted) of(node).leading.unshift(...comments);
  return attached;

  function attach(comment: Comment, anchor: Anchor): void {
    const at = comment.span.start;
    const next = firstEndingAfter(anchor.children, at);
    const inside = anchor.children[next];
    if (inside !== undefined && inside.from <= at) {
      // A comment above the first of several items without brackets belongs above all of them.
      if (anchor.form === "bare" && next === 0) lift(comment, anchor);
      else if (isBeforeKeyword(comment, inside)) placeAtAnnotation(comment, inside.node as Declaration);
      else attach(comment, inside);
    } else if (anchor.form === "block") placeInBlock(comment, anchor, anchor.children[next - 1], inside);
    else if (anchor.form === "bare") placeBetween(comment, anchor, anchor.children[next - 1], inside);
    else lift(comment, anchor);
  }

  function placeInBlock(
    comment: Comment,
    anchor: Anchor,
    before: Anchor | undefined,
    after: Anchor | undefined,
  ): void {
    const slots = of(anchor.node);
    if (!comment.own && before === undefined && anchor !== root && slots.open === undefined) {
      slots.open = comment;
    } else if (!comment.own && before !== undefined && endsOnLineOf(comment, before.to) && isFree(before)) {
      of(before.node).trailing = comment;
    } else if (after !== undefined) of(after.node).leading.push(comment);
    else slots.dangling.push(comment);
  }

  function placeBetween(
    comment: Comment,
    anchor: Anchor,
    before: Anchor | undefined,
    after: Anchor | undefined,
  ): void {
    if (before === undefined || after === undefined) lift(comment, anchor);
    else if (!comment.own && isFree(before)) of(before.node).trailing = comment;
    else of(after.node).leading.push(comment);
  }

  function placeAtAnnotation(comment: Comment, declaration: Declaration): void {
    const { annotations } = declaration;
    const at = comment.span.start;
    const next = annotations.findIndex((annotation) => annotation.span.end > at);
    const after = annotations[next];
    const before = annotations.at(next === -1 ? -1 : next - 1);
    const isInside = after !== undefined && after.span.start <= at;
    const beside = isInside ? after : next === 0 ? undefined : before;
    const sameLine = beside !== undefined && (isInside || endsOnLineOf(comment, beside.span.end));
    if (!comment.own && sameLine && of(beside).trailing === undefined) of(beside).trailing = comment;
    else if (after !== undefined) of(next === 0 ? declaration : after).leading.push(comment);
    else of(declaration).annotated.push(comment);
  }

  /**
   * A comment inside something that cannot be broken moves above it. In a declaration that is above its documentation,
   * which a comment below would separate from it. A stray `///` moves to the end of the line, so that it does not
   * become documentation.
   */
  function lift(comment: Comment, anchor: Anchor): void {
    const slots = of(anchor.node);
    if (!declarations.has(anchor.node)) slots.leading.push(comment);
    else if (comment.kind === "doc" && slots.trailing === undefined) slots.trailing = comment;
    else lifted.set(anchor.node, [...(lifted.get(anchor.node) ?? []), comment]);
  }

  function isFree(anchor: Anchor): boolean {
    return attached.get(anchor.node)?.trailing === undefined;
  }

  function endsOnLineOf(comment: Comment, end: number): boolean {
    return !/[\r\n]/.test(source.text.slice(end, comment.span.start));
  }

  function isBeforeKeyword(comment: Comment, anchor: Anchor): boolean {
    return (
      declarations.has(anchor.node) &&
      comment.span.start < keywordStart(anchor.node as Declaration, file.comments, source)
    );
  }
}

/** Returns where a declaration itself begins, after its annotations and the comments between them. */
export function keywordStart(declaration: Declaration, comments: readonly Comment[], source: Source): number {
  const last = declaration.annotations.at(-1);
  if (last === undefined) return declaration.span.start;
  let start = last.span.end;
  for (let comment = firstStartingFrom(comments, start); ; comment++) {
    start += /^\s*/.exec(source.text.slice(start, start + 10_000))?.[0].length ?? 0;
    const next = comments[comment];
    if (next === undefined || next.span.start !== start) return start;
    start = next.span.end;
  }
}

function firstStartingFrom(comments: readonly Comment[], offset: number): number {
  return firstIndex(comments, (comment) => comment.span.start >= offset);
}

function firstEndingAfter(anchors: readonly Anchor[], offset: number): number {
  return firstIndex(anchors, (anchor) => anchor.to > offset);
}

/** Returns the index of the first item that passes, in a list where all later items pass as well. */
function firstIndex<T>(items: readonly T[], passes: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
