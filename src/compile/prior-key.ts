/** One name for one question about the past, so that equal `prior` expressions share a cell and an answer. */
import { keyName } from "../check/key-name.js";
import type { Expr, LimitKey } from "../check/program.js";

/** One question about the past. */
export type PriorExpr = Expr & { readonly kind: "prior" };

/** The keys of a `prior`, in an order of their own: `same (user, args.x)` and `same (args.x, user)` are one cell. */
export function sameKeys(keys: readonly LimitKey[]): readonly string[] {
  return keys.map(keyName).sort();
}

/** Names the cell's kind: tool and keys. Status and age are asked of the same cell. */
export function priorCellName(expr: PriorExpr): string {
  return `${expr.tool}(${sameKeys(expr.same).join(",")})`;
}

/** Names the question: its cell, and what is asked of it. */
export function priorKey(expr: PriorExpr): string {
  return `${priorCellName(expr)}:${expr.status}:${expr.within}`;
}
