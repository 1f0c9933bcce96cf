/** Puts a run's figures where readers find them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../process/root.js";
import { decideChart } from "./decide-chart.js";
import { httpChart } from "./http-chart.js";
import type { Results } from "./results.js";
import { report } from "./tables.js";

const FOLDER = join(ROOT, "bench");
const BEGIN = "<!-- results: written by `npm run bench:all` -->";
const END = "<!-- end of results -->";

/** Writes `bench/results.json`, the charts, and the part of `bench/README.md` between its markers. */
export function publish(results: Results): void {
  const write = (name: string, text: string) => writeFileSync(join(FOLDER, name), text);
  write("results.json", `${JSON.stringify(results, undefined, 2)}\n`);
  const charts: string[] = [];
  if (results.decide !== undefined) {
    write("decide.svg", decideChart(results.decide));
    charts.push("![Decisions by engine and number of rules](decide.svg)");
  }
  if (results.http !== undefined) {
    write("http.svg", httpChart(results.http));
    charts.push("![Throughput over HTTP](http.svg)");
  }
  const page = readFileSync(join(FOLDER, "README.md"), "utf8");
  write("README.md", withResults(page, [...charts, report(results)].join("\n\n")));
}

/** The page with this text between its markers. Throws where it has none. */
export function withResults(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error("bench/README.md has no place for results");
  return `${page.slice(0, begin)}${BEGIN}\n\n${text.trimEnd()}\n\n${page.slice(end)}`;
}
