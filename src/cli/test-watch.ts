/** `writ test --watch`: runs the tests again when the bundle changes, those alone that the change can concern. */
import { watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { LoadedBundle } from "../bundle/load.js";
import { visibleText } from "../diagnostics/visible-text.js";
import { concernedTests } from "../scenario/concerned-tests.js";
import { casesByTest, type TestCase, type TestedBundle } from "../scenario/run-tests.js";
import { loadFolder } from "./bundle-folder.js";
import { renderFindings, tally } from "./report.js";
import type { Terminal } from "./terminal.js";
import { printResults } from "./test-results.js";

/** Editors save in several steps; what comes within this time (ms) is one change. */
const SETTLES_IN = 80;

/** Goes on until `signal` says stop. A bundle that does not load is reported, and the one before stays for comparison. */
export async function watchTests(
  directory: string,
  first: TestedBundle,
  select: (test: TestCase) => boolean,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  let before = first;
  const report = await printResults(directory, before, "human", { select }, terminal);
  let failed = failing(report.results);
  let broken = false;
  terminal.err(`watching ${directory}, until interrupted\n`);
  for await (const _change of changesIn(directory, signal)) {
    const loaded = await loadFolder(directory);
    const tested = testedOf(loaded);
    if (tested === undefined) {
      terminal.err(await renderFindings({ directory, ...loaded }, "human", terminal.colour.err));
      terminal.err(`the bundle does not load: ${tally(loaded.diagnostics)}\n`);
      broken = true;
      continue;
    }
    if (tested.revision === before.revision) {
      if (broken) terminal.err("the bundle loads again, as it was\n");
      broken = false;
      continue;
    }
    broken = false;
    const concerned = concernedTests(before, tested);
    // A test that failed is run until it passes, whatever changed.
    const again = (test: TestCase) => select(test) && (concerned(test) || failed.has(test.name));
    terminal.err(`\n${changeLine(before, tested, again)}\n`);
    const rerun = await printResults(directory, tested, "human", { select: again }, terminal);
    const ran = new Set(rerun.results.map(({ name }) => name));
    failed = new Set([...[...failed].filter((name) => !ran.has(name)), ...failing(rerun.results)]);
    before = tested;
  }
}

/** What changed, and how many tests that makes run. */
function changeLine(before: TestedBundle, after: TestedBundle, again: (test: TestCase) => boolean): string {
  const files = [...new Set([...before.sources.keys(), ...after.sources.keys()])].filter(
    (file) => before.sources.get(file)?.text !== after.sources.get(file)?.text,
  );
  const tests = casesByTest(after).flatMap(([first]) => first ?? []);
  const count = tests.filter(again).length;
  const what = files.length === 0 ? "data" : files.sort().join(", ");
  return visibleText(`${what} changed: ${count} of ${tests.length} tests run again`);
}

function failing(
  results: readonly { readonly name: string; readonly failures: readonly unknown[] }[],
): Set<string> {
  return new Set(results.filter(({ failures }) => failures.length > 0).map(({ name }) => name));
}

function testedOf({ bundle, sources }: LoadedBundle): TestedBundle | undefined {
  return bundle === undefined ? undefined : { ...bundle, sources };
}

/** Once for each burst of changes below a folder. */
async function* changesIn(directory: string, signal: AbortSignal): AsyncIterable<void> {
  let changed = false;
  let wake = () => {};
  const watcher = watch(directory, { recursive: true, signal }, (_event, name) => {
    if (name !== null && !/\.(?:writ|json)$/.test(name)) return;
    changed = true;
    wake();
  });
  watcher.on("error", wake);
  signal.addEventListener("abort", () => wake());
  while (!signal.aborted) {
    if (!changed)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    if (signal.aborted) break;
    await delay(SETTLES_IN);
    changed = false;
    yield;
  }
}
