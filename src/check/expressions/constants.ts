/**
 * Rewrites constants that are compared with normalized values into the same normal form, or reports that no value
 * equals them.
 */
import type { Span } from "../../source/source.js";
import type { CompareOperator } from "../../syntax/ast.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import type { Expressions } from "./expressions.js";
import { type NormalForm, normalFormOf } from "./normal-form.js";

/**
 * The constant in the normal form of the values it is compared with; the same expression if it is not a constant, or
 * after a mistake is reported.
 */
export function inNormalForm(checker: Expressions, side: Expr, other: Expr, operator: CompareOperator): Expr {
  const form = normalFormOf(other);
  if (form === undefined || operator.startsWith("<") || operator.startsWith(">")) return side;
  const write = (value: unknown): unknown => {
    if (typeof value !== "string") return value;
    const written = form.of(value);
    if (written === undefined) report(checker, form, value, side.span, operator);
    return written ?? value;
  };
  if (side.kind === "list")
    return { ...side, items: side.items.map((item) => inNormalForm(checker, item, other, operator)) };
  if (side.kind === "data") checkData(checker, side, form, operator);
  if (side.kind !== "const") return side;
  const { value } = side;
  if (Array.isArray(value)) return { ...side, value: value.map(write) as typeof value };
  return { ...side, value: write(value) as typeof value };
}

/** Data is shared and a test may replace it, so it is not rewritten; an element that no value can equal is reported. */
function checkData(
  checker: Expressions,
  side: Expr & { readonly kind: "data" },
  form: NormalForm,
  operator: CompareOperator,
): void {
  const value = checker.bundle.data.get(side.data)?.value;
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const odd = texts.find((text) => typeof text === "string" && form.of(text) !== text);
  if (typeof odd === "string") report(checker, form, odd, side.span, operator, form.of(odd));
}

function report(
  checker: Expressions,
  form: NormalForm,
  text: string,
  span: Span,
  operator: CompareOperator,
  written?: string,
): void {
  const always = operator === "!=" || operator === "not in";
  checker.bundle.problems.add(messages.noSuchValue({ ...form, text, span, always, written }));
}
