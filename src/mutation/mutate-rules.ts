/** Mutants of rules, exceptions and limits: dropped, inverted, widened, weakened. */
import type {
  AgentClause,
  CallClause,
  Clause,
  ExceptionDeclaration,
  LimitDeclaration,
  Need,
  Node,
  RuleDeclaration,
} from "../syntax/ast.js";
import { expressionMutants } from "./mutate-expression.js";
import { eachRemoved, moveDuration, type Site } from "./mutation-site.js";

/** Adds mutants of an `allow`, `deny` or `require`. */
export function ofRule(rule: RuleDeclaration, site: Site): void {
  site.add(`drops the ${rule.effect}`, rule.span, "");
  flipEffect(rule, site);
  ofClauses(rule.clauses, site, rule.effect === "allow" ? "agent any" : "");
}

/** Swaps `allow` and `deny`. A `deny` has no needs, so they are removed. */
function flipEffect(rule: RuleDeclaration, site: Site): void {
  if (rule.effect === "require") return;
  const { source } = site;
  const other = rule.effect === "allow" ? "deny" : "allow";
  const from = rule.annotations.at(-1)?.span.end ?? rule.span.start;
  const head = source.text.slice(from, rule.name.span.start);
  const keyword = head.lastIndexOf(rule.effect);
  if (keyword < 0) return;
  const start = from + keyword;
  let text = `${other}${source.text.slice(start + rule.effect.length, rule.span.end)}`;
  for (const clause of rule.clauses) {
    if (clause.kind !== "need-clause") continue;
    const written = source.slice(clause.span);
    text = text.replace(written, "");
  }
  // An allow needs an agent clause.
  if (other === "allow" && !rule.clauses.some(({ kind }) => kind === "agent-clause"))
    text = text.replace("{", "{ agent any ");
  site.add(`turns \`${rule.effect}\` into \`${other}\``, { ...rule.span, start }, text);
}

/** Adds mutants of an exception. */
export function ofException(exception: ExceptionDeclaration, site: Site): void {
  site.add("drops the exception", exception.span, "");
  for (const clause of exception.clauses)
    if (clause.kind === "uses")
      site.add("allows one more use", clause.value.span, String(clause.value.value + 1));
  ofClauses(
    exception.clauses.filter((clause): clause is Clause => clause.kind !== "uses"),
    site,
  );
}

function ofClauses(clauses: readonly Clause[], site: Site, anyAgent = ""): void {
  for (const clause of clauses) {
    switch (clause.kind) {
      case "agent-clause":
        ofAgent(clause, site, anyAgent);
        break;
      case "call-clause":
        ofCall(clause, site);
        break;
      case "when":
      case "unless":
        site.add(`removes the \`${clause.kind}\``, clause.span, "");
        expressionMutants(clause.condition, site.source, site.add);
        break;
      case "need-clause":
        ofNeeds(clause, clause.needs, site);
        break;
      case "with-clause":
        eachRemoved(clause, clause.obligations, "an obligation", site);
        break;
      case "until":
        site.add("never ends", clause.span, "");
        break;
      default:
    }
  }
}

/** Adds mutants of an agent clause; `anyAgent` is the text that replaces the clause to match every agent. */
export function ofAgent(clause: AgentClause, site: Site, anyAgent = ""): void {
  const isForAll = clause.agents === "any" && (clause.for === undefined || clause.for.kind === "any");
  if (!isForAll) site.add("matches every agent", clause.span, anyAgent);
  if (clause.agents !== "any" && clause.agents.length > 1)
    eachRemoved(clause, clause.agents, "an agent", site);
  const whom = clause.for;
  if (whom?.kind !== "role" && whom?.kind !== "user" && whom?.kind !== "nobody") return;
  site.add("is for anyone", whom.span, anyPrincipal(site.source.slice(whom.span)));
  if (whom.kind === "role" && whom.roles.length > 1) eachRemoved(clause, whom.roles, "a role", site);
  if (whom.kind === "user" && whom.users.length > 1) eachRemoved(clause, whom.users, "a user", site);
}

/** The span of `for …` may or may not include the word `for`. */
function anyPrincipal(written: string): string {
  return /^for\b/.test(written) ? "for any" : "any";
}

function ofCall(clause: CallClause, site: Site): void {
  if (clause.targets.length > 1) eachRemoved(clause, clause.targets, "a target", site);
  for (const target of clause.targets) {
    for (const filter of target.filters) {
      const words = {
        action: "the action",
        tier: "the tier",
        irreversible: "`irreversible`",
        tagged: "the tag",
        inside: "`inside`",
      };
      site.add(`removes ${words[filter.kind]} from its targets`, filter.span, "");
    }
  }
}

function ofNeeds(clause: Node, needs: readonly Need[], site: Site): void {
  if (needs.length === 1) site.add("drops all needs", clause.span, "");
  else eachRemoved(clause, needs, "a need", site);
  for (const need of needs) {
    if (need.kind !== "step-up") continue;
    const rank = site.levels.indexOf(need.level.text.slice(need.level.text.lastIndexOf(".") + 1));
    const lower = site.levels[rank - 1];
    if (lower !== undefined) site.add("needs a weaker sign-in", need.level.span, lower);
    if (need.within !== undefined) moveDuration("lets the sign-in be older", need.within, 2, site);
  }
}

/** Adds mutants of a limit. */
export function ofLimit(limit: LimitDeclaration, site: Site): void {
  site.add("drops the limit", limit.span, "");
  for (const item of limit.items) {
    switch (item.kind) {
      case "agent-clause":
        ofAgent(item, site);
        break;
      case "call-clause":
        ofCall(item, site);
        break;
      case "when":
      case "unless":
        site.add(`removes the \`${item.kind}\``, item.span, "");
        expressionMutants(item.condition, site.source, site.add);
        break;
      case "per":
        if (item.keys.length > 1) eachRemoved(item, item.keys, "a key", site);
        break;
      case "at-most":
        site.add("raises the cap", item.cap.span, String(item.cap.value + 1));
        if (item.cap.value >= 1) site.add("lowers the cap", item.cap.span, String(item.cap.value - 1));
        if (item.meter.kind === "of") expressionMutants(item.meter.amount, site.source, site.add);
        if (item.window.kind === "rolling")
          moveDuration("shortens the window", item.window.duration, 0.5, site);
        break;
      case "over":
        site.add("refuses instead", item.span, "");
        if (item.over !== "alert") site.add("only alerts", item.span, "over alert");
        break;
      default:
    }
  }
  if (!limit.items.some(({ kind }) => kind === "over")) {
    const brace = site.source.text.lastIndexOf("}", limit.span.end);
    const line = site.source.text.lastIndexOf("\n", brace) + 1;
    const own = site.source.text.slice(line, brace).trim() === "";
    const at = own ? line : brace;
    site.add("only alerts", { ...limit.span, start: at, end: at }, own ? "  over alert\n" : " over alert ");
  }
}
