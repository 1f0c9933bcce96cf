/** Names for `prior` expressions, so that equal ones share a cell and an answer. */
import { createHash } from "node:crypto";
import { keyName } from "../check/key-name.js";
import type { Expr, LimitKey } from "../check/program.js";

/** One question about the past. */
export type PriorExpr = Expr & { readonly kind: "prior" };

const named = new WeakMap<LimitKey, string>();

/** A key by its name and the compared part of its value: two shapes are two keys. */
export function cellKeyName(key: LimitKey): string {
  const known = named.get(key);
  if (known !== undefined) return known;
  const name = shapedName(key);
  named.set(key, name);
  return name;
}

function shapedName(key: LimitKey): string {
  const shape = "shape" in key ? key.shape : undefined;
  if (shape === undefined) return keyName(key);
  const digest = createHash("sha256").update(JSON.stringify(shape)).digest("base64url");
  return `${keyName(key)}#${digest.slice(0, 12)}`;
}

/** The keys of a `prior` in a fixed order: `same (user, args.x)` and `same (args.x, user)` are one cell. */
export function sameKeys(keys: readonly LimitKey[]): readonly string[] {
  return keys.map(cellKeyName).sort();
}

/** Names the cell's kind: the tool, by its stored name, and keys. Any status and age are read from the same cell. */
export function priorCellName(expr: Pick<PriorExpr, "tool" | "was" | "same">): string {
  return `${expr.was ?? expr.tool}(${sameKeys(expr.same).join(",")})`;
}

/** Names the question: its cell, and what is read from it. */
export function priorKey(expr: PriorExpr): string {
  return `${priorCellName(expr)}:${expr.status}:${expr.within}`;
}
