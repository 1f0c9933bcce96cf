/** `writ test --watch`: when the bundle changes, reruns the tests that the change can affect. */
import type { LoadedBundle } from "../bundle/load.js";
import { watchFolder } from "../bundle/watch-folder.js";
import { visibleText } from "../diagnostics/visible-text.js";
import { affectedTests } from "../scenario/affected-tests.js";
import { casesByTest, type TestCase, type TestedBundle } from "../scenario/run-tests.js";
import { loadFolder } from "./bundle-folder.js";
import { renderFindings, tally } from "./report.js";
import type { Terminal } from "./terminal.js";
import { printResults } from "./test-results.js";

/** Milliseconds between checks of the folder. Editors save in several steps; changes between two checks count as one. */
const INTERVAL = 150;

/** Runs until `signal` aborts. A bundle that does not load is reported, and the previous one stays for comparison. */
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
    const concerned = affectedTests(before, tested);
    // A failed test is rerun until it passes, regardless of the change.
    const again = (test: TestCase) => select(test) && (concerned(test) || failed.has(test.name));
    terminal.err(`\n${changeLine(before, tested, again)}\n`);
    const rerun = await printResults(directory, tested, "human", { select: again }, terminal);
    const ran = new Set(rerun.results.map(({ name }) => name));
    failed = new Set([...[...failed].filter((name) => !ran.has(name)), ...failing(rerun.results)]);
    before = tested;
  }
}

/** Prints what changed, and how many tests run because of it. */
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

/**
 * Once at first, for what changed before the watch began, and once for each change below a folder. The wait for it
 * keeps the process alive, which the watch itself does not.
 */
async function* changesIn(directory: string, signal: AbortSignal): AsyncIterable<void> {
  let changed = true;
  let wake = () => {};
  const alive = setInterval(() => {}, 60_000);
  const watch = await watchFolder(directory, INTERVAL, async () => {
    changed = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      if (changed) {
        changed = false;
        yield;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    watch.stop();
    clearInterval(alive);
    signal.removeEventListener("abort", onAbort);
  }
}
