/** The file's module and its items. */
import type { ItemCstNode, ModuleHeaderCstNode } from "../../grammar/cst.js";
import type { Declaration, Name } from "./ast.js";
import { type BuildContext, one, spanOf } from "./build-context.js";
import { buildDecl } from "./build-declarations.js";
import { buildAnnotation, buildQname } from "./build-values.js";
import type { Documentation } from "./documentation.js";

export function buildModuleHeader(context: BuildContext, node: ModuleHeaderCstNode): Name {
  return buildQname(context, one(node.children.qname));
}

/** Builds one declaration; `after` is the end of what precedes it. */
export function buildItem(
  context: BuildContext,
  node: ItemCstNode,
  documentation: Documentation,
  after: number,
): Declaration {
  const { annotation = [], decl } = node.children;
  const keyword = one(decl);
  return buildDecl(context, keyword, {
    span: spanOf(context, node),
    annotations: annotation.map((item) => buildAnnotation(context, item)),
    doc: documentation.between(after, spanOf(context, keyword).start),
  });
}
