/** What a `prior` answers about the time before one call that it remembers. */
import type { PriorExpr } from "../../compile/prior-key.js";
import { type Tri, UNKNOWN } from "../../compile/tri.js";
import type { MapCell, WindowCell } from "../../state/store.js";
import { answerPrior } from "./prior-cells.js";

const nothingPending: WindowCell = { kind: "window", used: 0, parts: [] };

/**
 * The answer as if the unreported call that was allowed `at` that time had not been made. Unknown if other calls wait for
 * their outcome and the time of the last of them is not kept.
 */
export function answerPriorBefore(
  at: number,
  expr: PriorExpr,
  { cell, pending }: { readonly cell: MapCell; readonly pending: WindowCell },
  now: number,
): Tri {
  const others = withoutOneAt(pending, at);
  const answer = answerPrior(expr, cell, others, now);
  const isLater = Number(cell.fields.get("allowed") ?? 0) > at;
  if (others.used === 0 || isLater) return answer;
  return answer === answerPrior(expr, cell, nothingPending, now) ? answer : UNKNOWN;
}

/** The window less one charge in the sub-window of that time; unchanged if that sub-window has left. */
function withoutOneAt(window: WindowCell, at: number): WindowCell {
  const held = window.parts.findLast(({ start }) => start <= at);
  if (held === undefined || held.amount <= 0) return window;
  const parts = window.parts.map((part) => (part === held ? { ...part, amount: part.amount - 1 } : part));
  return { kind: "window", used: window.used - 1, parts };
}
