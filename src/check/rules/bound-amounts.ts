import type { FieldType } from "../../values/type.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Expr, Program, Rule, Tool } from "../program.js";
import { MAX_BUNDLE_STEPS } from "../solve/limits.js";
import { HOLDS } from "../solve/outcomes.js";
import { type Allowance, Solver } from "../solve/solver.js";

/** A bound this large is not a meaningful bound. */
const NO_BOUND = 1e15;

/**
 * Warns of an allow for a write tool that leaves a number without an upper bound: neither the argument's type nor the
 * condition has one.
 */
export function boundAmounts(bundle: Bundle, program: Program): void {
  const solvers = new Map<Tool, Solver>();
  const allowance = { left: MAX_BUNDLE_STEPS };
  for (const allow of program.rules.values()) {
    if (allow.effect !== "allow" || allow.shadow) continue;
    for (const { tools, target } of bundle.targets.get(allow.id) ?? []) {
      for (const tool of tools) {
        if (tool.action === "read") continue;
        for (const field of tool.args.fields) {
          const { name, type, advisory } = field;
          if ((type.kind !== "number" && type.kind !== "int") || type.max !== undefined || advisory) continue;
          const solver = solvers.get(tool) ?? new Solver({ program, tool });
          solvers.set(tool, solver);
          if (isBounded(allow, field, solver, allowance) || isMetered(program, allow, tool.id, name))
            continue;
          const problem = messages.unboundedAmount(
            allow.name,
            `args.${name}`,
            type.kind,
            target.span,
            tool.name,
          );
          bundle.problems.add(problem);
        }
      }
    }
  }
}

/** Whether the allow never grants a number of this size for the argument. */
function isBounded(allow: Rule, field: FieldType, solver: Solver, allowance: Allowance): boolean {
  if (allow.condition === undefined) return false;
  const span = allow.condition.span;
  const args: Expr = { kind: "root", root: "args", type: { kind: "record", fields: [] }, span };
  const { name, type, optional } = field;
  const amount: Expr = { kind: "field", of: args, name, optional, type, span };
  const right: Expr = { kind: "const", value: NO_BOUND, type: { kind: "number" }, span };
  const isHuge: Expr = {
    kind: "compare",
    operator: ">=",
    left: amount,
    right,
    type: { kind: "bool" },
    span,
  };
  const claims = [
    { expr: allow.condition, outcomes: HOLDS },
    { expr: isHuge, outcomes: HOLDS },
  ];
  return solver.excludes(claims, allowance);
}

/** The arguments that an expression is, or is computed from. */
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

/** Whether a limit adds up the argument wherever the allow grants: then the limit is its bound. */
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
