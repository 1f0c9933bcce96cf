import type { Expr } from "../syntax/ast.js";

/**
 * Returns the operands of a chain of one operator, `a and b and c`, in order; of any other expression, itself alone.
 *
 * Only the left spine is split: `a and (b and c)` has two operands, because its tree differs.
 */
export function operandsOf(expr: Expr): readonly Expr[] {
  const operands: Expr[] = [];
  let rest = expr;
  while ((rest.kind === "and" || rest.kind === "or") && rest.kind === expr.kind) {
    operands.unshift(rest.right);
    rest = rest.left;
  }
  operands.unshift(rest);
  return operands;
}
