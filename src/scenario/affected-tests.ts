/** Selects the tests that a change of a bundle can affect, so that only these run again. */
import type { Exception, Limit, Program, Rule } from "../check/program.js";
import { calledIn } from "../check/tests/called-in.js";
import { canonicalJson, toWire } from "../values/canonical.js";
import type { TestCase, TestedBundle } from "./run-tests.js";

type AnyRule = Rule | Limit | Exception;

/**
 * Returns a predicate for tests of a changed file and tests that call a target of a rule that was changed, added or
 * removed. If anything else in the policy changed (a type, an agent, data), it selects every test.
 */
export function affectedTests(before: TestedBundle, after: TestedBundle): (test: TestCase) => boolean {
  const changedFiles = new Set(
    [...new Set([...before.sources.keys(), ...after.sources.keys()])].filter(
      (file) => before.sources.get(file)?.text !== after.sources.get(file)?.text,
    ),
  );
  if (remainderOf(before, changedFiles) !== remainderOf(after, changedFiles) || changedFiles.size === 0)
    return () => true;
  const reached = new Set<string>();
  const [old, now] = [ruleTexts(before), ruleTexts(after)];
  for (const id of new Set([...old.keys(), ...now.keys()])) {
    if (old.get(id)?.text === now.get(id)?.text) continue;
    for (const rule of [old.get(id)?.rule, now.get(id)?.rule])
      for (const target of [...(rule?.reach.tools.keys() ?? []), ...(rule?.reach.channels.keys() ?? [])])
        reached.add(target);
  }
  return (test) =>
    changedFiles.has(test.at.file) ||
    calledIn(test.steps, after.program, "with plans").some((id) => reached.has(id));
}

/** Returns the content of changed files except rules and tests, and all data regardless of their source. */
function remainderOf({ program, sources }: TestedBundle, files: ReadonlySet<string>): string {
  const taken = [...rulesOf(program), ...program.tests, ...program.matrices].map(({ span }) => span);
  return [...files]
    .sort()
    .map((file) => {
      let text = sources.get(file)?.text ?? "";
      const spans = taken.filter((span) => span.file === file).sort((a, b) => b.start - a.start);
      for (const { start, end } of spans) text = text.slice(0, start) + text.slice(end);
      return text.replaceAll(/\s+/g, " ").trim();
    })
    .concat([...program.data.values()].map(({ type, value }) => canonicalJson(toWire(type, value))))
    .join("\n");
}

function rulesOf(program: Program): readonly AnyRule[] {
  return [...program.rules.values(), ...program.limits.values(), ...program.exceptions.values()];
}

function ruleTexts({
  program,
  sources,
}: TestedBundle): ReadonlyMap<string, { readonly text: string; readonly rule: AnyRule }> {
  return new Map(
    rulesOf(program).map((rule) => [
      rule.id,
      { rule, text: sources.get(rule.span.file)?.slice(rule.span) ?? "" },
    ]),
  );
}
