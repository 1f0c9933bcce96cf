import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";
import { guardedTags } from "./guarded-tags.js";

/**
 * A tool says what it accepts and what it yields: silence is where data leaks. Where some deny or require guards one of
 * its tags, silence is no oversight any more but an error. And what nobody has confirmed is a guess.
 */
export function sayLabels(bundle: Bundle, program: Program): void {
  const guarded = guardedTags(bundle, program);
  const granted = namedInAllows(bundle, program);
  for (const tool of program.tools.values()) {
    if (tool.accepts === undefined) {
      const tag = [...tool.tags].find((id) => guarded.has(id));
      const rule = tag === undefined ? undefined : guarded.get(tag);
      bundle.problems.add(
        tag === undefined || rule === undefined
          ? messages.unsaidAccepts(tool.name, tool.nameSpan)
          : messages.guardedWithoutAccepts(
              tool.name,
              tool.nameSpan,
              program.tags.get(tag)?.name ?? tag,
              rule,
            ),
      );
    }
    const said = bundle.syntax.tools.get(tool.id)?.items ?? [];
    if (!said.some((item) => item.kind === "yields")) {
      bundle.problems.add(messages.unsaidYields(tool.name, tool.nameSpan));
    }
    if (tool.review && !granted.has(tool.id))
      bundle.problems.add(messages.unreviewed(tool.name, tool.nameSpan));
  }
}

/** Tools that some allow names: of one that is not reviewed, that is the place to report. */
function namedInAllows(bundle: Bundle, program: Program): ReadonlySet<string> {
  const allows = [...program.rules.values()].filter(({ effect }) => effect === "allow");
  return new Set(
    allows.flatMap(({ id }) =>
      (bundle.targets.get(id) ?? [])
        .filter(({ open }) => !open)
        .flatMap(({ tools }) => tools.map((tool) => tool.id)),
    ),
  );
}
