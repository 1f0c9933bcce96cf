import { displayWidth } from "../diagnostics/display-width.js";
import type { Source } from "../source/source.js";
import type { Declaration, File, Name } from "../syntax/ast.js";
import { alignComments } from "./align-comments.js";
import { alignRows } from "./align-rows.js";
import { cellsOf, declarationDoc } from "./declaration.js";
import { type Doc, group, join, line } from "./doc.js";
import { leading, startsAfterBlankLine, withComments } from "./enclose.js";
import { Original } from "./original.js";
import { type PrintedLine, printDoc, WIDTH } from "./print-doc.js";
import { annotationDoc } from "./type.js";

/**
 * Returns the canonical text of a tree, with every comment of its file.
 *
 * The source provides the comments' text, the spelling of numbers, and which blocks the author kept on one line. A tree
 * with mistakes has no canonical text: format only what parsed without errors, preferably with `formatSource`, which
 * verifies that nothing is lost.
 */
export function format(file: File, source: Source): string {
  const original = new Original(file, source);
  const header = file.module === undefined ? [] : [moduleBlock(original, file.module, source)];
  const items = file.items.map((item) => declarationBlock(original, item));
  const blocks = alignNeighbours(original, [...header, ...items]);
  const lines = blocks.flatMap((block, index) => {
    const gap = needsGap(blocks[index - 1], block) ? [EMPTY] : [];
    return [...gap, ...block.above, ...block.body];
  });
  const text = alignComments([...lines, ...danglingLines(original, file, lines.length > 0)]);
  return text.length === 0 ? "" : `${text.join("\n")}\n`;
}

const EMPTY: PrintedLine = { text: "", comment: undefined };

/** A part between two gaps: the header or a declaration, with its comments and annotations. */
interface Block {
  readonly declaration: Declaration | undefined;
  readonly above: readonly PrintedLine[];
  readonly body: readonly PrintedLine[];
  readonly afterBlankLine: boolean;
}

function moduleBlock(original: Original, name: Name, source: Source): Block {
  const start = Math.max(0, source.text.lastIndexOf("module", name.span.start));
  return {
    declaration: undefined,
    above: linesAbove(leading(original, original.commentsOf(name)?.leading ?? [], start)),
    body: printDoc([`module ${name.text}`, trailingOf(original, name)]),
    afterBlankLine: false,
  };
}

function declarationBlock(original: Original, declaration: Declaration): Block {
  const comments = original.commentsOf(declaration);
  const start = declaration.annotations[0]?.span.start ?? declaration.span.start;
  return {
    declaration,
    above: [
      ...linesAbove(leading(original, comments?.leading ?? [], start)),
      ...annotationLines(original, declaration),
    ],
    body: printDoc([declarationDoc(original, declaration), trailingOf(original, declaration)]),
    afterBlankLine: startsAfterBlankLine(original, { node: declaration, start }),
  };
}

/** Returns annotations on one line or one per line, and the comments between them and the declaration. */
function annotationLines(original: Original, declaration: Declaration): readonly PrintedLine[] {
  if (declaration.annotations.length === 0) return [];
  const docs = declaration.annotations.map((annotation): Doc => {
    const entry = {
      node: annotation,
      start: annotation.span.start,
      doc: annotationDoc(original, annotation),
    };
    return withComments(original, entry);
  });
  const comments = original.commentsOf(declaration)?.annotated ?? [];
  return [
    ...printDoc(group(join(line, docs))),
    ...comments.map((comment) => ({ text: original.textOf(comment), comment: undefined })),
  ];
}

function trailingOf(original: Original, node: object): Doc {
  const comment = original.commentsOf(node)?.trailing;
  return comment === undefined ? "" : { kind: "comment", text: original.textOf(comment) };
}

/** Returns the lines of a document that ends in a line break. */
function linesAbove(doc: Doc): readonly PrintedLine[] {
  return printDoc(doc).slice(0, -1);
}

/**
 * Reports whether an empty line separates two declarations: always, unless each takes one line and the author left
 * none.
 */
function needsGap(before: Block | undefined, block: Block): boolean {
  if (before === undefined) return false;
  return before.declaration === undefined || !isOneLine(before) || !isOneLine(block) || block.afterBlankLine;
}

function isOneLine(block: Block): boolean {
  return block.body.length === 1;
}

/** Returns the blocks, with runs of one-line declarations of one kind aligned in columns. */
function alignNeighbours(original: Original, blocks: readonly Block[]): readonly Block[] {
  const runs: Block[][] = [];
  for (const block of blocks) {
    const before = runs.at(-1)?.at(-1);
    const follows = before?.declaration?.kind === block.declaration?.kind && !needsGap(before, block);
    if (follows && before !== undefined) runs.at(-1)?.push(block);
    else runs.push([block]);
  }
  return runs.flatMap((run) => alignRun(original, run));
}

function alignRun(original: Original, run: readonly Block[]): readonly Block[] {
  if (run.length < 2) return run;
  const rows = run.map(({ declaration }) => declaration && cellsOf(original, declaration));
  const texts = alignRows(rows.filter((row) => row !== undefined));
  if (texts.length < run.length || texts.some((text) => displayWidth(text) > WIDTH)) return run;
  return run.map((block, index) => ({
    ...block,
    body: [{ text: texts[index] ?? "", comment: block.body[0]?.comment }],
  }));
}

/** Comments after the last declaration. */
function danglingLines(original: Original, file: File, isFollowing: boolean): readonly PrintedLine[] {
  return (original.commentsOf(file)?.dangling ?? []).flatMap((comment, index) => {
    const gap = (index > 0 || isFollowing) && original.hasBlankLineBefore(comment.span.start);
    return [...(gap ? [EMPTY] : []), { text: original.textOf(comment), comment: undefined }];
  });
}
