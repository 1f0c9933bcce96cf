import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Type } from "../../values/type.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import { longest } from "../relate-types.js";
import type { Expressions } from "./expressions.js";

type Comparison = SyntaxExpr & { readonly kind: "compare" };

/** Reports a comparison that is decided by the types alone, and returns whether it did. */
export function neverHolds(checker: Expressions, expr: Comparison, left: Expr, right: Expr): boolean {
  const { problems } = checker.bundle;
  if (left.type.kind === "union" && right.type.kind === "union") {
    const options = new Set(left.type.options);
    if (!right.type.options.some((option) => options.has(option))) {
      problems.add(messages.neverHolds(expr.span, "the two have no value in common"));
      return true;
    }
  }
  if (expr.operator === "==" || expr.operator === "!=") {
    return (
      outside(checker, left, right.type, expr.operator) || outside(checker, right, left.type, expr.operator)
    );
  }
  if (right.kind === "const") return unreachable(checker, right, left.type, expr.operator);
  if (left.kind === "const") return unreachable(checker, left, right.type, mirrored[expr.operator] ?? "==");
  return false;
}

const mirrored: { readonly [operator: string]: Comparison["operator"] } = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** Reports a literal that the type cannot have, and returns whether it did. */
export function outside(checker: Expressions, literal: Expr, type: Type, operator = "=="): boolean {
  if (literal.kind !== "const") return false;
  const { problems } = checker.bundle;
  if (typeof literal.value === "string" && type.kind === "text" && literal.type.kind === "text") {
    const length = [...literal.value].length;
    if (length <= longest(type) && length >= (type.min ?? 0)) return false;
    problems.add(messages.neverHolds(literal.span, `${length} characters, ${longest(type)} at most`));
    return true;
  }
  if (typeof literal.value !== "number" || (type.kind !== "int" && type.kind !== "number")) return false;
  const within = literal.value >= (type.min ?? -Infinity) && literal.value <= (type.max ?? Infinity);
  const whole = type.kind === "number" || Number.isInteger(literal.value);
  if ((within && whole) || operator === "!=") return false;
  problems.add(
    messages.neverHolds(
      literal.span,
      within ? "the other side is a whole number" : "outside the bounds of the other side",
    ),
  );
  return true;
}

/**
 * Whether `value OPERATOR literal` is decided by the type's bounds, such as `x < 0` for an `x` that is never below 0.
 */
function unreachable(
  checker: Expressions,
  literal: Expr,
  type: Type,
  operator: Comparison["operator"],
): boolean {
  if (literal.kind !== "const" || typeof literal.value !== "number") return false;
  if (type.kind !== "int" && type.kind !== "number") return false;
  const { min = -Infinity, max = Infinity } = type;
  const limit = literal.value;
  const never =
    (operator === "<" && limit <= min) ||
    (operator === "<=" && limit < min) ||
    (operator === ">" && limit >= max) ||
    (operator === ">=" && limit > max);
  if (never) {
    const bound = operator.startsWith("<") ? min : max;
    checker.bundle.problems.add(
      messages.neverHolds(
        literal.span,
        `the other side is ${operator.startsWith("<") ? "at least" : "at most"} ${bound}`,
      ),
    );
  }
  return never;
}
