import type { Comment, Node } from "../syntax/ast.js";
import { choice, type Doc, type GroupName, group, hardline, indent, line, softline } from "./doc.js";
import type { Original } from "./original.js";

/** Something that is printed on its own line if the brackets around it are broken. */
export interface Entry {
  readonly node: object;
  /** Where it begins in the author's text. */
  readonly start: number;
  readonly doc: Doc;
}

/** The brackets around entries, and what separates two of them. */
export interface Brackets {
  readonly open: string;
  readonly close: string;
  /** What separates two entries on one line. */
  readonly flat: string;
  /** What follows each entry but the last if each has its own line. */
  readonly broken: string;
  /** What is printed inside the brackets on one line. */
  readonly pad: "" | " ";
}

/** Clauses and fields: `{ a  b }`. */
export const BLOCK: Brackets = { open: "{", close: "}", flat: " ", broken: "", pad: " " };
/** Entries of a record value: `{ a: 1, b: 2 }`, without commas over several lines. */
export const RECORD: Brackets = { open: "{", close: "}", flat: ",", broken: "", pad: " " };
/** `[1, 2]`; the commas between elements are never optional. */
export const LIST: Brackets = { open: "[", close: "]", flat: ",", broken: ",", pad: "" };

/**
 * Returns entries in brackets with their comments: on one line if the author wrote them on one and they fit, else one
 * per line.
 *
 * `head` is printed before the opening bracket, in the same group.
 */
export function enclose(
  original: Original,
  node: Node,
  entries: readonly Entry[],
  brackets: Brackets,
  options: { readonly head?: Doc; readonly name?: GroupName; readonly overLines?: boolean } = {},
): Doc {
  const comments = original.commentsOf(node);
  const head = options.head ?? "";
  const { open, close, pad } = brackets;
  const opened = comments?.open === undefined ? "" : trailing(original, comments.open);
  const inside = [
    ...entries.map((entry, index) => [
      index === 0 ? edge(pad) : between(original, entry, brackets),
      withComments(original, entry),
    ]),
    ...(comments?.dangling ?? []).map((comment, index) => [
      hardline(entries.length + index > 0 && original.hasBlankLineBefore(comment.span.start)),
      original.textOf(comment),
    ]),
  ];
  if (inside.length === 0 && opened === "") return group([head, open, pad, close]);
  const broken = options.overLines ?? original.isOverLines(node.span);
  return group([head, open, opened, indent(inside), edge(pad), close], {
    broken,
    ...(options.name === undefined ? {} : { name: options.name }),
  });
}

function edge(pad: "" | " "): Doc {
  return pad === "" ? softline : line;
}

function between(original: Original, entry: Entry, brackets: Brackets): Doc {
  const separator =
    brackets.flat === brackets.broken ? brackets.flat : choice(brackets.broken, brackets.flat);
  return [separator, { kind: "line", flat: " ", blank: startsAfterBlankLine(original, entry), hard: false }];
}

/** Reports whether the author left an empty line before an entry and the comments above it. */
export function startsAfterBlankLine(original: Original, entry: Pick<Entry, "node" | "start">): boolean {
  const first = original.commentsOf(entry.node)?.leading[0];
  return original.hasBlankLineBefore(first?.span.start ?? entry.start);
}

/** Returns an entry below its comments, followed by its trailing comment. */
export function withComments(original: Original, entry: Entry): Doc {
  const comments = original.commentsOf(entry.node);
  if (comments === undefined) return entry.doc;
  return [
    leading(original, comments.leading, entry.start),
    entry.doc,
    comments.trailing === undefined ? "" : trailing(original, comments.trailing),
  ];
}

/** Returns comments on their own lines, before what starts at an offset. */
export function leading(original: Original, comments: readonly Comment[], start: number): Doc {
  return comments.map((comment, index) => [
    original.textOf(comment),
    hardline(original.hasBlankLineBefore(comments[index + 1]?.span.start ?? start)),
  ]);
}

function trailing(original: Original, comment: Comment): Doc {
  return { kind: "comment", text: original.textOf(comment) };
}
