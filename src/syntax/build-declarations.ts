/** Builds declarations, one function per kind. */
import type { CstNode, IToken } from "chevrotain";
import type {
  AgentCstNode,
  ApprovalCstNode,
  AssuranceCstNode,
  ChannelCstNode,
  DataCstNode,
  DeclCstNode,
  DefineCstNode,
  DelegationCstNode,
  ExceptionCstNode,
  LabelCstNode,
  LevelCstNode,
  LimitCstNode,
  ParamCstNode,
  RoleCstNode,
  RuleCstNode,
  SchemaCstNode,
  TagCstNode,
  ToolCstNode,
  TransactionCstNode,
  TypeCstNode,
} from "../../grammar/cst.js";
import type {
  AgentDeclaration,
  ApprovalDeclaration,
  AssuranceDeclaration,
  ChannelDeclaration,
  DataDeclaration,
  Declaration,
  DefineDeclaration,
  DelegationDeclaration,
  ExceptionDeclaration,
  LabelDeclaration,
  LimitDeclaration,
  RoleDeclaration,
  RuleDeclaration,
  SchemaDeclaration,
  StringNode,
  TagDeclaration,
  ToolDeclaration,
  TransactionDeclaration,
  TypeDeclaration,
} from "./ast.js";
import {
  buildAccepts,
  buildAgentItem,
  buildApprovalItem,
  buildExceptionItem,
  buildLimitItem,
  buildToolItem,
  buildTransactionItem,
  buildYields,
} from "./build-blocks.js";
import { buildClause } from "./build-clauses.js";
import { type BuildContext, nameOf, one, spanOf } from "./build-context.js";
import { buildExpr } from "./build-expressions.js";
import { buildMatrix, buildTest } from "./build-tests.js";
import { buildRecord, buildTypeExpr } from "./build-types.js";
import { buildDataValue, buildInt, buildNames, buildQname, buildText } from "./build-values.js";
import type { DeclarationHead } from "./declaration-head.js";
import { checkOnce, reportTwice } from "./once.js";

type Build = (context: BuildContext, node: never, head: DeclarationHead, modifiers: Modifiers) => Declaration;

/** `shadow` and `waivable`, which only rules and limits accept. */
interface Modifiers {
  readonly shadow: boolean;
  readonly waivable: boolean;
}

/** The builder of each kind of declaration. */
const BUILDERS = {
  label: buildLabel,
  tag: buildTag,
  assurance: buildAssurance,
  role: buildRole,
  type: buildType,
  schema: buildSchema,
  tool: buildTool,
  channel: buildChannel,
  agent: buildAgent,
  delegation: buildDelegation,
  data: buildData,
  define: buildDefine,
  approval: buildApproval,
  rule: buildRule,
  limit: buildLimit,
  transaction: buildTransaction,
  exception: buildException,
  test: buildTest,
  matrix: buildMatrix,
} satisfies Record<Exclude<keyof DeclCstNode["children"], "Shadow" | "Waivable">, Build>;

const KINDS = Object.keys(BUILDERS) as (keyof typeof BUILDERS)[];

export function buildDecl(context: BuildContext, node: DeclCstNode, head: DeclarationHead): Declaration {
  const kind = one([KINDS.find((each) => node.children[each] !== undefined)]);
  const declared = one<CstNode>(node.children[kind]);
  // The rule's name links the node to its builder; the type of the table cannot express that.
  return (BUILDERS[kind] as Build)(context, declared as never, head, buildModifiers(context, node));
}

function buildModifiers(context: BuildContext, node: DeclCstNode): Modifiers {
  const { Shadow, Waivable } = node.children;
  reportSecond(context, Shadow);
  reportSecond(context, Waivable);
  return { shadow: Shadow !== undefined, waivable: Waivable !== undefined };
}

function reportSecond(context: BuildContext, modifiers: readonly IToken[] | undefined): void {
  const first = modifiers?.[0];
  const second = modifiers?.[1];
  if (first === undefined || second === undefined) return;
  reportTwice(context, "one declaration", first.image, spanOf(context, first), spanOf(context, second));
}

export function buildLabel(
  context: BuildContext,
  node: LabelCstNode,
  head: DeclarationHead,
): LabelDeclaration {
  const { Name, Integrity, names } = node.children;
  return {
    kind: "label",
    ...head,
    name: nameOf(context, one(Name)),
    integrity: Integrity !== undefined,
    implies: names === undefined ? [] : buildNames(context, one(names)),
  };
}

export function buildTag(context: BuildContext, node: TagCstNode, head: DeclarationHead): TagDeclaration {
  const { Name, Text } = node.children;
  return { kind: "tag", ...head, name: nameOf(context, one(Name)), title: optionalText(context, Text) };
}

export function buildRole(context: BuildContext, node: RoleCstNode, head: DeclarationHead): RoleDeclaration {
  const { Name, Text } = node.children;
  return { kind: "role", ...head, name: nameOf(context, one(Name)), title: optionalText(context, Text) };
}

export function buildAssurance(
  context: BuildContext,
  node: AssuranceCstNode,
  head: DeclarationHead,
): AssuranceDeclaration {
  return {
    kind: "assurance",
    ...head,
    levels: node.children.level.map((level) => buildLevel(context, level)),
  };
}

export function buildLevel(
  context: BuildContext,
  node: LevelCstNode,
): AssuranceDeclaration["levels"][number] {
  const { Name, Text } = node.children;
  return { span: spanOf(context, node), name: nameOf(context, one(Name)), acr: optionalText(context, Text) };
}

export function buildType(context: BuildContext, node: TypeCstNode, head: DeclarationHead): TypeDeclaration {
  const { TypeName, typeExpr } = node.children;
  const type = buildTypeExpr(context, one(typeExpr));
  return { kind: "type", ...head, name: nameOf(context, one(TypeName)), type };
}

export function buildSchema(
  context: BuildContext,
  node: SchemaCstNode,
  head: DeclarationHead,
): SchemaDeclaration {
  const { Name, record } = node.children;
  return {
    kind: "schema",
    ...head,
    name: nameOf(context, one(Name)),
    record: buildRecord(context, one(record)),
  };
}

export function buildTool(context: BuildContext, node: ToolCstNode, head: DeclarationHead): ToolDeclaration {
  const { qname, Text, toolItem } = node.children;
  const items = block(context, "a tool", toolItem, buildToolItem);
  const wire = optionalText(context, Text);
  return { kind: "tool", ...head, name: buildQname(context, one(qname)), wire, items };
}

export function buildChannel(
  context: BuildContext,
  node: ChannelCstNode,
  head: DeclarationHead,
): ChannelDeclaration {
  const { Name, accepts, yields } = node.children;
  return {
    kind: "channel",
    ...head,
    name: nameOf(context, one(Name)),
    accepts: buildAccepts(context, one(accepts)),
    yields: yields === undefined ? undefined : buildYields(context, one(yields)),
  };
}

export function buildAgent(
  context: BuildContext,
  node: AgentCstNode,
  head: DeclarationHead,
): AgentDeclaration {
  const { Name, agentItem } = node.children;
  const items = block(context, "an agent", agentItem, buildAgentItem);
  return { kind: "agent", ...head, name: nameOf(context, one(Name)), items };
}

export function buildDelegation(
  context: BuildContext,
  node: DelegationCstNode,
  head: DeclarationHead,
): DelegationDeclaration {
  return { kind: "delegation", ...head, depth: buildInt(context, one(node.children.Int)) };
}

export function buildData(context: BuildContext, node: DataCstNode, head: DeclarationHead): DataDeclaration {
  const { Name, typeExpr, dataValue, Text } = node.children;
  return {
    kind: "data",
    ...head,
    name: nameOf(context, one(Name)),
    type: buildTypeExpr(context, one(typeExpr)),
    value: dataValue === undefined ? undefined : buildDataValue(context, one(dataValue)),
    from: optionalText(context, Text),
  };
}

export function buildDefine(
  context: BuildContext,
  node: DefineCstNode,
  head: DeclarationHead,
): DefineDeclaration {
  const { Name, param = [], expr } = node.children;
  return {
    kind: "define",
    ...head,
    name: nameOf(context, one(Name)),
    params: param.map((item) => buildParam(context, item)),
    body: buildExpr(context, one(expr)),
  };
}

export function buildParam(context: BuildContext, node: ParamCstNode): DefineDeclaration["params"][number] {
  const { Name, typeExpr } = node.children;
  const type = buildTypeExpr(context, one(typeExpr));
  return { span: spanOf(context, node), name: nameOf(context, one(Name)), type };
}

export function buildApproval(
  context: BuildContext,
  node: ApprovalCstNode,
  head: DeclarationHead,
): ApprovalDeclaration {
  const { Name, approvalItem } = node.children;
  const items = block(context, "an approval", approvalItem, buildApprovalItem);
  return { kind: "approval", ...head, name: nameOf(context, one(Name)), items };
}

export function buildRule(
  context: BuildContext,
  node: RuleCstNode,
  head: DeclarationHead,
  modifiers: Modifiers,
): RuleDeclaration {
  const { Allow, Deny, Name, clause } = node.children;
  const effect = Allow !== undefined ? "allow" : Deny !== undefined ? "deny" : "require";
  const clauses = block(context, "one rule", clause, buildClause);
  return { kind: "rule", ...head, effect, ...modifiers, name: nameOf(context, one(Name)), clauses };
}

export function buildLimit(
  context: BuildContext,
  node: LimitCstNode,
  head: DeclarationHead,
  modifiers: Modifiers,
): LimitDeclaration {
  const { Name, limitItem } = node.children;
  const items = block(context, "one limit", limitItem, buildLimitItem);
  return { kind: "limit", ...head, ...modifiers, name: nameOf(context, one(Name)), items };
}

export function buildTransaction(
  context: BuildContext,
  node: TransactionCstNode,
  head: DeclarationHead,
): TransactionDeclaration {
  const { Name, transactionItem } = node.children;
  const items = block(context, "one transaction", transactionItem, buildTransactionItem);
  return { kind: "transaction", ...head, name: nameOf(context, one(Name)), items };
}

export function buildException(
  context: BuildContext,
  node: ExceptionCstNode,
  head: DeclarationHead,
): ExceptionDeclaration {
  const { Name, names, exceptionItem } = node.children;
  const clauses = block(context, "one exception", exceptionItem, buildExceptionItem);
  const to = buildNames(context, one(names));
  return { kind: "exception", ...head, name: nameOf(context, one(Name)), to, clauses };
}

/** The items of a block, each kind at most once. */
function block<Node extends CstNode, Item extends { kind: string; span: Declaration["span"] }>(
  context: BuildContext,
  owner: string,
  nodes: readonly Node[] | undefined,
  build: (context: BuildContext, node: Node) => Item,
): readonly Item[] {
  const items = (nodes ?? []).map((node) => build(context, node));
  checkOnce(context, owner, items);
  return items;
}

function optionalText(context: BuildContext, tokens: readonly IToken[] | undefined): StringNode | undefined {
  return tokens === undefined ? undefined : buildText(context, one(tokens));
}
