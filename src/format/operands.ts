import type { Expr } from "../syntax/ast.js";

/**
 * The operands of a chain of one operator, `a and b and c`, in order; of anything else, itself alone.
 *
 * Only the left spine is taken apart: `a and (b and c)` has two operands, for its tree is another one.
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
