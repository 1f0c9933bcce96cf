import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Expr, Program, Rule } from "../program.js";

/** What an allow lets a write tool do with a number has an upper bound: by the argument's type, or by the allow's condition. */
export function boundAmounts(bundle: Bundle, program: Program): void {
  for (const allow of program.rules.values()) {
    if (allow.effect !== "allow" || allow.shadow) continue;
    const bounded = new Set(allow.condition === undefined ? [] : boundedBy(allow.condition, program));
    for (const { tools, target } of bundle.targets.get(allow.id) ?? []) {
      for (const tool of tools) {
        if (tool.action === "read") continue;
        for (const { name, type, advisory } of tool.args.fields) {
          if ((type.kind !== "number" && type.kind !== "int") || type.max !== undefined || advisory) continue;
          if (bounded.has(name) || isMetered(program, allow, tool.id, name)) continue;
          bundle.problems.add(messages.unboundedAmount(allow.name, `args.${name}`, target.span, tool.name));
        }
      }
    }
  }
}

/** Arguments that a condition keeps below something; a define that is handed one may do so. */
function boundedBy(condition: Expr, program: Program): string[] {
  switch (condition.kind) {
    case "and":
      return condition.items.flatMap((item) => boundedBy(item, program));
    case "or": {
      const [first = [], ...others] = condition.items.map((item) => boundedBy(item, program));
      return first.filter((name) => others.every((other) => other.includes(name)));
    }
    case "not":
      return condition.of.kind === "compare" &&
        (condition.of.operator === ">" || condition.of.operator === ">=")
        ? argumentsIn(condition.of.left)
        : condition.of.kind === "compare" && (condition.of.operator === "<" || condition.of.operator === "<=")
          ? argumentsIn(condition.of.right)
          : [];
    case "compare":
      if (condition.operator === "<" || condition.operator === "<=") return argumentsIn(condition.left);
      if (condition.operator === ">" || condition.operator === ">=") return argumentsIn(condition.right);
      if (condition.operator === "==")
        return [...argumentsIn(condition.left), ...argumentsIn(condition.right)];
      return condition.operator === "in" ? argumentsIn(condition.left) : [];
    case "define":
      return condition.args.flatMap(argumentsIn);
    default:
      return [];
  }
}

/** The argument that an expression is, or is made of. */
function argumentsIn(expr: Expr): string[] {
  switch (expr.kind) {
    case "field":
      return expr.of.kind === "root" && expr.of.root === "args" ? [expr.name] : [];
    case "else":
      return argumentsIn(expr.of);
    case "arithmetic":
      return [...argumentsIn(expr.left), ...argumentsIn(expr.right)];
    default:
      return [];
  }
}

/** Whether some limit adds the argument up, wherever the allow grants: then that is its bound. */
function isMetered(program: Program, allow: Rule, tool: string, name: string): boolean {
  for (const limit of program.limits.values()) {
    if (limit.meter.kind !== "of" || limit.shadow || limit.over.kind === "alert") continue;
    if (!limit.reach.tools.has(tool) || !argumentsIn(limit.meter.amount).includes(name)) continue;
    if (limit.condition === undefined && limit.who.for.kind === "any" && limit.who.agents === "any")
      return true;
    if (limit.who.agents !== "any" && allow.who.agents !== "any" && limit.condition === undefined) {
      const metered = limit.who.agents;
      if (limit.who.for.kind === "any" && [...allow.who.agents].every((agent) => metered.has(agent)))
        return true;
    }
  }
  return false;
}
