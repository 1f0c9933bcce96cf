import type { RuleDeclaration } from "../syntax/ast.js";
import { checkAnnotations } from "./annotations.js";
import { type Draft, entriesOf } from "./declare.js";
import { readsOf } from "./expressions/reads.js";
import { all, one } from "./items.js";
import { messages } from "./messages.js";
import type { Entry } from "./names.js";
import { checkNeeds } from "./needs.js";
import { checkObligations } from "./obligations.js";
import type { ObligationTemplate, Rule } from "./program.js";
import { checkHead, checkWeight, type RuleChecking } from "./rule-parts.js";
import { nameAgents } from "./rules/name-agents.js";
import { noWildcardGrants } from "./rules/no-wildcard-grants.js";

/** Shared by all rules without needs or without obligations, to save memory. */
const NONE: readonly never[] = [];

/** Checks every `allow`, `deny` and `require`. */
export function checkRules(checking: RuleChecking): void {
  for (const entry of entriesOf(checking.bundle, "rule", "rule")) {
    const rule = checking.expressions.within("", () => checkRule(checking, entry, entry.declaration));
    checking.bundle.syntax.rules.set(entry.id, entry.declaration);
    if (rule !== undefined) checking.bundle.rules.set(entry.id, rule);
  }
}

function checkRule(checking: RuleChecking, entry: Entry, rule: RuleDeclaration): Rule | undefined {
  const { bundle, expressions } = checking;
  const { effect, clauses, name } = rule;
  const annotations = checkAnnotations(bundle, rule.annotations, effect === "allow" ? "allow" : "rule");
  const { who, reach, targets, scope, condition } = checkHead(checking, effect, entry, name, clauses);
  const need = one(clauses, "need-clause");
  const withs = all(clauses, "with-clause");
  const needs = need === undefined ? NONE : checkNeeds(bundle, need.needs);
  const obligations = withs.length === 0 ? NONE : checkObligations(expressions, withs, scope);
  const until = one(clauses, "until")?.at.ms;
  const because = one(clauses, "because")?.text.value;
  if (effect === "deny" && need !== undefined) bundle.problems.add(messages.needInDeny(need.span));
  if (effect !== "require") {
    for (const clause of withs) bundle.problems.add(messages.obligationsOn(effect, clause.span));
  } else if (need === undefined && withs.length === 0) {
    bundle.problems.add(messages.requiresNothing(name.text, name.span));
  }
  if (effect === "allow") {
    noWildcardGrants(bundle, rule, targets);
    nameAgents(bundle, rule, targets);
  }
  if (condition === "wrong") return undefined;
  const exprs = [condition, ...obligations.flatMap(({ args }: ObligationTemplate) => args)];
  if (!checkWeight(checking, effect, name, exprs)) return undefined;
  const checked: Draft<Rule> = {
    kind: "rule",
    id: entry.id,
    name: entry.name,
    span: rule.span,
    nameSpan: entry.nameSpan,
    annotations,
    who,
    reach,
    reads: readsOf(exprs, bundle.defines),
    effect,
    shadow: rule.shadow,
    waivable: rule.waivable,
    needs,
    obligations,
  };
  if (rule.doc !== undefined) checked.doc = rule.doc;
  if (condition !== undefined) checked.condition = condition;
  if (because !== undefined) checked.because = because;
  if (until !== undefined) checked.until = until;
  return checked;
}
