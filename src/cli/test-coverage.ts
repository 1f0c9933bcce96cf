/** `writ test --coverage`: runs the tests and prints how much of the policy they cover. */
import { colours, noColours } from "../diagnostics/paint.js";
import { visibleJson } from "../diagnostics/visible-text.js";
import { type Coverage, CoverageRecorder } from "../scenario/coverage.js";
import { renderAnnotated, renderCoverageTable, renderLcov } from "../scenario/render-coverage.js";
import { renderResult, tallyOf } from "../scenario/render-results.js";
import { withPrefix } from "../scenario/report.js";
import { runTests, type TestedBundle, type TestOptions } from "../scenario/run-tests.js";
import { EXIT } from "./exit-code.js";
import { prefixFromHere } from "./from-here.js";
import type { Terminal } from "./terminal.js";

/** How coverage is printed. */
export type CoverageFormat = "table" | "lcov" | "annotated" | "json";

/**
 * The exit code reports a failed test or, with a threshold (percent), coverage of rules or conditions below it.
 * Failures go to standard error, so that standard output holds only the coverage.
 */
export async function printCoverage(
  directory: string,
  tested: TestedBundle,
  format: CoverageFormat,
  threshold: number | undefined,
  options: TestOptions,
  terminal: Terminal,
): Promise<void> {
  const recorder = new CoverageRecorder(tested);
  const prefix = prefixFromHere(directory);
  const report = await runTests(tested, { ...options, hooks: () => recorder.hooks() });
  const errors = terminal.colour.err ? colours : noColours;
  for (const result of report.results)
    if (result.failures.length > 0) terminal.err(renderResult(withPrefix(result, prefix), errors));
  const coverage = recorder.report();
  terminal.out(render(coverage, tested, format, prefix, terminal));
  terminal.err(`${tallyOf(report)}\n`);
  const short = threshold === undefined ? [] : shortOf(coverage, threshold);
  for (const line of short) terminal.err(`${line}\n`);
  terminal.exitCode = report.failed > 0 || short.length > 0 ? EXIT.testsFailed : EXIT.done;
}

function render(
  coverage: Coverage,
  tested: TestedBundle,
  format: CoverageFormat,
  prefix: string,
  terminal: Terminal,
): string {
  const paint = terminal.colour.out ? colours : noColours;
  if (format === "lcov") return renderLcov(coverage, prefix);
  if (format === "annotated") return renderAnnotated(coverage, tested.sources, paint, prefix);
  if (format === "json") return `${visibleJson(JSON.stringify(coverage, null, 2))}\n`;
  return renderCoverageTable(coverage, paint, prefix);
}

function shortOf({ totals }: Coverage, threshold: number): readonly string[] {
  const { rules, conditions } = totals;
  return Object.entries({ rules, conditions })
    .filter(([, share]) => share.percent < threshold)
    .map(
      ([what, share]) =>
        `error: ${share.percent} % of ${what} were covered, below the threshold of ${threshold} %`,
    );
}
