/** Where the concrete tree says less than the grammar: levels of operators of which nothing stands there. */
import type {
  AndCstNode,
  ExprCstNode,
  FallbackCstNode,
  HasCstNode,
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
  SumCstNode,
} from "./cst.js";

/**
 * Rules that leave out their node where it would hold a single node and nothing else. For every name in a condition there
 * would be nine of them, one inside the other, where nearly always none has an operator.
 */
export const LEVELS: ReadonlySet<string> = new Set<ExpressionNode["name"]>([
  "expr",
  "and",
  "not",
  "relation",
  "sum",
  "product",
  "fallback",
  "postfix",
  "primary",
]);

/** A level that says something, or what stands there in its place. */
export type ExpressionNode =
  | ExprCstNode
  | AndCstNode
  | NotCstNode
  | HasCstNode
  | RelationCstNode
  | SumCstNode
  | ProductCstNode
  | FallbackCstNode
  | PostfixCstNode
  | PrimaryCstNode
  | LiteralCstNode
  | ListCstNode
  | QnameCstNode
  | PriorCstNode
  | QuantifierCstNode;
