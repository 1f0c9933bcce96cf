/** `writ test --mutate`: what would have to change in the policy before a test noticed. */
import { colours, noColours } from "../diagnostics/paint.js";
import { visibleJson } from "../diagnostics/visible-text.js";
import { type MutationProgress, type MutationReport, mutate, TestsFail } from "../mutation/mutation.js";
import { renderMutation } from "../mutation/render-mutation.js";
import type { TestCase, TestedBundle } from "../scenario/run-tests.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import { prefixFromHere } from "./from-here.js";
import type { Terminal } from "./terminal.js";

/** How a mutation report is printed. */
export type MutationFormat = "human" | "json";

/** The exit code says that a test fails, or that the score is below a threshold (percent). */
export async function printMutation(
  directory: string,
  tested: TestedBundle,
  format: MutationFormat,
  threshold: number | undefined,
  options: { readonly select: (test: TestCase) => boolean; readonly budget?: number },
  terminal: Terminal,
): Promise<void> {
  const report = await mutated(tested, options, terminal);
  if (format === "json") terminal.out(`${visibleJson(JSON.stringify(report, null, 2))}\n`);
  else
    terminal.out(
      renderMutation(report, terminal.colour.out ? colours : noColours, prefixFromHere(directory)),
    );
  if (threshold === undefined || report.score >= threshold) return;
  terminal.err(`error: the score is ${report.score} %, and ${threshold} % is the threshold\n`);
  terminal.exitCode = EXIT.testsFailed;
}

async function mutated(
  tested: TestedBundle,
  options: { readonly select: (test: TestCase) => boolean; readonly budget?: number },
  terminal: Terminal,
): Promise<MutationReport> {
  try {
    return await mutate(tested, {
      ...options,
      ...(terminal.interactive ? { onProgress: progressOn(terminal) } : {}),
    });
  } catch (error) {
    if (!(error instanceof TestsFail)) throw error;
    throw new CommandFailure(
      `the test "${error.message}" fails on the policy as it is`,
      EXIT.testsFailed,
      "make the tests pass first: `writ test`",
    );
  } finally {
    if (terminal.interactive) terminal.err("\r\u001b[K");
  }
}

/** One line that is written over. */
function progressOn(terminal: Terminal): (progress: MutationProgress) => void {
  return ({ phase, done, all }) => {
    const words = phase === "running" ? "mutants tried" : "survivors looked into";
    terminal.err(`\r\u001b[K${done} of ${all} ${words}`);
  };
}
