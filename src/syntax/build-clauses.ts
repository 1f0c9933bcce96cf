/** Builds the clauses of rules, limits and exceptions. */
import type { IToken } from "chevrotain";
import type {
  ActionNameCstNode,
  AgentClauseCstNode,
  BecauseClauseCstNode,
  CallClauseCstNode,
  ChannelTargetCstNode,
  ClauseCstNode,
  ConditionClauseCstNode,
  FilterCstNode,
  ForWhomCstNode,
  NeedClauseCstNode,
  NeedCstNode,
  NeedListCstNode,
  ObligationCstNode,
  PatternCstNode,
  TargetCstNode,
  UntilClauseCstNode,
  UsesClauseCstNode,
  WithClauseCstNode,
} from "../../grammar/cst.js";
import type {
  Action,
  AgentClause,
  BecauseClause,
  CallClause,
  Clause,
  ConditionClause,
  Filter,
  ForWhom,
  Name,
  Need,
  NeedClause,
  Obligation,
  Target,
  UntilClause,
  UsesClause,
  WithClause,
} from "./ast.js";
import { type BuildContext, nameOf, one, spanOf } from "./build-context.js";
import { buildArguments, buildExpr } from "./build-expressions.js";
import {
  buildDuration,
  buildInt,
  buildNames,
  buildQname,
  buildText,
  buildTimestamp,
  joined,
} from "./build-values.js";

export function buildClause(context: BuildContext, node: ClauseCstNode): Clause {
  const { agentClause, callClause, conditionClause, needClause, withClause, untilClause, becauseClause } =
    node.children;
  if (agentClause !== undefined) return buildAgentClause(context, one(agentClause));
  if (callClause !== undefined) return buildCallClause(context, one(callClause));
  if (conditionClause !== undefined) return buildConditionClause(context, one(conditionClause));
  if (needClause !== undefined) return buildNeedClause(context, one(needClause));
  if (withClause !== undefined) return buildWithClause(context, one(withClause));
  if (untilClause !== undefined) return buildUntilClause(context, one(untilClause));
  return buildBecauseClause(context, one(becauseClause));
}

export function buildAgentClause(context: BuildContext, node: AgentClauseCstNode): AgentClause {
  const { names, forWhom } = node.children;
  return {
    kind: "agent-clause",
    span: spanOf(context, node),
    agents: names === undefined ? "any" : buildNames(context, one(names)),
    for: forWhom === undefined ? undefined : buildForWhom(context, one(forWhom)),
  };
}

export function buildForWhom(context: BuildContext, node: ForWhomCstNode): ForWhom {
  const { Any, names, Text } = node.children;
  const span = spanOf(context, node);
  if (names !== undefined) return { kind: "role", span, roles: buildNames(context, one(names)) };
  if (Text !== undefined)
    return { kind: "user", span, users: Text.map((token) => buildText(context, token)) };
  return { kind: Any === undefined ? "nobody" : "any", span };
}

export function buildCallClause(context: BuildContext, node: CallClauseCstNode): CallClause {
  const targets = node.children.target.map((target) => buildTarget(context, target));
  return { kind: "call-clause", span: spanOf(context, node), targets };
}

export function buildTarget(context: BuildContext, node: TargetCstNode): Target {
  const { Any, channelTarget, pattern, filter = [] } = node.children;
  return {
    span: spanOf(context, node),
    what:
      channelTarget !== undefined
        ? buildChannelTarget(context, one(channelTarget))
        : pattern !== undefined
          ? { kind: "pattern", ...buildPattern(context, one(pattern)) }
          : { kind: "any", span: spanOf(context, one(Any)) },
    filters: filter.map((item) => buildFilter(context, item)),
  };
}

export function buildChannelTarget(context: BuildContext, node: ChannelTargetCstNode): Target["what"] {
  const { qname } = node.children;
  const channel = qname === undefined ? "any" : buildQname(context, one(qname));
  return { kind: "channel", span: spanOf(context, node), channel };
}

/** A tool's name, with `*` for a word of it. */
export function buildPattern(context: BuildContext, node: PatternCstNode): Name {
  const { Name, Word = [], Star = [] } = node.children;
  const first = one(Name);
  const parts = [...Word, ...Star].sort((a, b) => a.startOffset - b.startOffset);
  return { span: spanOf(context, node), text: joined(first, parts) };
}

export function buildFilter(context: BuildContext, node: FilterCstNode): Filter {
  const { actionName, Int, Irreversible, Tagged, qname } = node.children;
  const span = spanOf(context, node);
  if (actionName !== undefined) {
    return { kind: "action", span, actions: actionName.map((action) => buildActionName(context, action)) };
  }
  if (Int !== undefined) {
    const [from, to = from] = Int.map((token) => buildInt(context, token).value);
    return { kind: "tier", span, from: one([from]), to: one([to]) };
  }
  if (Irreversible !== undefined) return { kind: "irreversible", span };
  const name = buildQname(context, one(qname));
  return Tagged === undefined
    ? { kind: "inside", span, transaction: name }
    : { kind: "tagged", span, tag: name };
}

export function buildActionName(_context: BuildContext, node: ActionNameCstNode): Action {
  const { Read, Write } = node.children;
  return Read !== undefined ? "read" : Write !== undefined ? "write" : "admin";
}

export function buildConditionClause(context: BuildContext, node: ConditionClauseCstNode): ConditionClause {
  const condition = buildExpr(context, one(node.children.expr));
  return {
    kind: node.children.When === undefined ? "unless" : "when",
    span: spanOf(context, node),
    condition,
  };
}

export function buildNeedClause(context: BuildContext, node: NeedClauseCstNode): NeedClause {
  const needs = buildNeedList(context, one(node.children.needList));
  return { kind: "need-clause", span: spanOf(context, node), needs };
}

export function buildNeedList(context: BuildContext, node: NeedListCstNode): readonly Need[] {
  return node.children.need.map((need) => buildNeed(context, need));
}

export function buildNeed(context: BuildContext, node: NeedCstNode): Need {
  const { Approval, StepUp, qname, Duration } = node.children;
  const span = spanOf(context, node);
  if (Approval !== undefined) return { kind: "approval", span, scheme: buildQname(context, one(qname)) };
  if (StepUp === undefined) return { kind: "confirmation", span };
  const within = Duration === undefined ? undefined : buildDuration(context, one(Duration));
  return { kind: "step-up", span, level: buildQname(context, one(qname)), within };
}

export function buildWithClause(context: BuildContext, node: WithClauseCstNode): WithClause {
  const obligations = node.children.obligation.map((item) => buildObligation(context, item));
  return { kind: "with-clause", span: spanOf(context, node), obligations };
}

export function buildObligation(context: BuildContext, node: ObligationCstNode): Obligation {
  const { Name, arguments: args } = node.children;
  return {
    span: spanOf(context, node),
    name: nameOf(context, one(Name)),
    args: args === undefined ? [] : buildArguments(context, one(args)),
  };
}

export function buildUntilClause(context: BuildContext, node: UntilClauseCstNode): UntilClause {
  return {
    kind: "until",
    span: spanOf(context, node),
    at: buildTimestamp(context, one(node.children.Timestamp)),
  };
}

export function buildBecauseClause(context: BuildContext, node: BecauseClauseCstNode): BecauseClause {
  return { kind: "because", span: spanOf(context, node), text: buildText(context, one(node.children.Text)) };
}

export function buildUsesClause(context: BuildContext, node: UsesClauseCstNode): UsesClause {
  return { kind: "uses", span: spanOf(context, node), value: buildInt(context, one(node.children.Int)) };
}

/** Returns which of several keywords is present, in the order given; the grammar guarantees one. */
export function chosen<Choice extends string>(
  choices: Readonly<Record<Choice, readonly IToken[] | undefined>>,
): Choice {
  const choice = (Object.keys(choices) as Choice[]).find((key) => choices[key] !== undefined);
  return one([choice]);
}
