import type { Node } from "../syntax/ast.js";
import { align, type Doc, group, line } from "./doc.js";
import { leading } from "./enclose.js";
import type { Original } from "./original.js";

/** Returns nodes separated by commas, aligned under each other if they do not fit: `need a,` over `b`. */
export function commas<T extends Node>(
  original: Original,
  nodes: readonly T[],
  print: (node: T) => Doc,
): Doc {
  return bareList(original, nodes, print, (doc) => [",", doc, line], "");
}

/** Returns nodes with an operator before each but the first, aligned under each other if they do not fit. */
export function operators<T extends Node>(
  original: Original,
  nodes: readonly T[],
  print: (node: T) => Doc,
  operator: string,
): Doc {
  return bareList(original, nodes, print, (doc) => [doc, line], `${operator} `);
}

function bareList<T extends Node>(
  original: Original,
  nodes: readonly T[],
  print: (node: T) => Doc,
  separate: (comment: Doc) => Doc,
  prefix: string,
): Doc {
  const docs = nodes.map((node, index) => {
    if (index === 0) return print(node);
    const before = nodes[index - 1] as T;
    const comments = original.commentsOf(node)?.leading ?? [];
    return [
      separate(trailingOf(original, before)),
      leading(original, comments, node.span.start),
      prefix,
      print(node),
    ];
  });
  return group(align(docs));
}

function trailingOf(original: Original, node: Node): Doc {
  const comment = original.commentsOf(node)?.trailing;
  return comment === undefined ? "" : { kind: "comment", text: original.textOf(comment) };
}
