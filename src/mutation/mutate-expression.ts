/** Mutants of a condition: bounds moved, comparisons replaced, operands taken as true or false. */
import type { Source, Span } from "../source/source.js";
import type { CompareOperator, Expr } from "../syntax/ast.js";
import { writeDuration } from "../values/duration.js";

type Add = (what: string, span: Span, text: string) => void;

/** For each comparison, one that differs at one value and one that is its opposite. */
const OPERATORS: Readonly<Record<CompareOperator, readonly CompareOperator[]>> = {
  "==": ["!="],
  "!=": ["=="],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  in: ["not in"],
  "not in": ["in"],
};

/** Adds mutants of an expression: operands dropped, comparisons replaced, bounds moved by one. */
export function expressionMutants(expr: Expr, source: Source, add: Add): void {
  const visit = (each: Expr) => expressionMutants(each, source, add);
  switch (expr.kind) {
    case "and":
    case "or":
      for (const side of [expr.left, expr.right]) {
        // A nested chain of the same operator is visited later, operand by operand.
        if (side.kind !== expr.kind)
          add(
            `treats one side of \`${expr.kind}\` as ${expr.kind === "and" ? "true" : "false"}`,
            side.span,
            expr.kind === "and" ? "true" : "false",
          );
        visit(side);
      }
      return;
    case "not":
      visit(expr.of);
      add("drops the `not`", expr.span, source.slice(expr.of.span));
      return;
    case "compare":
      for (const other of OPERATORS[expr.operator])
        add(`turns \`${expr.operator}\` into \`${other}\``, expr.operatorSpan, other);
      visit(expr.left);
      visit(expr.right);
      return;
    case "number":
      add("moves a bound up", expr.span, String(expr.value + 1));
      if (expr.value > 0) add("moves a bound down", expr.span, String(expr.value - 1));
      return;
    case "prior":
      add(
        "looks back half as far",
        expr.within.span,
        writeDuration(Math.max(1, Math.floor(expr.within.ms / 2))),
      );
      return;
    case "quantifier": {
      const other = expr.quantifier === "some" ? "all" : "some";
      add(
        `turns \`${expr.quantifier}\` into \`${other}\``,
        { ...expr.span, end: expr.span.start + expr.quantifier.length },
        other,
      );
      visit(expr.over);
      visit(expr.body);
      return;
    }
    case "arithmetic":
    case "else":
      visit("left" in expr ? expr.left : expr.of);
      visit("right" in expr ? expr.right : expr.fallback);
      return;
    case "negate":
    case "field":
    case "index":
    case "like":
    case "matches":
    case "finds":
      visit(expr.of);
      return;
    case "call":
    case "list":
      for (const each of expr.kind === "call" ? expr.args : expr.items) visit(each);
      return;
    default:
      return;
  }
}
