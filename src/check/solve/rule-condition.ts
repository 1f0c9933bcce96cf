/**
 * When a rule applies to a call, as one condition: who, inside which transactions, until when, and its own condition.
 */
import type { Exception, Expr, Inside, Limit, Rule, Who } from "../program.js";
import {
  AGENT,
  conjunction,
  disjunction,
  fact,
  has,
  isBefore,
  isOneOf,
  NOW,
  not,
  roleField,
  rootOf,
  TRANSACTION,
} from "./fields.js";

/**
 * The condition under which a rule applies to a call of a target that it reaches `inside` these transactions. It is
 * unknown exactly if the rule is.
 */
export function ruleCondition(rule: Rule | Limit | Exception, inside: Inside): Expr {
  const parts = [...whoParts(rule.who)];
  if (rule.until !== undefined) parts.push(isBefore(NOW, rule.until));
  if (inside !== "anywhere") parts.push(has(rootOf("txn")), isOneOf(TRANSACTION, inside));
  if (rule.condition !== undefined) parts.push(rule.condition);
  return conjunction(parts);
}

/** The conditions that a rule's subjects add. */
export function whoParts({ agents, for: whom }: Who): readonly Expr[] {
  const parts: Expr[] = agents === "any" ? [] : [isOneOf(AGENT, agents)];
  const user = rootOf("user");
  if (whom.kind === "nobody") parts.push(not(has(user)));
  if (whom.kind === "roles") {
    parts.push(has(user), disjunction([...whom.roles].map((role) => fact("user", roleField(role)))));
  }
  if (whom.kind === "users") {
    parts.push(has(user), isOneOf(fact("user", "id", { kind: "text", max: 4096 }), whom.users));
  }
  return parts;
}
