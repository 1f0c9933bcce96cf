/** What is told of a run: promises kept and missed, tables, charts, and the page they stand in. */
import { describe, expect, test } from "vitest";
import { differenceOf } from "../../bench/compare/difference.js";
import { decideChart } from "../../bench/report/decide-chart.js";
import { withResults } from "../../bench/report/publish.js";
import type { Results } from "../../bench/report/results.js";
import { duration, table, times } from "../../bench/report/table.js";
import { report } from "../../bench/report/tables.js";
import { targetsOf } from "../../bench/report/targets.js";

const machine = {
  cpu: "a processor",
  cores: 2,
  node: "v20.0.0",
  commit: "0123456789ab",
  changed: false,
  date: "2026-01-01",
  load: 0,
};
const row = { shape: "spread", rules: 100, ns: 100, spread: 0.01 } as const;
const rows = [
  { ...row, hit: "first", contender: "hand-written", ratio: 1 },
  { ...row, hit: "first", contender: "writ", ratio: 2 },
  { ...row, hit: "last", contender: "writ", ratio: 4 },
  { ...row, hit: "first", contender: "casl", ratio: 20 },
  { ...row, hit: "last", contender: "casl", ratio: 36 },
] as const;
const decide = { contenders: [], rows, growth: [], leftOut: [{ contender: "casbin", rules: 10_000 }] };
const results: Results = { machine, effort: "full", decide };

const verdictOn = (what: string, of: Results = results) =>
  targetsOf(of).find((target) => target.what.startsWith(what));

describe("a target", () => {
  test("is missed where its worst figure misses it", () => {
    expect(verdictOn("one rule hit, 10 to 1,000")).toMatchObject({
      found: "4.00x (best 2.00x)",
      verdict: "not met",
    });
  });

  test("is met where all its figures meet it", () => {
    expect(verdictOn("faster than casl")).toMatchObject({ found: "9.00x (best 10.0x)", verdict: "met" });
  });

  test("is not measured where the run has no figure for it, or is a smoke", () => {
    expect(verdictOn("HTTP /decide")?.verdict).toBe("not measured");
    expect(verdictOn("one rule hit, 10 to 1,000", { ...results, effort: "smoke" })?.verdict).toBe(
      "not measured",
    );
  });
});

test("a report tells misses, who was left out, and that a smoke means nothing", () => {
  const text = report({ ...results, effort: "smoke" });
  expect(report(results)).toContain("not met");
  expect(text).toContain("Left out, for they take minutes: casbin at 10,000 rules.");
  expect(text).toContain("its figures mean nothing");
});

test("tables are aligned Markdown", () => {
  expect(table(["a", "b"], [["long", "1"]])).toBe(
    ["| a    |   b |", "|------|----:|", "| long |   1 |"].join("\n"),
  );
  expect([times(2.345), times(14.24), times(5110), duration(1_234), duration(2e9)]).toEqual([
    "2.35x",
    "14.2x",
    "5,110x",
    "1.23 µs",
    "2.00 s",
  ]);
});

test("a chart is one self-contained picture", () => {
  const chart = decideChart(decide);
  expect(chart).toMatch(/^<svg [^>]*>[\s\S]*<\/svg>\n$/);
  expect(chart).not.toMatch(/href|url\(|<script|<style/);
});

test("results take the place between the page's markers, and nothing else of it", () => {
  const [begin, end] = ["<!-- results: written by `npm run bench:all` -->", "<!-- end of results -->"];
  const page = `# Head\n\n${begin}\n\nold\n\n${end}\n\nfoot\n`;
  expect(withResults(page, "new\n")).toBe(`# Head\n\n${begin}\n\nnew\n\n${end}\n\nfoot\n`);
  expect(() => withResults("# Head\n", "new")).toThrow(/no place/);
});

describe("a difference between revisions", () => {
  const around = (middle: number) => Array.from({ length: 12 }, (_, i) => middle * (1 + (i - 5.5) / 100));

  test("is told where all pairs agree", () => {
    expect(differenceOf(around(0.8)).verdict).toBe("faster");
    expect(differenceOf(around(1.3)).verdict).toBe("slower");
  });

  test("is noise where pairs disagree, or are too few", () => {
    expect(differenceOf(around(1.01)).verdict).toBe("within noise");
    expect(differenceOf([0.5, 0.5]).verdict).toBe("within noise");
  });

  test("outlives one odd pair among many", () => {
    expect(differenceOf([...around(0.8), ...around(0.8), 40]).verdict).toBe("faster");
  });
});
