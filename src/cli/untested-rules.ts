/** `writ check --tests`: runs the tests and finds rules that never determine a decision. */
import { messages } from "../check/messages.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { CoverageRecorder } from "../scenario/coverage.js";
import { runTests, type TestedBundle } from "../scenario/run-tests.js";

/** Returns a warning per rule, and how many tests fail: the decisions of a failing test may not be what its author intended. */
export async function untestedRules(
  tested: TestedBundle,
): Promise<{ readonly warnings: readonly Diagnostic[]; readonly failed: number }> {
  const recorder = new CoverageRecorder(tested);
  const { failed } = await runTests(tested, { explain: false, hooks: () => recorder.hooks() });
  const { rules, limits, exceptions } = tested.program;
  const warnings = recorder
    .report()
    .rules.filter(({ shadow, determined }) => !shadow && determined === 0)
    .flatMap(({ id, effect, name }) => {
      const rule = rules.get(id) ?? limits.get(id) ?? exceptions.get(id);
      return rule === undefined ? [] : [messages.untriedRule(effect, name, rule.nameSpan, "decides")];
    });
  return { warnings, failed };
}
