/** Tables that a terminal and Markdown both show. */

/** The first column to the left, all others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) =>
    Math.max(3, ...[title, ...rows.map((row) => row[i] ?? "")].map(width)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((size, i) => padded(cells[i] ?? "", size, i > 0)).join(" | ")} |`;
  const rule = `|${widths.map((size, i) => (i > 0 ? `${"-".repeat(size + 1)}:` : "-".repeat(size + 2))).join("|")}|`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

const width = (text: string) => [...text].length;

function padded(text: string, size: number, right: boolean): string {
  const space = " ".repeat(size - width(text));
  return right ? space + text : text + space;
}

/** `2.35x`, `14.2x`, `5,110x`: three figures, which is more than most of them are good for. */
export function times(ratio: number): string {
  return `${threeFigures(ratio)}x`;
}

/** With what it varies by from round to round: `2.35x ±4 %`. */
export function timesWithin(ratio: number, spread: number): string {
  return `${times(ratio)} ±${Math.round(spread * 100)} %`;
}

/** A number of nanoseconds in the unit that suits it. */
export function duration(ns: number): string {
  if (ns < 1e3) return `${threeFigures(ns)} ns`;
  if (ns < 1e6) return `${threeFigures(ns / 1e3)} µs`;
  if (ns < 1e9) return `${threeFigures(ns / 1e6)} ms`;
  return `${threeFigures(ns / 1e9)} s`;
}

/** `0.123`, `1.23`, `12.3`, `1,230`. */
export function threeFigures(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 1_000) return Math.round(Number(value.toPrecision(3))).toLocaleString("en-US");
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
