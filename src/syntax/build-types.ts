/** Types and the fields of records. */
import type {
  BoundCstNode,
  FieldCstNode,
  NamedTypeCstNode,
  RecordCstNode,
  TypeArgCstNode,
  TypeExprCstNode,
  TypeNameCstNode,
  UnionCstNode,
} from "../../grammar/cst.js";
import type { Field, Name, NamedType, NumberNode, RecordType, TypeArg, TypeExpr, UnionType } from "./ast.js";
import { type BuildContext, nameOf, one, spanOf } from "./build-context.js";
import { buildAnnotation, buildNumber, buildText, buildValue, joined } from "./build-values.js";

export function buildTypeExpr(context: BuildContext, node: TypeExprCstNode): TypeExpr {
  const { record, union, namedType } = node.children;
  if (record !== undefined) return buildRecord(context, one(record));
  return union === undefined ? buildNamedType(context, one(namedType)) : buildUnion(context, one(union));
}

export function buildUnion(context: BuildContext, node: UnionCstNode): UnionType {
  const options = node.children.Text.map((token) => buildText(context, token));
  return { kind: "union-type", span: spanOf(context, node), options };
}

export function buildNamedType(context: BuildContext, node: NamedTypeCstNode): NamedType {
  const { typeName, typeArg = [] } = node.children;
  return {
    kind: "named-type",
    span: spanOf(context, node),
    name: buildTypeName(context, one(typeName)),
    args: typeArg.map((arg) => buildTypeArg(context, arg)),
  };
}

export function buildTypeName(context: BuildContext, node: TypeNameCstNode): Name {
  const { Name, TypeName, Word } = node.children;
  return { span: spanOf(context, node), text: joined(one(Name ?? TypeName), Word) };
}

export function buildTypeArg(context: BuildContext, node: TypeArgCstNode): TypeArg {
  const { bound = [], typeExpr } = node.children;
  if (typeExpr !== undefined) return buildTypeExpr(context, one(typeExpr));
  const span = spanOf(context, node);
  const [from, to] = bound.map((item) => buildBound(context, item));
  const { value, integer } = one([from]);
  if (to === undefined) return { kind: "size", span, value, integer };
  return { kind: "range", span, from: value, to: to.value, integer: integer && to.integer };
}

export function buildBound(
  context: BuildContext,
  node: BoundCstNode,
): NumberNode & { readonly integer: boolean } {
  const number = buildNumber(context, one(node.children.number));
  if (node.children.Minus === undefined) return number;
  return { ...number, span: spanOf(context, node), value: 0 - number.value, raw: `-${number.raw}` };
}

export function buildRecord(context: BuildContext, node: RecordCstNode): RecordType {
  const fields = (node.children.field ?? []).map((field) => buildField(context, field));
  return { kind: "record-type", span: spanOf(context, node), fields };
}

export function buildField(context: BuildContext, node: FieldCstNode): Field {
  const { annotation = [], Word, Question, typeExpr, value, Text, Comma } = node.children;
  const span = spanOf(context, node);
  return {
    span: Comma === undefined ? span : { ...span, end: spanOf(context, lastOf(value, Text, typeExpr)).end },
    annotations: annotation.map((item) => buildAnnotation(context, item)),
    name: nameOf(context, one(Word)),
    optional: Question !== undefined,
    type: buildTypeExpr(context, one(typeExpr)),
    default: value === undefined ? undefined : buildValue(context, one(value)),
    wire: Text === undefined ? undefined : buildText(context, one(Text)),
  };
}

/** Returns the last part of a field without its comma. */
function lastOf(
  value: FieldCstNode["children"]["value"],
  wire: FieldCstNode["children"]["Text"],
  type: FieldCstNode["children"]["typeExpr"],
) {
  return one<NonNullable<typeof value>[number] | NonNullable<typeof wire>[number] | (typeof type)[number]>(
    wire ?? value ?? type,
  );
}
