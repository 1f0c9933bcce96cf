import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program, Rule } from "../program.js";
import { Coverage } from "../solve/coverage.js";
import { MAX_BUNDLE_STEPS } from "../solve/limits.js";
import { FAILS, UNCLEAR } from "../solve/outcomes.js";

/**
 * Warns of allows that have no effect. Allows are alternatives: if one without needs grants everything another grants,
 * the other's needs are never required. If a deny that nothing waives refuses everything an allow grants, the allow
 * grants nothing.
 */
export function coverAllows(bundle: Bundle, program: Program): void {
  const allows = [...program.rules.values()].filter((rule) => rule.effect === "allow" && !rule.shadow);
  const denies = [...program.rules.values()].filter(
    (rule) => rule.effect === "deny" && !rule.shadow && !rule.waivable,
  );
  const allowance = { left: MAX_BUNDLE_STEPS };
  const refused = new Coverage(program, denies, FAILS, allowance);
  const free = new Coverage(
    program,
    allows.filter((allow) => allow.needs.length === 0),
    FAILS | UNCLEAR,
    allowance,
  );
  for (const allow of allows) {
    const deny = refused.of(allow);
    if (deny !== undefined) report(bundle, allow, deny);
    const by = allow.needs.length === 0 || deny !== undefined ? undefined : free.of(allow);
    if (by !== undefined) {
      bundle.problems.add(messages.coveredAllow(allow.name, allow.nameSpan, by.name, by.nameSpan));
    }
  }
}

function report(bundle: Bundle, allow: Rule, deny: Rule): void {
  bundle.problems.add(messages.refusedAllow(allow.name, allow.nameSpan, deny.name, deny.nameSpan));
}
