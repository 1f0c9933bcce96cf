import type { Span } from "../source/source.js";
import type { Clause, ConditionClause, LimitItem, UsesClause } from "../syntax/ast.js";
import type { Bundle } from "./bundle.js";
import { messages } from "./messages.js";

/** The item of a kind in a block. The parser ensures that there is exactly one. */
export function one<I extends { readonly kind: string }, K extends I["kind"]>(
  items: readonly I[],
  kind: K,
): (I & { readonly kind: K }) | undefined {
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item?.kind === kind) return item as I & { readonly kind: K };
  }
  return undefined;
}

/** Every item of a kind that may repeat. */
export function all<I extends { readonly kind: string }, K extends I["kind"]>(
  items: readonly I[],
  kind: K,
): (I & { readonly kind: K })[] {
  return items.filter((item): item is I & { readonly kind: K } => item.kind === kind);
}

/** Every `when` and `unless`. */
export function conditionsIn(items: readonly (Clause | UsesClause | LimitItem)[]): ConditionClause[] {
  return items.filter((item): item is ConditionClause => item.kind === "when" || item.kind === "unless");
}

/** A duration above zero and at most ten years, in milliseconds; any other is reported. */
export function lasting(
  bundle: Bundle,
  what: string,
  duration: { readonly ms: number; readonly span: Span },
): number | undefined {
  if (duration.ms > 0 && duration.ms <= 3653 * 86_400_000) return duration.ms;
  return bundle.problems.add(messages.outOfRange(what, duration.span, "above 0 and at most ten years"));
}
