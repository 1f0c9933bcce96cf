/** `writ threats`: finds which rules name which threats, runs the tests to see where these rules decide, and prints both. */
import { renderThreatsMarkdown, renderThreatsTable } from "../analysis/render-threats.js";
import { type DecidedIn, threatReport } from "../analysis/threats.js";
import { visibleJson, visibleLines } from "../diagnostics/visible-text.js";
import { runTests, type TestedBundle } from "../scenario/run-tests.js";
import type { Step } from "../syntax/ast.js";
import type { Terminal } from "./terminal.js";
import { requireCatalogue } from "./threat-profile.js";
import type { ThreatsOptions } from "./threats-options.js";

/** Profiles without `--profile`; other editions must be named. */
const BY_DEFAULT = ["owasp-llm-2025", "owasp-agentic-2026", "mitre-atlas"];

/** What `writ threats` prints. */
export async function printThreats(
  tested: TestedBundle,
  options: ThreatsOptions,
  terminal: Terminal,
): Promise<void> {
  const catalogues = (options.profile ?? BY_DEFAULT).map(requireCatalogue);
  const decided = options.tests ? await decidedIn(tested, terminal) : undefined;
  const report = threatReport(tested.program, tested.revision, catalogues, decided);
  if (options.format === "json") terminal.out(`${visibleJson(JSON.stringify(report, null, 2))}\n`);
  else if (options.format === "markdown") terminal.out(visibleLines(renderThreatsMarkdown(report)));
  else terminal.out(visibleLines(renderThreatsTable(report)));
}

/** Returns which rules determined a decision that a test expects. A failing test does not count. */
async function decidedIn(tested: TestedBundle, terminal: Terminal): Promise<DecidedIn> {
  const decided = new Map<string, Set<string>>();
  const { results, failed } = await runTests(tested, {
    explain: false,
    hooks: ({ name, steps }) => {
      const expected = expectedIn(steps);
      return {
        afterDecision: ({ step, decision }) => {
          if (!expected.has(step)) return;
          const rules = decided.get(name) ?? new Set();
          for (const { rule } of decision.reasons) rules.add(rule);
          for (const limit of decision.alerts ?? []) rules.add(limit);
          decided.set(name, rules);
        },
      };
    },
  });
  for (const { name, failures } of results) if (failures.length > 0) decided.delete(name);
  if (failed > 0) terminal.err(`${failed} of the tests failed; their results are ignored\n`);
  return decided;
}

/** Calls and sends with an `expect`; a call that only prepares another one proves nothing about a rule. */
function expectedIn(steps: readonly Step[]): ReadonlySet<Step> {
  const expected = new Set<Step>();
  let last: Step | undefined;
  for (const step of steps) {
    if (step.kind === "repeat") for (const inner of expectedIn(step.steps)) expected.add(inner);
    if (step.kind === "call" || step.kind === "send") last = step;
    if (step.kind === "expect" && last !== undefined) expected.add(last);
  }
  return expected;
}
