/** Builds the items of tools, agents, approvals, limits and transactions. */
import type {
  AcceptsCstNode,
  AgentItemCstNode,
  ApprovalItemCstNode,
  AtMostCstNode,
  ExceptionItemCstNode,
  LimitItemCstNode,
  MeterCstNode,
  ToolItemCstNode,
  TransactionItemCstNode,
  TransactionStepCstNode,
  WindowCstNode,
  YieldsCstNode,
} from "../../grammar/cst.js";
import type {
  AgentItem,
  ApprovalItem,
  Clause,
  LimitItem,
  Meter,
  Name,
  ToolItem,
  TransactionItem,
  TransactionStep,
  UsesClause,
  Window,
} from "./ast.js";
import {
  buildActionName,
  buildAgentClause,
  buildBecauseClause,
  buildCallClause,
  buildClause,
  buildConditionClause,
  buildNeedClause,
  buildPattern,
  buildUsesClause,
  chosen,
} from "./build-clauses.js";
import { type BuildContext, nameOf, one, spanOf } from "./build-context.js";
import { buildKeys, buildSum } from "./build-expressions.js";
import { buildRecord, buildTypeExpr } from "./build-types.js";
import { buildDuration, buildInt, buildNames, buildNumber, buildQname, buildText } from "./build-values.js";

export function buildToolItem(context: BuildContext, node: ToolItemCstNode): ToolItem {
  const { Title, Text, actionName, Irreversible, qname, Int, record, typeExpr } = node.children;
  const { accepts, yields, names, Duration } = node.children;
  const span = spanOf(context, node);
  if (actionName !== undefined) {
    const undo = qname === undefined ? undefined : buildQname(context, one(qname));
    const action = buildActionName(context, one(actionName));
    return { kind: "action", span, action, irreversible: Irreversible !== undefined, undo };
  }
  if (Int !== undefined) return { kind: "tier", span, value: buildInt(context, one(Int)) };
  if (record !== undefined) return { kind: "args", span, record: buildRecord(context, one(record)) };
  if (typeExpr !== undefined) return { kind: "result", span, type: buildTypeExpr(context, one(typeExpr)) };
  if (accepts !== undefined) return { kind: "accepts", span, labels: buildAccepts(context, one(accepts)) };
  if (yields !== undefined) return { kind: "yields", span, labels: buildYields(context, one(yields)) };
  if (names !== undefined) return { kind: "tags", span, tags: buildNames(context, one(names)) };
  if (Duration !== undefined)
    return { kind: "timeout", span, duration: buildDuration(context, one(Duration)) };
  const text = buildText(context, one(Text));
  return Title === undefined ? { kind: "scope", span, scope: text } : { kind: "title", span, text };
}

export function buildAccepts(context: BuildContext, node: AcceptsCstNode): "any" | readonly Name[] {
  return node.children.names === undefined ? "any" : buildNames(context, one(node.children.names));
}

export function buildYields(context: BuildContext, node: YieldsCstNode): readonly Name[] {
  return buildNames(context, one(node.children.names));
}

export function buildAgentItem(context: BuildContext, node: AgentItemCstNode): AgentItem {
  const { Title, Text, Acts, Alone, names, Duration } = node.children;
  const span = spanOf(context, node);
  if (Acts !== undefined) return { kind: "acts", span, acts: Alone === undefined ? "for-user" : "alone" };
  if (names !== undefined) return { kind: "invoked-by", span, agents: buildNames(context, one(names)) };
  if (Duration !== undefined)
    return { kind: "credential", span, duration: buildDuration(context, one(Duration)) };
  return { kind: Title === undefined ? "owner" : "title", span, text: buildText(context, one(Text)) };
}

export function buildApprovalItem(context: BuildContext, node: ApprovalItemCstNode): ApprovalItem {
  const { names, qname, Int, Duration, usesClause, Args } = node.children;
  const span = spanOf(context, node);
  if (names !== undefined) {
    const at = qname === undefined ? undefined : buildQname(context, one(qname));
    return { kind: "from", span, roles: buildNames(context, one(names)), at };
  }
  if (Int !== undefined) return { kind: "quorum", span, value: buildInt(context, one(Int)) };
  if (Duration !== undefined)
    return { kind: "expires", span, duration: buildDuration(context, one(Duration)) };
  if (usesClause !== undefined) return buildUsesClause(context, one(usesClause));
  return { kind: "binds", span, binds: Args === undefined ? "plan" : "args" };
}

export function buildLimitItem(context: BuildContext, node: LimitItemCstNode): LimitItem {
  const { agentClause, callClause, conditionClause, keys, atMost, Over, needClause, Deny, becauseClause } =
    node.children;
  const span = spanOf(context, node);
  if (callClause !== undefined) return buildCallClause(context, one(callClause));
  if (atMost !== undefined) return buildAtMost(context, one(atMost));
  if (keys !== undefined) return { kind: "per", span, keys: buildKeys(context, one(keys)) };
  if (agentClause !== undefined) return buildAgentClause(context, one(agentClause));
  if (conditionClause !== undefined) return buildConditionClause(context, one(conditionClause));
  if (becauseClause !== undefined) return buildBecauseClause(context, one(becauseClause));
  one(Over);
  if (needClause !== undefined)
    return { kind: "over", span, over: buildNeedClause(context, one(needClause)) };
  return { kind: "over", span, over: Deny === undefined ? "alert" : "deny" };
}

export function buildAtMost(context: BuildContext, node: AtMostCstNode): LimitItem {
  const { number, meter, window } = node.children;
  return {
    kind: "at-most",
    span: spanOf(context, node),
    cap: buildNumber(context, one(number)),
    meter: buildMeter(context, one(meter)),
    window: buildWindow(context, one(window)),
  };
}

export function buildMeter(context: BuildContext, node: MeterCstNode): Meter {
  const { sum, Calls, Successes, Attempts, Denials, Failures } = node.children;
  const span = spanOf(context, node);
  if (sum !== undefined) return { kind: "of", span, amount: buildSum(context, one(sum)) };
  const kind = chosen({
    calls: Calls,
    successes: Successes,
    attempts: Attempts,
    denials: Denials,
    failures: Failures,
  });
  return { kind, span };
}

export function buildWindow(context: BuildContext, node: WindowCstNode): Window {
  const { Duration, Name, Transaction } = node.children;
  const span = spanOf(context, node);
  if (Duration !== undefined)
    return { kind: "rolling", span, duration: buildDuration(context, one(Duration)) };
  if (Name !== undefined) return { kind: "calendar", span, period: nameOf(context, one(Name)) };
  return { kind: Transaction === undefined ? "session" : "transaction", span };
}

export function buildTransactionItem(context: BuildContext, node: TransactionItemCstNode): TransactionItem {
  const { agentClause, Lasts, Duration, Int, Order, transactionStep = [], Irreversible } = node.children;
  const span = spanOf(context, node);
  if (agentClause !== undefined) return buildAgentClause(context, one(agentClause));
  if (Duration !== undefined) {
    return {
      kind: Lasts === undefined ? "idle" : "lasts",
      span,
      duration: buildDuration(context, one(Duration)),
    };
  }
  if (Int !== undefined) return { kind: "steps", span, value: buildInt(context, one(Int)) };
  if (Order !== undefined) {
    return { kind: "order", span, steps: transactionStep.map((step) => buildTransactionStep(context, step)) };
  }
  return { kind: Irreversible === undefined ? "confirm-plan" : "irreversible-last", span };
}

export function buildTransactionStep(context: BuildContext, node: TransactionStepCstNode): TransactionStep {
  const { Once, Int, pattern } = node.children;
  return {
    span: spanOf(context, node),
    count: Int !== undefined ? buildInt(context, one(Int)).value : Once === undefined ? "maybe" : "once",
    patterns: pattern.map((item) => buildPattern(context, item)),
  };
}

export function buildExceptionItem(context: BuildContext, node: ExceptionItemCstNode): Clause | UsesClause {
  const { clause, usesClause } = node.children;
  return clause === undefined ? buildUsesClause(context, one(usesClause)) : buildClause(context, one(clause));
}
