import type { Span } from "../../source/source.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** Where some deny or require guards a tag, silence about what a tool of that tag receives is no oversight any more. */
export function guardTaggedTools(bundle: Bundle, program: Program): void {
  const guarded = new Map<string, Span>();
  for (const rule of program.rules.values()) {
    if (rule.effect === "allow") continue;
    for (const { target } of bundle.targets.get(rule.id) ?? []) {
      for (const filter of target.filters) {
        if (filter.kind !== "tagged") continue;
        const tag = bundle.names.resolve("tag", filter.tag.text);
        if (tag !== undefined && !guarded.has(tag)) guarded.set(tag, filter.tag.span);
      }
    }
  }
  for (const tool of program.tools.values()) {
    if (tool.accepts !== undefined) continue;
    for (const tag of tool.tags) {
      const by = guarded.get(tag);
      if (by === undefined) continue;
      const name = program.tags.get(tag)?.name ?? tag;
      bundle.problems.add(messages.guardedWithoutAccepts(tool.name, tool.nameSpan, name, by));
      break;
    }
  }
}
