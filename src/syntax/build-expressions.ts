/** Expressions: chains to trees that lean left, as they are read. */
import type {
  AndCstNode,
  ArgumentsCstNode,
  ComparisonCstNode,
  ExprCstNode,
  ExprsCstNode,
  FallbackCstNode,
  HasCstNode,
  KeyCstNode,
  KeysCstNode,
  ListCstNode,
  LiteralCstNode,
  NotCstNode,
  PostfixCstNode,
  PrimaryCstNode,
  PriorCstNode,
  ProductCstNode,
  QnameCstNode,
  QuantifierCstNode,
  RelationCstNode,
  SelectorCstNode,
  SumCstNode,
} from "../../grammar/cst.js";
import type { ExpressionNode } from "../../grammar/left-out.js";
import { diagnostic } from "../diagnostics/catalogue.js";
import type { ArithmeticOperator, CompareOperator, Expr, Name } from "./ast.js";
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

/** How many operators a chain such as `a and b and c` may have: every later stage walks trees by recursion. */
export const MAX_CHAIN = 256;

/** How many operands the chains around one place may have together. */
const MAX_OPERANDS = 1024;

/** Whatever stands where an expression may, on any level of operators. */
export function buildExpression(context: BuildContext, node: ExpressionNode): Expr {
  switch (node.name) {
    case "qname":
      return buildPath(context, node);
    case "literal":
      return buildConstant(context, node);
    case "relation":
      return buildRelation(context, node);
    case "and":
      return buildAnd(context, node);
    case "expr":
      return buildExpr(context, node);
    case "not":
      return buildNot(context, node);
    case "has":
      return buildHas(context, node);
    case "sum":
      return buildSum(context, node);
    case "product":
      return buildProduct(context, node);
    case "fallback":
      return buildFallback(context, node);
    case "postfix":
      return buildPostfix(context, node);
    case "primary":
      return buildPrimary(context, node);
    case "list":
      return buildList(context, node);
    case "prior":
      return buildPrior(context, node);
    case "quantifier":
      return buildQuantifier(context, node);
  }
}

export function buildExpr(context: BuildContext, node: ExprCstNode): Expr {
  return fold(context, node.children.and, (left, right, span) => ({ kind: "or", span, left, right }));
}

export function buildAnd(context: BuildContext, node: AndCstNode): Expr {
  return fold(context, node.children.not, (left, right, span) => ({ kind: "and", span, left, right }));
}

export function buildNot(context: BuildContext, node: NotCstNode): Expr {
  const of = buildExpression(context, one(node.children.not));
  return { kind: "not", span: spanOf(context, node), of };
}

export function buildHas(context: BuildContext, node: HasCstNode): Expr {
  const { qname, Text } = node.children;
  const key = Text === undefined ? undefined : buildText(context, one(Text));
  return { kind: "has", span: spanOf(context, node), path: buildQname(context, one(qname)), key };
}

export function buildRelation(context: BuildContext, node: RelationCstNode): Expr {
  const { sum, comparison, Like, Text } = node.children;
  const left = buildExpression(context, one(sum));
  const span = spanOf(context, node);
  if (Text !== undefined) {
    return {
      kind: Like === undefined ? "matches" : "like",
      span,
      of: left,
      pattern: buildText(context, one(Text)),
    };
  }
  return {
    kind: "compare",
    span,
    operator: buildComparison(context, one(comparison)),
    operatorSpan: spanOf(context, one(comparison)),
    left,
    right: buildExpression(context, one([sum[1]])),
  };
}

export function buildComparison(_context: BuildContext, node: ComparisonCstNode): CompareOperator {
  const { EqualEqual, NotEqual, Less, LessEqual, Greater, GreaterEqual, Not } = node.children;
  if (EqualEqual !== undefined) return "==";
  if (NotEqual !== undefined) return "!=";
  if (Less !== undefined) return "<";
  if (LessEqual !== undefined) return "<=";
  if (Greater !== undefined) return ">";
  if (GreaterEqual !== undefined) return ">=";
  return Not === undefined ? "in" : "not in";
}

export function buildSum(context: BuildContext, node: SumCstNode): Expr {
  const { product, operator = [] } = node.children;
  return fold(context, product, (left, right, span, index) => {
    const sign: ArithmeticOperator = operator[index]?.image === "-" ? "-" : "+";
    return { kind: "arithmetic", span, operator: sign, left, right };
  });
}

export function buildProduct(context: BuildContext, node: ProductCstNode): Expr {
  return fold(context, node.children.fallback, (left, right, span) => {
    return { kind: "arithmetic", span, operator: "*", left, right };
  });
}

export function buildFallback(context: BuildContext, node: FallbackCstNode): Expr {
  const [of, fallback] = node.children.postfix;
  return {
    kind: "else",
    span: spanOf(context, node),
    of: buildExpression(context, one([of])),
    fallback: buildExpression(context, one([fallback])),
  };
}

export function buildPostfix(context: BuildContext, node: PostfixCstNode): Expr {
  const { Minus, primary, selector = [] } = node.children;
  const first = one(primary);
  if (selector.length > MAX_CHAIN) return tooLong(context, selector[MAX_CHAIN] ?? node);
  let expression = buildExpression(context, first);
  for (const item of selector) expression = buildSelector(context, item, expression, first);
  if (Minus === undefined) return expression;
  // `-(3)` stays an operation: what stands in parentheses is no longer the literal itself.
  if (expression.kind === "number" && selector.length === 0 && first.name === "literal") {
    return buildNegative(context, one(Minus), expression);
  }
  return { kind: "negate", span: spanOf(context, node), of: expression };
}

export function buildSelector(
  context: BuildContext,
  node: SelectorCstNode,
  of: Expr,
  first: ExpressionNode,
): Expr {
  const span = spanBetween(context, first, node);
  const { Word, Text } = node.children;
  if (Word === undefined) return { kind: "index", span, of, key: buildText(context, one(Text)) };
  const name = nameOf(context, one(Word));
  // `(a).b` is `a.b`, and only one of them may be in the tree.
  if (of.kind === "path") return { kind: "path", span, name: { span, text: `${of.name.text}.${name.text}` } };
  return { kind: "field", span, of, name };
}

/** A call, or what stands in parentheses. */
export function buildPrimary(context: BuildContext, node: PrimaryCstNode): Expr {
  const { expr, qname, arguments: args } = node.children;
  if (expr !== undefined) return buildExpression(context, one(expr));
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
  const stands = node.children.True?.[0];
  if (stands !== undefined && isBroken(stands)) return { kind: "error", span: spanOf(context, node) };
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
  return node.children.expr.map((expr) => buildExpression(context, expr));
}

export function buildQuantifier(context: BuildContext, node: QuantifierCstNode): Expr {
  const { All, Name, sum, expr } = node.children;
  return {
    kind: "quantifier",
    span: spanOf(context, node),
    quantifier: All === undefined ? "some" : "all",
    variable: nameOf(context, one(Name)),
    over: buildExpression(context, one(sum)),
    body: buildExpression(context, one(expr)),
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

/** `a op b op c` as `(a op b) op c`; each span covers the parentheses that the author wrote around an operand. */
function fold(
  context: BuildContext,
  nodes: readonly ExpressionNode[],
  join: (left: Expr, right: Expr, span: Expr["span"], index: number) => Expr,
): Expr {
  const first = one(nodes);
  if (nodes.length > MAX_CHAIN) return tooLong(context, nodes[MAX_CHAIN] ?? first);
  if (context.operands + nodes.length > MAX_OPERANDS) return tooLong(context, first);
  context.operands += nodes.length;
  let tree = buildExpression(context, first);
  for (let i = 1; i < nodes.length; i++) {
    const node = nodes[i];
    if (node !== undefined)
      tree = join(tree, buildExpression(context, node), spanBetween(context, first, node), i - 1);
  }
  context.operands -= nodes.length;
  return tree;
}

function reportNothing(context: BuildContext, name: Name): Expr {
  checkNothing(context, name);
  return { kind: "error", span: name.span };
}

function tooLong(context: BuildContext, at: ExpressionNode | SelectorCstNode): Expr {
  const span = spanOf(context, at);
  context.report(
    diagnostic("W1012", span, `this condition has more than ${MAX_CHAIN} operands in a row`, {
      label: "one too many",
      help: "test against a set instead, as in `args.customer in blocked`, or split it with `define`",
    }),
  );
  return { kind: "error", span };
}
