import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Type } from "../../values/type.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import { areComparable, holdsAdvisory } from "../relate-types.js";
import { inNormalForm } from "./constants.js";
import type { Expressions } from "./expressions.js";
import { inNameOf, isLiteral, mismatchHelp } from "./literals.js";
import { checkMembership } from "./membership.js";
import { neverHolds } from "./never-holds.js";
import type { Scope } from "./scope.js";

type Of<K extends SyntaxExpr["kind"]> = SyntaxExpr & { readonly kind: K };
type Comparison = Of<"compare">;
const BOOL: Type = { kind: "bool" };
const ORDERED = new Set<Type["kind"]>(["int", "number", "duration", "time"]);

/** Checks `==`, `<`, `in` and the like. A literal on one side takes the form of the type on the other. */
export function checkCompare(checker: Expressions, expr: Comparison, scope: Scope): Expr | undefined {
  if (expr.operator === "in" || expr.operator === "not in") return checkMembership(checker, expr, scope);
  const sides = bothSides(checker, expr, scope);
  if (sides === undefined) return undefined;
  const { left, right } = sides;
  const { problems } = checker.bundle;
  if (!areComparable(left.type, right.type)) {
    return problems.add(
      messages.notComparable(expr.operator, expr.span, left, right, mismatchHelp(left.type, right.type)),
    );
  }
  if (expr.operator !== "==" && expr.operator !== "!=") {
    if (!ORDERED.has(left.type.kind)) {
      return problems.add(
        messages.wrongType(
          left.span,
          left.type,
          "a number, duration or time",
          `\`${expr.operator}\` orders nothing else`,
        ),
      );
    }
  }
  const advisory = holdsAdvisory(left.type) ? left : holdsAdvisory(right.type) ? right : undefined;
  if (advisory !== undefined) return problems.add(messages.readsAdvisory("this record", advisory.span));
  const { operator } = expr;
  const a = inNameOf(checker, left, right.type);
  const b = inNameOf(checker, right, left.type);
  if (a === undefined || b === undefined || neverHolds(checker, expr, a, b)) return undefined;
  return {
    kind: "compare",
    operator,
    left: inNormalForm(checker, a, b, operator),
    right: inNormalForm(checker, b, a, operator),
    type: BOOL,
    span: expr.span,
  };
}

interface Sides {
  readonly left: Expr;
  readonly right: Expr;
}

/** Checks both sides, the one that is not a literal first. */
function bothSides(checker: Expressions, expr: Comparison, scope: Scope): Sides | undefined {
  if (isLiteral(expr.left) && !isLiteral(expr.right)) {
    const right = checker.value(expr.right, scope);
    const left = checker.value(expr.left, scope, right?.type);
    return left === undefined || right === undefined ? undefined : { left, right };
  }
  const left = checker.value(expr.left, scope);
  // If the other side is already wrong, there is no type to check the literal against.
  const right =
    left === undefined && isLiteral(expr.right) ? undefined : checker.value(expr.right, scope, left?.type);
  return left === undefined || right === undefined ? undefined : { left, right };
}
