/** Renders decisions and explanations for people. Values come from requests, so they are always escaped. */
import type { Paint } from "../diagnostics/paint.js";
import { visibleText } from "../diagnostics/visible-text.js";
import type { Change, ClauseOutcome, Explanation, RuleOutcome } from "../engine/request/types.js";
import type { Decision, Need, Obligation, Reason } from "../model/decision.js";

/** Renders a decision: the verdict first, then the reason, what is missing, and the obligations. */
export function renderDecision(decision: Decision, paint: Paint): string {
  const role = decision.decision === "allow" ? "frame" : "error";
  const lines = [
    ...decision.reasons.flatMap((each) => reasonLines(each)),
    ...decision.needs.map((each) => `  needs ${needText(each)}`),
    ...decision.obligations.map((each) => `  with  ${obligationText(each)}`),
    ...decision.limits.map(({ name, remaining, cap }) => `  limit ${name}: ${remaining} of ${cap} left`),
  ];
  return [paint(role, decision.decision), ...lines.map(visibleText)].map((line) => `${line}\n`).join("");
}

/**
 * Renders the decision, what would have to change for an allow, and every rule that could have applied, clause by
 * clause with the deciding values.
 */
export function renderExplanation(
  { decision, rules, asked, changes, state }: Explanation,
  paint: Paint,
): string {
  const parts = [renderDecision(decision, paint)];
  if (changes.length > 0) parts.push(`to be allowed\n${changes.flatMap(changeLines).map(shown).join("")}`);
  if (!asked && rules.length > 0)
    parts.push("The call was refused before the rules were evaluated. Their results would have been:\n");
  parts.push(...rules.map((rule) => renderRule(rule, paint)));
  if (state.length > 0) parts.push(`state\n${state.map((line) => shown(`  ${line}`)).join("")}`);
  return parts.join("\n");
}

function shown(line: string): string {
  return `${visibleText(line)}\n`;
}

function changeLines({ rule, what, clauses = [], alternatives = [] }: Change): readonly string[] {
  return [
    `  ${what}   (${rule})`,
    ...clauses.map((clause) => `    - ${clause.text}${clauseValues(clause)}`),
    ...alternatives.flatMap((each) => [
      `    ${each.rule}  ${each.at}`,
      ...each.clauses.map((clause) => `      lacks ${clause.text}${clauseValues(clause)}`),
    ]),
  ];
}

/** Every value that a clause read, each once. */
function clauseValues({ values = [], because = [] }: ClauseOutcome): string {
  return valuesOf([...new Set([...values, ...because.flatMap((leaf) => leaf.values ?? [])])]);
}

function reasonLines({ rule, id, effect, at, message, pointers = [], unknown }: Reason): readonly string[] {
  const name = id === undefined ? rule : `${rule} (${id})`;
  const place = at === undefined ? "" : `  ${at}`;
  const doubt = unknown === true ? "  a value that it reads is unknown" : "";
  const told = [...(message === undefined ? [] : [message]), ...pointers];
  return [`  ${effect} ${name}${place}${doubt}`, ...told.map((each) => `      ${each}`)];
}

function needText(need: Need): string {
  if (need.type === "confirmation") return "confirmation by the user";
  if (need.type === "approval") {
    return `approval ${need.scheme}: ${need.have} of ${need.quorum} from ${need.from.join(", ")}`;
  }
  const age = need.max_age === undefined ? "" : ` within ${need.max_age} s`;
  return `step-up ${need.level}${age}`;
}

function obligationText({ type, ...rest }: Obligation): string {
  return `${type} ${Object.values(rest).flat().join(", ")}`;
}

const MARKS = { true: "yes", false: "no ", unknown: "?  " } as const;

function renderRule(rule: RuleOutcome, paint: Paint): string {
  const name = rule.id === undefined ? rule.rule : `${rule.rule} (${rule.id})`;
  const shadow = rule.shadow ? "shadow " : "";
  const head = `${MARKS[rule.result]} ${shadow}${rule.effect} ${name}  ${rule.at}`;
  const lines = rule.clauses.flatMap(clauseLines);
  return `${[paint(rule.determining ? "message" : "plain", visibleText(head)), ...lines.map(visibleText)].join("\n")}\n`;
}

/** A clause with one leaf is on one line; a clause with several has one line for each. */
function clauseLines(clause: ClauseOutcome): readonly string[] {
  const { because = [] } = clause;
  const head = `    ${MARKS[clause.result]} ${clause.text}`;
  if (because.length < 2) return [`${head}${clauseValues(clause)}`];
  const leaves = because.map((leaf) => `        ${MARKS[leaf.result]} ${leaf.text}${valuesOf(leaf.values)}`);
  return [head, ...leaves];
}

function valuesOf(values: readonly string[] | undefined): string {
  return values === undefined || values.length === 0 ? "" : `   (${values.join(", ")})`;
}
