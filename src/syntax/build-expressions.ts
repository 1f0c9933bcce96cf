/** Builds operands; `group-operators.ts` builds the operators between them. */
import type {
  ArgumentsCstNode,
  ExprCstNode,
  ExprsCstNode,
  HasCstNode,
  KeyCstNode,
  KeysCstNode,
  ListCstNode,
  LiteralCstNode,
  OperandCstNode,
  OperationCstNode,
  PrimaryCstNode,
  PriorCstNode,
  QnameCstNode,
  QuantifierCstNode,
  SelectorCstNode,
  SumCstNode,
} from "../../grammar/cst.js";
import { operatorOf } from "../../grammar/operators.js";
import type { Expr, Name } from "./ast.js";
import { type BuildContext, isBroken, nameOf, one, spanBetween, spanOf } from "./build-context.js";
import {
  buildDuration,
  buildLiteral,
  buildNegative,
  buildQname,
  buildText,
  checkNothing,
} from "./build-values.js";
import { NOTHING } from "./foreign-words.js";
import {
  conditionToken,
  groupOperators,
  MAX_CHAIN,
  type Operand,
  tooLong,
  unexpected,
  type WrittenOperator,
} from "./group-operators.js";

export function buildExpr(context: BuildContext, node: ExprCstNode): Expr {
  const { operand, operation = [] } = node.children;
  const first = one(operand);
  if (operation.length === 0 && first.children.Not === undefined) return buildOperand(context, first);
  const operations = operation.map((each) => buildOperation(context, each));
  const operands = [first, ...operations.map(({ right }) => right)];
  return groupOperators(context, { operands, operators: operations }, buildOperand);
}

/** An operator and what is on its right. */
export function buildOperation(
  _context: BuildContext,
  node: OperationCstNode,
): WrittenOperator & { readonly right: Operand } {
  const { operator, Not, operand, Text } = node.children;
  const token = one(operator);
  const right = one<Operand>(operand ?? Text);
  return { operator: one([operatorOf(token.tokenType)]), token, negation: Not?.[0], right };
}

export function buildSum(context: BuildContext, node: SumCstNode): Expr {
  const { operand, operator = [] } = node.children;
  const first = one(operand);
  const condition = conditionToken(first);
  if (condition !== undefined) return unexpected(context, condition, spanOf(context, node));
  if (operator.length === 0) return buildOperand(context, first);
  const operators = operator.map((token) => {
    return { operator: one([operatorOf(token.tokenType)]), token, negation: undefined };
  });
  return groupOperators(context, { operands: operand, operators }, buildOperand);
}

/** An operand without the `not`s before it, which may negate more than the operand. */
export function buildOperand(context: BuildContext, node: OperandCstNode): Expr {
  const { Minus, has, primary, selector = [] } = node.children;
  if (has !== undefined) return buildHas(context, one(has));
  const first = one(primary);
  if (selector.length > MAX_CHAIN) return tooLong(context, spanOf(context, selector[MAX_CHAIN] ?? node));
  let expression = buildPrimary(context, first);
  for (const item of selector) expression = buildSelector(context, item, expression, first);
  if (Minus === undefined) return expression;
  // `-(3)` remains an operation: only a literal includes the sign.
  if (expression.kind === "number" && selector.length === 0 && first.children.literal !== undefined) {
    return buildNegative(context, one(Minus), expression);
  }
  return { kind: "negate", span: spanBetween(context, one(Minus), node), of: expression };
}

export function buildHas(context: BuildContext, node: HasCstNode): Expr {
  const { qname, Text } = node.children;
  const key = Text === undefined ? undefined : buildText(context, one(Text));
  return { kind: "has", span: spanOf(context, node), path: buildQname(context, one(qname)), key };
}

export function buildSelector(
  context: BuildContext,
  node: SelectorCstNode,
  of: Expr,
  first: PrimaryCstNode,
): Expr {
  const span = spanBetween(context, first, node);
  const { Word, Text } = node.children;
  if (Word === undefined) return { kind: "index", span, of, key: buildText(context, one(Text)) };
  const name = nameOf(context, one(Word));
  // `(a).b` equals `a.b`, and the tree has one form for both.
  if (of.kind === "path") return { kind: "path", span, name: { span, text: `${of.name.text}.${name.text}` } };
  return { kind: "field", span, of, name };
}

export function buildPrimary(context: BuildContext, node: PrimaryCstNode): Expr {
  const { qname, literal, expr, list, prior, quantifier, arguments: args } = node.children;
  if (literal !== undefined) return buildConstant(context, one(literal));
  if (expr !== undefined) return buildExpr(context, one(expr));
  if (list !== undefined) return buildList(context, one(list));
  if (prior !== undefined) return buildPrior(context, one(prior));
  if (quantifier !== undefined) return buildQuantifier(context, one(quantifier));
  if (args === undefined) return buildPath(context, one(qname));
  const name = buildQname(context, one(qname));
  if (NOTHING.has(name.text)) return reportNothing(context, name);
  return { kind: "call", span: spanOf(context, node), name, args: buildArguments(context, one(args)) };
}

function buildPath(context: BuildContext, node: QnameCstNode): Expr {
  const name = buildQname(context, node);
  if (NOTHING.has(name.text)) return reportNothing(context, name);
  return { kind: "path", span: name.span, name };
}

function buildConstant(context: BuildContext, node: LiteralCstNode): Expr {
  const literal = node.children.True?.[0];
  if (literal !== undefined && isBroken(literal)) return { kind: "error", span: spanOf(context, node) };
  return buildLiteral(context, node);
}

export function buildList(context: BuildContext, node: ListCstNode): Expr {
  const { exprs } = node.children;
  const items = exprs === undefined ? [] : buildExprs(context, one(exprs));
  return { kind: "list", span: spanOf(context, node), items };
}

export function buildArguments(context: BuildContext, node: ArgumentsCstNode): readonly Expr[] {
  return buildExprs(context, one(node.children.exprs));
}

export function buildExprs(context: BuildContext, node: ExprsCstNode): readonly Expr[] {
  return node.children.expr.map((expr) => buildExpr(context, expr));
}

export function buildQuantifier(context: BuildContext, node: QuantifierCstNode): Expr {
  const { All, Name, sum, expr } = node.children;
  return {
    kind: "quantifier",
    span: spanOf(context, node),
    quantifier: All === undefined ? "some" : "all",
    variable: nameOf(context, one(Name)),
    over: buildSum(context, one(sum)),
    body: buildExpr(context, one(expr)),
  };
}

export function buildPrior(context: BuildContext, node: PriorCstNode): Expr {
  const { qname, Ok, Failed, Denied, Duration, key, keys } = node.children;
  const status = Ok ? "ok" : Failed ? "failed" : Denied ? "denied" : undefined;
  return {
    kind: "prior",
    span: spanOf(context, node),
    tool: buildQname(context, one(qname)),
    status,
    within: buildDuration(context, one(Duration)),
    same: keys === undefined ? [buildKey(context, one(key))] : buildKeys(context, one(keys)),
  };
}

export function buildKeys(context: BuildContext, node: KeysCstNode): readonly Name[] {
  return node.children.key.map((key) => buildKey(context, key));
}

export function buildKey(context: BuildContext, node: KeyCstNode): Name {
  return buildQname(context, one(node.children.qname));
}

function reportNothing(context: BuildContext, name: Name): Expr {
  checkNothing(context, name);
  return { kind: "error", span: name.span };
}
