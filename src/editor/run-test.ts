/** Runs tests from the editor, against the unsaved policy. */
import { type CodeLens, type Diagnostic, DiagnosticSeverity } from "vscode-languageserver/node";
import type { Failure, TestResult } from "../scenario/report.js";
import type { Source } from "../source/source.js";
import { systemClock } from "../state/clock.js";
import type { File } from "../syntax/ast.js";
import type { Analysis } from "./analysis.js";
import { RUN_TEST } from "./commands.js";
import { rangeOf } from "./positions.js";

/** Returns a lens for every test and matrix of a file. */
export function lenses(file: File, source: Source, uri: string): readonly CodeLens[] {
  return file.items.flatMap((item) => {
    if (item.kind !== "test" && item.kind !== "matrix") return [];
    const title = item.kind === "test" ? "Run test" : "Run matrix";
    const range = rangeOf(source, item.title.span);
    return [{ range, command: { title, command: RUN_TEST, arguments: [uri, item.title.value] } }];
  });
}

/** The result of a run: its message, and its failures by file of the bundle. */
export interface Ran {
  readonly passed: boolean;
  readonly message: string;
  readonly failures: ReadonlyMap<string, readonly Diagnostic[]>;
}

/** The maximum milliseconds of a test; nested repeats may take days. */
const LONGEST_RUN = 20_000;
/** Calls between checks of the clock and for a cancellation by the editor. */
const CALLS_AT_ONCE = 50;

/** Ends a run that takes too long or was cancelled. */
class Stopped extends Error {}

/** Runs the test with a title; a bundle that does not load runs none, and a test that takes too long is stopped. */
export async function runTest(
  analysis: Analysis,
  file: string,
  title: string,
  isCancelled: () => boolean,
): Promise<Ran> {
  try {
    return await run(analysis, file, title, isCancelled);
  } catch (error) {
    if (error instanceof Stopped) return nothingRan(`"${title}" was stopped: ${error.message}`);
    throw error;
  }
}

async function run(
  analysis: Analysis,
  file: string,
  title: string,
  isCancelled: () => boolean,
): Promise<Ran> {
  const { bundle, sources } = analysis.loaded;
  if (bundle === undefined) return nothingRan(`"${title}" did not run: the bundle has errors`);
  // The engine is loaded only when the first test runs.
  const { runTests } = await import("../scenario/run-tests.js");
  const select = (test: { readonly name: string; readonly at: { readonly file: string } }) =>
    test.name === title && test.at.file === file;
  const end = systemClock.now() + LONGEST_RUN;
  const beforeDecision = async (number: number) => {
    if (number % CALLS_AT_ONCE !== 0) return;
    await new Promise((resolve) => setImmediate(resolve));
    if (isCancelled()) throw new Stopped("it was cancelled");
    if (systemClock.now() > end) throw new Stopped(`it takes more than ${LONGEST_RUN / 1000} s`);
  };
  const hooks = () => ({ beforeDecision });
  const { results } = await runTests({ ...bundle, sources }, { select, hooks });
  const [result] = results;
  if (result === undefined) return nothingRan(`no test is called "${title}"`);
  const passed = result.failures.length === 0;
  const noun = result.judged === 1 ? "expectation" : "expectations";
  return {
    passed,
    message: passed
      ? `"${title}" passed: ${result.judged} ${noun}, ${Math.round(result.milliseconds)} ms`
      : `"${title}" failed: ${messageOf(result)}`,
    failures: failuresByFile(result, analysis),
  };
}

function nothingRan(message: string): Ran {
  return { passed: false, message, failures: new Map() };
}

function messageOf({ failures }: TestResult): string {
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : "";
  return `${failures[0]?.message ?? ""}${more}`;
}

function failuresByFile(result: TestResult, analysis: Analysis): ReadonlyMap<string, readonly Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>();
  for (const failure of result.failures) {
    const source = analysis.loaded.sources.get(failure.at.file);
    if (source === undefined) continue;
    const list = found.get(failure.at.file) ?? [];
    list.push({
      range: lineRange(source, failure.at.line),
      severity: DiagnosticSeverity.Error,
      source: "writ test",
      message: textOf(failure),
    });
    found.set(failure.at.file, list);
  }
  return found;
}

/** Returns the range of a line without its indentation. */
function lineRange(source: Source, line: number): Diagnostic["range"] {
  const text = source.lineText(line);
  const start = source.lineStarts[line - 1] ?? 0;
  const indent = text.length - text.trimStart().length;
  return rangeOf(source, { start: start + indent, end: start + text.trimEnd().length });
}

function textOf(failure: Failure): string {
  const lines = [failure.message];
  if (failure.expected !== undefined) lines.push(`expected: ${failure.expected}`);
  if (failure.actual !== undefined) lines.push(`actual:   ${failure.actual}`);
  for (const story of failure.because?.slice(0, 8) ?? []) {
    lines.push(`${story.rule} ${story.did}`);
    for (const clause of story.clauses.slice(0, 6)) {
      const values = clause.values.length === 0 ? "" : ` (${clause.values.join(", ")})`;
      lines.push(`  ${clause.text} is ${clause.result}${values}`);
    }
  }
  lines.push(...(failure.state ?? []).slice(0, 8));
  return lines.join("\n");
}
