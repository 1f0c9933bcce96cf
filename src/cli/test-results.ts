/** `writ test`: prints the results of a run as they arrive. */
import { colours, noColours } from "../diagnostics/paint.js";
import { visibleJson } from "../diagnostics/visible-text.js";
import { renderJunit } from "../scenario/render-junit.js";
import { renderResult, tallyOf } from "../scenario/render-results.js";
import { type TestReport, withPrefix } from "../scenario/report.js";
import { runTests, type TestedBundle, type TestOptions } from "../scenario/run-tests.js";
import { EXIT } from "./exit-code.js";
import { prefixFromHere } from "./from-here.js";
import type { Terminal } from "./terminal.js";

/** How results are printed: for people, for programs, for build servers. */
export type ResultFormat = "human" | "json" | "junit";

/** Runs tests and prints the results; the exit code reports whether all passed. */
export async function printResults(
  directory: string,
  tested: TestedBundle,
  format: ResultFormat,
  options: TestOptions,
  terminal: Terminal,
): Promise<TestReport> {
  const paint = terminal.colour.out ? colours : noColours;
  const prefix = prefixFromHere(directory);
  const report = await runTests(tested, {
    ...options,
    onResult: (result) => {
      options.onResult?.(result);
      if (format === "human") terminal.out(renderResult(withPrefix(result, prefix), paint));
    },
  });
  const placed = { ...report, results: report.results.map((result) => withPrefix(result, prefix)) };
  if (format === "human") terminal.out(`\n${tallyOf(report)}\n`);
  else if (format === "json") terminal.out(`${visibleJson(JSON.stringify(placed, null, 2))}\n`);
  else terminal.out(renderJunit(placed));
  terminal.exitCode = report.failed === 0 ? EXIT.done : EXIT.testsFailed;
  return report;
}
