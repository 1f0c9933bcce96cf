import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Type } from "../../values/type.js";
import { BROKEN } from "../fold-value.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import type { Expressions } from "./expressions.js";
import type { Scope } from "./scope.js";

const BOOL: Type = { kind: "bool" };

/** Checks `some x in list { … }` and `all x in list { … }`, which mean an `or`, or an `and`, over the elements. */
export function checkQuantifier(
  checker: Expressions,
  expr: SyntaxExpr & { readonly kind: "quantifier" },
  scope: Scope,
): Expr | undefined {
  const over = checker.value(expr.over, scope);
  const type = over?.type;
  if (type !== undefined && type.kind !== "list" && type.kind !== "set") {
    const help = type.kind === "map" ? "walk over `keys(…)` or `values(…)`" : undefined;
    return checker.bundle.problems.add(messages.wrongType(expr.over.span, type, "a list or a set", help));
  }
  const outer = scope.variables.get(expr.variable.text);
  if (outer !== undefined) {
    return checker.bundle.problems.add(
      messages.shadowsVariable(expr.variable.text, expr.variable.span, outer.span),
    );
  }
  if (checker.roots.has(expr.variable.text) || expr.variable.text === "args") {
    return checker.bundle.problems.add(
      messages.shadowsRoot("variable", expr.variable.text, expr.variable.span),
    );
  }
  const variable = checker.variable(expr.variable, type?.of ?? BROKEN);
  const variables = new Map(scope.variables).set(expr.variable.text, variable);
  const body = checker.condition(expr.body, { ...scope, variables });
  if (over === undefined || body === undefined) return undefined;
  return {
    kind: "quantifier",
    quantifier: expr.quantifier,
    variable: variable.name,
    over,
    body,
    type: BOOL,
    span: expr.span,
  };
}
