import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** Warns of rules and exceptions that have ended: people still read them as if they applied. */
export function expiredRules(bundle: Bundle, program: Program): void {
  const { now } = bundle.options;
  if (now === undefined) return;
  for (const rule of program.rules.values()) {
    if (rule.until !== undefined && rule.until <= now) {
      bundle.problems.add(messages.expired(rule.effect, rule.name, rule.nameSpan));
    }
  }
  for (const exception of program.exceptions.values()) {
    if (exception.until <= now) {
      bundle.problems.add(messages.expired("exception", exception.name, exception.nameSpan));
    }
  }
}
