import type { Span } from "../source/source.js";
import type { CallClause, Clause, ConditionClause, LimitItem, UsesClause } from "../syntax/ast.js";
import type { ArgumentsOf } from "./arguments.js";
import type { Bundle } from "./bundle.js";
import { MAX_EXPRESSION, MAX_RULE_COST, type Weights } from "./expressions/cost.js";
import type { Expressions } from "./expressions/expressions.js";
import { readsRisk } from "./expressions/reads.js";
import type { Scope } from "./expressions/scope.js";
import { conditionsIn, one } from "./items.js";
import { messages } from "./messages.js";
import type { Entry } from "./names.js";
import type { Expr, Who } from "./program.js";
import type { ClauseReach, ReachFinder } from "./reach.js";
import { checkWho, hasUser } from "./who.js";

/** What checking rules, limits and exceptions needs, complete before the first of them is checked. */
export interface RuleChecking {
  readonly bundle: Bundle;
  readonly reach: ReachFinder;
  readonly args: ArgumentsOf;
  readonly expressions: Expressions;
  readonly weights: Weights;
}

const EMPTY: ClauseReach = { reach: { tools: new Map(), channels: new Map() }, targets: [] };

/** The common part of rules, limits and exceptions: who calls what, and when. */
export interface RuleHead {
  readonly who: Who;
  readonly reach: ClauseReach["reach"];
  readonly targets: ClauseReach["targets"];
  readonly scope: Scope;
  readonly conditions: readonly ConditionClause[];
  /** All conditions as one; `"wrong"` after a mistake is reported. */
  readonly condition: Expr | "wrong" | undefined;
}

/** Checks the head of a declaration and records its targets. `what` names the declaration in messages. */
export function checkHead(
  checking: RuleChecking,
  what: string,
  { id }: Pick<Entry, "id">,
  name: { readonly text: string; readonly span: Span },
  items: readonly (Clause | UsesClause | LimitItem)[],
): RuleHead {
  const who = checkWho(checking.bundle, one(items, "agent-clause"));
  const called = checkCallClause(checking, what, name, one(items, "call-clause"));
  const { reach, targets } = called;
  checking.bundle.targets.set(id, targets);
  const scope = { ...scopeOf(checking, who, called), of: what };
  const conditions = conditionsIn(items);
  const condition = checkConditions(checking, conditions, scope);
  return { who, reach, targets, scope, conditions, condition };
}

/** What a `call` targets. A missing `call` is a mistake: a rule never targets everything by omission. */
function checkCallClause(
  checking: RuleChecking,
  what: string,
  name: { readonly text: string; readonly span: Span },
  clause: CallClause | undefined,
): ClauseReach {
  if (clause !== undefined) return checking.reach.find(clause, what === "allow" || what === "exception");
  const help = "add `call …`, or `call any` for every tool";
  checking.bundle.problems.add(messages.missingClause(what, name.text, "call", name.span, help));
  return EMPTY;
}

/** What the conditions of a rule may read, and what its agents, users and targets prove present. */
function scopeOf(checking: RuleChecking, who: Who, { reach, targets }: ClauseReach): Scope {
  const user = hasUser(checking.bundle, who);
  const present = isInside(reach) ? (user ? BOTH : TRANSACTION) : user ? USER : NOTHING;
  return {
    args: checking.args.reach(
      reach,
      targets.some((target) => target.broken),
    ),
    reported: false,
    variables: NO_VARIABLES,
    present,
  };
}

const NO_VARIABLES: Scope["variables"] = new Map();
const NOTHING: ReadonlySet<string> = new Set();
const USER: ReadonlySet<string> = new Set(["user"]);
const TRANSACTION: ReadonlySet<string> = new Set(["txn"]);
const BOTH: ReadonlySet<string> = new Set(["user", "txn"]);

/** Whether every target is restricted to transactions. */
function isInside({ tools, channels }: ClauseReach["reach"]): boolean {
  for (const inside of tools.values()) if (inside === "anywhere") return false;
  for (const inside of channels.values()) if (inside === "anywhere") return false;
  return tools.size + channels.size > 0;
}

/** Every `when`, and the negation of every `unless`, as one condition; `"wrong"` after a mistake is reported. */
function checkConditions(
  checking: RuleChecking,
  clauses: readonly ConditionClause[],
  scope: Scope,
): Expr | "wrong" | undefined {
  const condition = checking.expressions.conjunction(
    clauses.map((clause) => ({
      expr: clause.condition,
      holds: clause.kind === "when",
      span: clause.condition.span,
    })),
    scope,
  );
  const channels = scope.args?.channels ?? [];
  if (channels.length === 0 || condition === undefined || condition === "wrong") return condition;
  if (!readsRisk(condition, checking.bundle.defines)) return condition;
  const why = "a channel has no tier, no action and no tags, and a define asks for them";
  checking.bundle.problems.add(
    messages.notReadableHere("tool", condition.span, why, "write a separate rule for channels"),
  );
  return "wrong";
}

/** Whether a rule's expressions are small and cheap enough in the worst case; otherwise it is reported. */
export function checkWeight(
  checking: RuleChecking,
  what: string,
  name: { readonly text: string; readonly span: Span },
  exprs: readonly (Expr | undefined)[],
): boolean {
  let size = 0;
  let cost = 0;
  for (const expr of exprs) {
    if (expr === undefined) continue;
    const weight = checking.weights.of(expr);
    size += weight.size;
    cost += weight.cost;
  }
  if (size > MAX_EXPRESSION) {
    checking.bundle.problems.add(messages.tooLarge(what, name.text, name.span, size, MAX_EXPRESSION));
  } else if (cost > MAX_RULE_COST) {
    checking.bundle.problems.add(messages.tooCostly(what, name.text, name.span, cost, MAX_RULE_COST));
  } else return true;
  return false;
}
