import type { Node } from "../syntax/ast.js";
import { choice, type Doc, type GroupName } from "./doc.js";
import { BLOCK, type Entry, enclose } from "./enclose.js";
import type { Original } from "./original.js";

/** No column is narrower than after `agent`, so adding that clause does not move the others. */
const NARROWEST = "agent".length;

/** A line of a block: a keyword and its value. */
export interface Item {
  readonly node: Node;
  readonly keyword: string;
  /**
   * `column`: printed in the column of values. `braced`: printed directly after `head`, because it opens a brace that may
   * close lines below. `none`: the keyword has no value.
   */
  readonly value:
    | { readonly kind: "column"; readonly doc: Doc }
    | { readonly kind: "braced"; readonly doc: (head: Doc) => Doc }
    | { readonly kind: "none" };
}

/** Returns a block of items whose values are aligned in one column; on one line, items are two blanks apart. */
export function keywordBlock(
  original: Original,
  node: Node,
  items: readonly Item[],
  options: { readonly head: Doc; readonly overLines: boolean },
): Doc {
  const name: GroupName = Symbol("block");
  const column = columnOf(items);
  const entries = items.map((item): Entry => {
    const { keyword, value } = item;
    const pad = choice(" ".repeat(Math.max(1, column - keyword.length)), " ", name);
    return { node: item.node, start: item.node.span.start, doc: itemDoc(keyword, pad, value) };
  });
  return enclose(original, node, entries, BLOCK, { ...options, name });
}

function itemDoc(keyword: string, pad: Doc, value: Item["value"]): Doc {
  switch (value.kind) {
    case "column":
      return [keyword, pad, value.doc];
    case "braced":
      return value.doc([keyword, choice(" ", pad)]);
    case "none":
      return keyword;
  }
}

function columnOf(items: readonly Item[]): number {
  const keywords = items.filter((item) => item.value.kind === "column").map((item) => item.keyword.length);
  return Math.max(NARROWEST, ...keywords) + 1;
}
