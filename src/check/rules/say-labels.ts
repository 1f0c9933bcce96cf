import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** A tool says what it accepts and what it yields: silence is where data leaks. And what nobody has confirmed is a guess. */
export function sayLabels(bundle: Bundle, program: Program): void {
  for (const tool of program.tools.values()) {
    const said = bundle.syntax.tools.get(tool.id)?.items ?? [];
    if (tool.accepts === undefined) bundle.problems.add(messages.unsaidAccepts(tool.name, tool.nameSpan));
    if (!said.some((item) => item.kind === "yields")) {
      bundle.problems.add(messages.unsaidYields(tool.name, tool.nameSpan));
    }
    if (tool.review) bundle.problems.add(messages.unreviewed(tool.name, tool.nameSpan));
  }
}
