/** `writ test --mutate`: finds changes to the policy that no test notices. */
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

/** With a threshold (percent), the exit code also reports a score below it and mutants that were not tried. */
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
  if (threshold === undefined) return;
  const { score, untried, all } = report;
  if (score < threshold)
    terminal.err(`error: the score is ${score} %, below the threshold of ${threshold} %\n`);
  if (untried.length > 0)
    terminal.err(
      `error: ${untried.length} of ${all} mutants were not tried: raise \`--budget\`, or select tests with \`--filter\`\n`,
    );
  if (score < threshold || untried.length > 0) terminal.exitCode = EXIT.testsFailed;
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

/** Prints one line that is overwritten. */
function progressOn(terminal: Terminal): (progress: MutationProgress) => void {
  return ({ done, all }) => terminal.err(`\r\u001b[K${done} of ${all} mutants tried`);
}
