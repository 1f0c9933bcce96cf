import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Declared, Program } from "../program.js";

interface Renamed extends Declared {
  readonly was?: string;
}

/**
 * Reports a `@was` that is also the name or the `@was` of another declaration: state is stored under names, so each name
 * belongs to one declaration.
 */
export function earlierNames(bundle: Bundle, { labels, tools, exceptions }: Program): void {
  refuse(bundle, "label", labels);
  refuse(bundle, "tool", tools);
  const renamed = [...exceptions].map(([id, exception]) => {
    const { was } = exception.annotations;
    return [id, was === undefined ? exception : { ...exception, was }] as const;
  });
  refuse(bundle, "exception", new Map<string, Renamed>(renamed));
}

function refuse(bundle: Bundle, what: string, all: ReadonlyMap<string, Renamed>): void {
  const taken = new Map<string, Renamed>();
  for (const each of all.values()) {
    const { was, nameSpan } = each;
    if (was === undefined) continue;
    const other = all.get(was) ?? taken.get(was);
    if (other !== undefined) bundle.problems.add(messages.earlierName(what, was, nameSpan, other));
    taken.set(was, each);
  }
}
