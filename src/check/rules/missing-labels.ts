import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";
import { guardedTags } from "./guarded-tags.js";

/**
 * Reports tools that do not state what they accept and yield, since data can leak there. It is an error if a deny or
 * require guards one of the tool's tags. A tool that no one has reviewed is reported too.
 */
export function missingLabels(bundle: Bundle, program: Program): void {
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
    const items = bundle.syntax.tools.get(tool.id)?.items ?? [];
    if (!items.some((item) => item.kind === "yields")) {
      bundle.problems.add(messages.unsaidYields(tool.name, tool.nameSpan));
    }
    if (tool.review && !granted.has(tool.id))
      bundle.problems.add(messages.unreviewed(tool.name, tool.nameSpan));
  }
}

/** Tools that an allow names. A tool that is not reviewed is reported there instead. */
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
