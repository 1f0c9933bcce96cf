/** Lists every declaration that has a condition, with its keyword. */
import type { Exception, Limit, Program, Rule } from "../program.js";

type Conditional = Rule | Limit | Exception;

/** Rules, limits and exceptions, in that order. */
export function conditionals(program: Program): (readonly [what: string, rule: Conditional])[] {
  return [
    ...[...program.rules.values()].map((rule) => [rule.effect, rule] as const),
    ...[...program.limits.values()].map((limit) => ["limit", limit] as const),
    ...[...program.exceptions.values()].map((exception) => ["exception", exception] as const),
  ];
}
