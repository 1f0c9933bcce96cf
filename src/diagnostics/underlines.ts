import type { Mark } from "./marks.js";
import type { Paint, Role } from "./paint.js";
import type { ScreenLine } from "./screen-line.js";
import { visibleText } from "./visible-text.js";

/** A mark in screen columns, at least one wide. */
interface Underline {
  readonly from: number;
  readonly to: number;
  readonly role: Role;
  readonly sign: "^" | "-";
  readonly message: string | undefined;
}

/**
 * The rows under a line of source: the underlines, then the text of each label. The rightmost is beside its underline
 * and the others are below theirs, so that no two overlap.
 */
export function underlineRows(
  line: ScreenLine,
  marks: readonly Mark[],
  severity: "error" | "warning",
  paint: Paint,
): readonly string[] {
  const underlines = marks.map((mark) => underlineOf(mark, line, severity));
  const spoken = underlines
    .filter((each) => each.message !== undefined)
    .sort((a, b) => b.from - a.from || (a.sign === "^" ? -1 : 1));
  const edge = Math.max(...underlines.map((each) => each.to));
  const beside = spoken[0]?.to === edge ? spoken[0] : undefined;
  const hanging = beside === undefined ? spoken : spoken.slice(1);
  const signs = cells(underlines, edge, paint);
  return [beside === undefined ? signs : `${signs} ${words(beside, paint)}`, ...hangingRows(hanging, paint)];
}

function underlineOf(mark: Mark, line: ScreenLine, severity: "error" | "warning"): Underline {
  const from = line.columnAt(mark.from);
  return {
    from,
    to: Math.max(from + 1, line.columnAt(mark.to)),
    role: mark.primary ? severity : "secondary",
    sign: mark.primary ? "^" : "-",
    message: mark.message,
  };
}

function cells(underlines: readonly Underline[], edge: number, paint: Paint): string {
  const signs = Array.from({ length: edge }, () => " ");
  const primaryLast = [...underlines].sort((a, b) => (a.sign === b.sign ? 0 : a.sign === "^" ? 1 : -1));
  for (const { from, to, role, sign } of primaryLast) {
    for (let column = from; column < to; column++) signs[column] = paint(role, sign);
  }
  return signs.join("");
}

function hangingRows(hanging: readonly Underline[], paint: Paint): readonly string[] {
  if (hanging.length === 0) return [];
  const rows = hanging.map((each, index) => {
    const stillToCome = hanging.slice(index + 1).filter((other) => other.from < each.from);
    return `${pipes(stillToCome, each.from, paint)}${words(each, paint)}`;
  });
  const widest = Math.max(...hanging.map((each) => each.from + 1));
  return [pipes(hanging, widest, paint), ...rows];
}

function pipes(below: readonly Underline[], width: number, paint: Paint): string {
  const row = Array.from({ length: width }, () => " ");
  for (const { from, role } of below) row[from] = paint(role, "|");
  return row.join("");
}

function words(underline: Underline, paint: Paint): string {
  return paint(underline.role, visibleText(underline.message ?? ""));
}
