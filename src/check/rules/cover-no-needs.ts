import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program, Rule, Who } from "../program.js";

/** So many wide allows of one tool are compared with; a bundle with more has other worries. */
const MOST_COMPARED = 16;

/**
 * Allows are alternatives: where one without needs or conditions grants all that another grants, the other's needs are
 * never asked for.
 */
export function coverNoNeeds(bundle: Bundle, program: Program): void {
  const wide = new Map<string, Rule[]>();
  for (const allow of program.rules.values()) {
    if (!isWide(allow)) continue;
    for (const tool of allow.reach.tools.keys()) {
      const others = wide.get(tool) ?? [];
      if (others.length < MOST_COMPARED) others.push(allow);
      wide.set(tool, others);
    }
  }
  for (const allow of program.rules.values()) {
    if (allow.effect !== "allow" || allow.shadow || allow.needs.length === 0) continue;
    const [tool] = allow.reach.tools.keys();
    const by = (tool === undefined ? [] : (wide.get(tool) ?? [])).find((other) => covers(other, allow));
    if (by !== undefined) {
      bundle.problems.add(messages.coveredAllow(allow.name, allow.nameSpan, by.name, by.nameSpan));
    }
  }
}

function isWide(rule: Rule): boolean {
  const free = rule.needs.length === 0 && rule.condition === undefined && rule.until === undefined;
  return rule.effect === "allow" && !rule.shadow && free;
}

function covers(wide: Rule, narrow: Rule): boolean {
  if (!includesWho(wide.who, narrow.who)) return false;
  for (const [tool, inside] of narrow.reach.tools) {
    const granted = wide.reach.tools.get(tool);
    if (granted === undefined) return false;
    if (granted === "anywhere") continue;
    if (inside === "anywhere" || ![...inside].every((transaction) => granted.has(transaction))) return false;
  }
  return true;
}

function includesWho(wide: Who, narrow: Who): boolean {
  if (wide.agents !== "any" && (narrow.agents === "any" || !isSubset(narrow.agents, wide.agents)))
    return false;
  if (wide.for.kind === "any") return true;
  if (wide.for.kind === "roles" && narrow.for.kind === "roles")
    return isSubset(narrow.for.roles, wide.for.roles);
  if (wide.for.kind === "users" && narrow.for.kind === "users")
    return isSubset(narrow.for.users, wide.for.users);
  return wide.for.kind === "nobody" && narrow.for.kind === "nobody";
}

function isSubset(small: ReadonlySet<string>, large: ReadonlySet<string>): boolean {
  for (const item of small) if (!large.has(item)) return false;
  return true;
}
