/** What the concrete tree leaves out of the grammar: nodes that would say nothing. */
import type {
  AgentClauseCstNode,
  AgentCstNode,
  AndCstNode,
  ApprovalCstNode,
  AssuranceCstNode,
  BecauseClauseCstNode,
  CallClauseCstNode,
  ChannelCstNode,
  ConditionClauseCstNode,
  DataCstNode,
  DeclCstNode,
  DefineCstNode,
  DelegationCstNode,
  ExceptionCstNode,
  ExprCstNode,
  FallbackCstNode,
  HasCstNode,
  LabelCstNode,
  LimitCstNode,
  ListCstNode,
  LiteralCstNode,
  MatrixCstNode,
  NamedTypeCstNode,
  NeedClauseCstNode,
  NotCstNode,
  PostfixCstNode,
  PrimaryCstNode,
  PriorCstNode,
  ProductCstNode,
  QnameCstNode,
  QuantifierCstNode,
  RecordCstNode,
  RelationCstNode,
  RoleCstNode,
  RuleCstNode,
  SchemaCstNode,
  SumCstNode,
  TagCstNode,
  TestCstNode,
  ToolCstNode,
  TransactionCstNode,
  TypeCstNode,
  UnionCstNode,
  UntilClauseCstNode,
  WithClauseCstNode,
} from "./cst.js";

/**
 * Rules without a node where it would hold a single node and nothing else, with the type of what then may stand there. For
 * every name in a condition there would be nine nodes, one inside the other, where nearly always none has an operator.
 */
export const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ["decl", "DeclarationNode"],
  ["clause", "ClauseNode"],
  ["typeExpr", "TypeNode"],
  ["expr", "ExpressionNode"],
  ["and", "ExpressionNode"],
  ["not", "ExpressionNode"],
  ["relation", "ExpressionNode"],
  ["sum", "ExpressionNode"],
  ["product", "ExpressionNode"],
  ["fallback", "ExpressionNode"],
  ["postfix", "ExpressionNode"],
  ["primary", "ExpressionNode"],
]);

/** A declaration; a `decl` where it has modifiers. */
export type DeclarationNode =
  | DeclCstNode
  | LabelCstNode
  | TagCstNode
  | AssuranceCstNode
  | RoleCstNode
  | TypeCstNode
  | SchemaCstNode
  | ToolCstNode
  | ChannelCstNode
  | AgentCstNode
  | DelegationCstNode
  | DataCstNode
  | DefineCstNode
  | ApprovalCstNode
  | RuleCstNode
  | LimitCstNode
  | TransactionCstNode
  | ExceptionCstNode
  | TestCstNode
  | MatrixCstNode;

export type ClauseNode =
  | AgentClauseCstNode
  | CallClauseCstNode
  | ConditionClauseCstNode
  | NeedClauseCstNode
  | WithClauseCstNode
  | UntilClauseCstNode
  | BecauseClauseCstNode;

export type TypeNode = RecordCstNode | UnionCstNode | NamedTypeCstNode;

/** A level of operators that has one, or what stands there in its place. */
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
