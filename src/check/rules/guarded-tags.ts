import type { Span } from "../../source/source.js";
import type { Bundle } from "../bundle.js";
import type { Program } from "../program.js";

/** Tags that a deny or require names in its `call`, each with the first occurrence. */
export function guardedTags(bundle: Bundle, program: Program): ReadonlyMap<string, Span> {
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
  return guarded;
}
