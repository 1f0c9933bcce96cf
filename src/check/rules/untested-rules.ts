import type { MatrixDeclaration } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";
import { calledIn } from "../tests/called-in.js";
import { conditionals } from "./rule-lists.js";

/**
 * Warns of rules whose tools no test calls, in a bundle that has tests. Whether tests make a rule decide is known only
 * by running them, as `writ check --tests` does.
 */
export function untestedRules(bundle: Bundle, program: Program): void {
  if (program.tests.length + program.matrices.length === 0) return;
  const called = new Set([
    ...program.tests.flatMap(({ steps }) => calledIn(steps, program)),
    ...program.matrices.flatMap((matrix) => calledInRows(matrix, program)),
  ]);
  for (const [what, rule] of conditionals(program)) {
    const { tools, channels } = rule.reach;
    if ((rule.kind !== "exception" && rule.shadow) || tools.size + channels.size === 0) continue;
    const isTried = [...tools.keys(), ...channels.keys()].some((id) => called.has(id));
    if (!isTried) bundle.problems.add(messages.untriedRule(what, rule.name, rule.nameSpan, "calls"));
  }
}

function calledInRows({ rows }: MatrixDeclaration, program: Program): readonly string[] {
  return rows.flatMap(({ tool }) => program.resolve("tool", tool.text) ?? []);
}
