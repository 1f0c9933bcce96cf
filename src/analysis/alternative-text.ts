/** Conditions and needs in the words of the language, for reports. */

import { expressionText } from "../check/expression-text.js";
import { conjuncts } from "../check/expressions/parts.js";
import type { Expr, Inside, Need, Program, Rule } from "../check/program.js";
import type { Situation } from "../check/solve/situation.js";
import { writeDuration } from "../values/duration.js";
import { formatTime } from "../values/time.js";

/** Returns for whom an allow grants, inside what, until when and without which labels, beyond the situation. */
export function boundTexts(allow: Rule, inside: Inside, situation: Situation): string[] {
  const { program, tool } = situation;
  const texts: string[] = [];
  const { for: whom } = allow.who;
  if (whom.kind === "roles" && situation.roles === undefined) {
    const names = [...whom.roles].map((role) => program.roles.get(role)?.name ?? role);
    texts.push(`for role ${names.join(", ")}`);
  }
  if (whom.kind === "users")
    texts.push(`for user ${[...whom.users].map((id) => JSON.stringify(id)).join(", ")}`);
  if (inside !== "anywhere") {
    const names = [...inside].map((kind) => program.transactions.get(kind)?.name ?? kind);
    texts.push(`inside ${names.join(" or ")}`);
  }
  if (allow.until !== undefined) texts.push(`before ${formatTime(allow.until)}`);
  const accepts = tool?.accepts;
  if (accepts !== undefined && accepts !== "any") {
    const kept = [...program.labels.values()].filter((label) => !accepts.has(label.id));
    if (kept.length > 0) texts.push(`carrying no ${kept.map(({ name }) => name).join(" or ")}`);
  }
  return texts;
}

/** Returns the parts of an allow's condition. */
export function conditionTexts({ condition }: Rule, program: Program): string[] {
  if (condition === undefined) return [];
  const parts = conjuncts(condition);
  const text = (part: Expr) => expressionText(part, program);
  return parts.map((part) => (part.kind === "or" && parts.length > 1 ? `(${text(part)})` : text(part)));
}

/**
 * Returns needs of several rules, each once; of sign-ins the strongest with the shortest age, because it satisfies all
 * of them.
 */
export function needTexts(lists: readonly (readonly Need[])[], program: Program): string[] {
  const needs = lists.flat();
  const stepUps = needs.filter((need) => need.kind === "step-up");
  const others = needs.filter((need) => need.kind !== "step-up");
  const rank = (level: string) => program.assurance.findIndex(({ id }) => id === level);
  const [strongest] = [...stepUps].sort((a, b) => rank(b.level) - rank(a.level));
  const within = Math.min(...stepUps.map((need) => need.within ?? Number.POSITIVE_INFINITY));
  const merged: Need[] =
    strongest === undefined
      ? []
      : [{ kind: "step-up", level: strongest.level, ...(Number.isFinite(within) ? { within } : {}) }];
  return [...new Set([...others, ...merged].map((need) => needText(need, program)))];
}

function needText(need: Need, program: Program): string {
  switch (need.kind) {
    case "confirmation":
      return "confirmation";
    case "approval": {
      const scheme = program.approvals.get(need.scheme);
      if (scheme === undefined) return `approval ${need.scheme}`;
      const roles = scheme.roles.map((role) => program.roles.get(role)?.name ?? role).join(" or ");
      return `approval ${scheme.name} (${scheme.quorum} of ${roles})`;
    }
    case "step-up": {
      const level = program.assurance.find((each) => each.id === need.level)?.name ?? need.level;
      return `step-up ${level}${need.within === undefined ? "" : ` within ${writeDuration(need.within)}`}`;
    }
  }
}
