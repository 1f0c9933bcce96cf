/** Throughput over HTTP as shares of a bare route's: a bar a server and number of connections. */
import type { HttpResult, HttpRow } from "../http/suite.js";
import { bar, INK, line, svg, text } from "./svg.js";

const LEFT = 220;
const WIDE = 460;
const ROW = 22;
const TOP = 64;
const TARGET = 0.85;

/** Rows in the order measured, a group for each number of connections. */
export function httpChart({ rows }: HttpResult): string {
  const most = Math.max(1, ...rows.map(({ throughput }) => throughput));
  const x = (share: number) => LEFT + (share / most) * WIDE;
  const groups = [...new Set(rows.map(({ connections }) => connections))];
  const parts: string[] = [];
  let y = TOP;
  for (const connections of groups) {
    parts.push(text(16, y + 4, `${connections} connections`, { weight: "bold" }));
    y += ROW - 6;
    for (const row of rows.filter((each) => each.connections === connections)) {
      parts.push(rowOf(row, y, x));
      y += ROW;
    }
    y += 14;
  }
  const title = "Answers a second, to a bare fastify route with the same body and answer";
  return svg(LEFT + WIDE + 90, y + 16, title, [
    text(16, 24, title, { size: 15, weight: "bold" }),
    ...parts,
    line(x(TARGET), TOP - 14, x(TARGET), y - 8, INK.axis, "4 3"),
    text(x(TARGET), TOP - 20, `target ${TARGET}`, { anchor: "middle", fill: INK.quiet, size: 11 }),
    text(16, y + 6, "More is better.", { fill: INK.quiet }),
  ]);
}

function rowOf(
  { contender, throughput, perSecond }: HttpRow,
  y: number,
  x: (share: number) => number,
): string {
  const fill = contender.startsWith("writ")
    ? "#d55e00"
    : contender.startsWith("bare")
      ? "#8c959f"
      : "#0072b2";
  const figure = `${throughput.toFixed(2)}  (${Math.round(perSecond).toLocaleString("en-US")})`;
  return [
    text(LEFT - 10, y + 12, contender, { anchor: "end" }),
    bar(x(0), y + 1, x(throughput) - x(0), ROW - 7, fill),
    text(x(throughput) + 6, y + 12, figure, { fill: INK.quiet, size: 11 }),
  ].join("\n");
}
