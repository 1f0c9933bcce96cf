/** Names, literals, values and annotations. */
import type { IToken } from "chevrotain";
import type {
  AnnotationCstNode,
  DataValueCstNode,
  EntryCstNode,
  LiteralCstNode,
  NamesCstNode,
  NumberCstNode,
  QnameCstNode,
  RecordLitCstNode,
  SpanCstNode,
  ValueCstNode,
} from "../../grammar/cst.js";
import { diagnostic } from "../diagnostics/catalogue.js";
import type {
  Annotation,
  DurationNode,
  IntNode,
  Literal,
  Name,
  NumberNode,
  RecordValue,
  SpanValue,
  StringNode,
  TimestampNode,
  Value,
} from "./ast.js";
import { type BuildContext, nameOf, one, spanOf } from "./build-context.js";
import { NOTHING, NOTHING_HELP } from "./foreign-words.js";
import { readDuration, readNumber, readText, readTimestamp } from "./literals.js";

/** A dotted name; blanks around its dots are not part of its text. */
export function buildQname(context: BuildContext, node: QnameCstNode): Name {
  const { Name, Word } = node.children;
  return { span: spanOf(context, node), text: joined(one(Name), Word) };
}

/** The words of a name with dots between them. */
export function joined(first: IToken, rest: readonly IToken[] = []): string {
  let text = first.image;
  for (let i = 0; i < rest.length; i++) text += `.${rest[i]?.image}`;
  return text;
}

/** Names set apart by commas. */
export function buildNames(context: BuildContext, node: NamesCstNode): readonly Name[] {
  return node.children.qname.map((name) => buildQname(context, name));
}

// A literal that was already reported is zero or its raw text: such a file never becomes a bundle.

export function buildText(context: BuildContext, token: IToken): StringNode {
  return { span: spanOf(context, token), value: readText(token.image) };
}

export function buildInt(context: BuildContext, token: IToken): IntNode {
  return { span: spanOf(context, token), value: readNumber(token.image) ?? 0 };
}

export function buildDuration(context: BuildContext, token: IToken): DurationNode {
  return { span: spanOf(context, token), ms: readDuration(token.image) ?? 0, raw: token.image };
}

export function buildTimestamp(context: BuildContext, token: IToken): TimestampNode {
  return { span: spanOf(context, token), ms: readTimestamp(token.image) ?? 0, raw: token.image };
}

/** A number without a sign, and whether it is written as an integer. */
export function buildNumber(
  context: BuildContext,
  node: NumberCstNode,
): NumberNode & { readonly integer: boolean } {
  const { Int, Decimal } = node.children;
  const token = one(Int ?? Decimal);
  const span = spanOf(context, token);
  return { span, value: readNumber(token.image) ?? 0, raw: token.image, integer: Int !== undefined };
}

/** A number under a minus: one literal, so that `-3` never reads as an operation on 3. */
export function buildNegative(
  context: BuildContext,
  minus: IToken,
  of: Omit<Literal & { kind: "number" }, "kind">,
): Literal {
  const span = { ...of.span, start: spanOf(context, minus).start };
  return { kind: "number", span, value: 0 - of.value, integer: of.integer, raw: `-${of.raw}` };
}

export function buildLiteral(context: BuildContext, node: LiteralCstNode): Literal {
  const { Text, number, Duration, Timestamp, True } = node.children;
  if (Text !== undefined) return { kind: "string", ...buildText(context, one(Text)) };
  if (number !== undefined) return { kind: "number", ...buildNumber(context, one(number)) };
  if (Duration !== undefined) return { kind: "duration", ...buildDuration(context, one(Duration)) };
  if (Timestamp !== undefined) return { kind: "timestamp", ...buildTimestamp(context, one(Timestamp)) };
  return { kind: "bool", span: spanOf(context, node), value: True !== undefined };
}

export function buildValue(context: BuildContext, node: ValueCstNode): Value {
  const { literal, Minus, number, qname, recordLit, value = [] } = node.children;
  if (literal !== undefined) return buildLiteral(context, one(literal));
  if (Minus !== undefined) return buildNegative(context, one(Minus), buildNumber(context, one(number)));
  if (recordLit !== undefined) return buildRecordLit(context, one(recordLit));
  const span = spanOf(context, node);
  if (qname !== undefined) {
    const name = buildQname(context, one(qname));
    checkNothing(context, name);
    return { kind: "name", span, name };
  }
  return { kind: "list", span, items: value.map((item) => buildValue(context, item)) };
}

/** Reports `null` and similar words, which would otherwise be undeclared names. */
export function checkNothing(context: BuildContext, name: Name): void {
  if (!NOTHING.has(name.text)) return;
  context.report(diagnostic("W1027", name.span, `there is no \`${name.text}\``, { help: NOTHING_HELP }));
}

export function buildRecordLit(context: BuildContext, node: RecordLitCstNode): RecordValue {
  const entries = (node.children.entry ?? []).map((entry) => buildEntry(context, entry));
  return { kind: "record", span: spanOf(context, node), entries };
}

/** `name: value`; its span leaves the comma out. */
export function buildEntry(context: BuildContext, node: EntryCstNode): RecordValue["entries"][number] {
  const name = nameOf(context, one(node.children.Word));
  const value = buildValue(context, one(node.children.value));
  return { name, value, span: { ...name.span, end: spanOf(context, one(node.children.value)).end } };
}

export function buildDataValue(context: BuildContext, node: DataValueCstNode): Value {
  const { span, value } = node.children;
  return span === undefined ? buildValue(context, one(value)) : buildSpan(context, one(span));
}

export function buildSpan(context: BuildContext, node: SpanCstNode): SpanValue {
  const [from, to] = node.children.Timestamp;
  const span = spanOf(context, node);
  return {
    kind: "span",
    span,
    from: readTimestamp(from?.image ?? "") ?? 0,
    to: readTimestamp(to?.image ?? "") ?? 0,
    raw: context.source.slice(span),
  };
}

export function buildAnnotation(context: BuildContext, node: AnnotationCstNode): Annotation {
  const { Name, value = [] } = node.children;
  return {
    span: spanOf(context, node),
    name: nameOf(context, one(Name)),
    values: value.map((item) => buildValue(context, item)),
  };
}
