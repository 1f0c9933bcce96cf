import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Type } from "../../values/type.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import { constant } from "./constant.js";
import type { Expressions } from "./expressions.js";
import type { Scope } from "./scope.js";

type Of<K extends SyntaxExpr["kind"]> = SyntaxExpr & { readonly kind: K };

/** Checks `+`, `-` and `*`. There is no division: arithmetic fails only by overflow, which is unknown. */
export function checkArithmetic(
  checker: Expressions,
  expr: Of<"arithmetic">,
  scope: Scope,
): Expr | undefined {
  const left = checker.value(expr.left, scope);
  const right = checker.value(expr.right, scope);
  if (left === undefined || right === undefined) return undefined;
  const kind = resultKind(expr.operator, left.type.kind, right.type.kind);
  if (kind === undefined) {
    const help =
      left.type.kind === "text" ? "there are no texts to build in a policy; compare the parts" : undefined;
    return checker.bundle.problems.add(messages.notComparable(expr.operator, expr.span, left, right, help));
  }
  return { kind: "arithmetic", operator: expr.operator, left, right, type: { kind }, span: expr.span };
}

type Result = "int" | "number" | "duration" | "time";

function resultKind(operator: "+" | "-" | "*", left: Type["kind"], right: Type["kind"]): Result | undefined {
  const numbers = (kind: Type["kind"]) => kind === "int" || kind === "number";
  if (numbers(left) && numbers(right)) return left === "int" && right === "int" ? "int" : "number";
  if (operator === "*") {
    const scaled = (left === "duration" && numbers(right)) || (numbers(left) && right === "duration");
    return scaled ? "duration" : undefined;
  }
  if (left === "duration" && right === "duration") return "duration";
  if (left === "time" && right === "duration") return "time";
  if (left === "duration" && right === "time" && operator === "+") return "time";
  return left === "time" && right === "time" && operator === "-" ? "duration" : undefined;
}

/** Checks a sign before a number or a duration; before a literal it is part of the literal. */
export function checkNegation(checker: Expressions, expr: Of<"negate">, scope: Scope): Expr | undefined {
  const of = checker.value(expr.of, scope);
  if (of === undefined) return undefined;
  const { type, span } = of;
  if (type.kind !== "int" && type.kind !== "number" && type.kind !== "duration") {
    return checker.bundle.problems.add(messages.wrongType(span, type, "a number or a duration"));
  }
  if (of.kind === "const") return constant(-(of.value as number), { kind: type.kind }, expr.span);
  return { kind: "negate", of, type: { kind: type.kind }, span: expr.span };
}
