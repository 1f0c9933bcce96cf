import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Need, Program, Rule, Tool } from "../program.js";

/**
 * Reports tier-3 tools that are granted with neither approval nor step-up, by the allow itself or by a require that
 * applies to everyone at all times. A require that may be waived, is in watch mode, or has conditions is not a gate.
 */
export function gateTierThree(bundle: Bundle, program: Program): void {
  const gated = new Set<string>();
  for (const rule of program.rules.values()) {
    if (!isGate(rule)) continue;
    for (const [tool, inside] of rule.reach.tools) if (inside === "anywhere") gated.add(tool);
  }
  for (const allow of program.rules.values()) {
    if (allow.effect !== "allow" || allow.shadow || allow.annotations.ungated !== undefined) continue;
    if (allow.needs.some(isGatingNeed)) continue;
    const open = [...allow.reach.tools.keys()].flatMap((id) => {
      const tool = program.tools.get(id);
      return tool?.tier === 3 && !gated.has(id) ? [tool] : [];
    });
    if (open.length > 0) report(bundle, allow, open);
  }
}

function isGate(rule: Rule): boolean {
  const conditional =
    rule.who.agents !== "any" ||
    rule.who.for.kind !== "any" ||
    rule.condition !== undefined ||
    rule.until !== undefined;
  return (
    rule.effect === "require" &&
    !rule.shadow &&
    !rule.waivable &&
    !conditional &&
    rule.needs.some(isGatingNeed)
  );
}

/**
 * Whether a need involves another person or sign-in. A confirmation comes from the user whose agent it is, so alone it
 * is not a gate.
 */
function isGatingNeed(need: Need): boolean {
  return need.kind !== "confirmation";
}

function report(bundle: Bundle, allow: Rule, open: readonly Tool[]): void {
  const targets = (bundle.targets.get(allow.id) ?? [])
    .filter((target) => target.tools.some((tool) => open.includes(tool)))
    .map(({ target }) => target.span);
  const names = open.map((tool) => tool.name);
  bundle.problems.add(messages.ungated(allow.name, allow.nameSpan, names, targets.slice(0, 3)));
}
