import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** Warns of an exception that has no tool or channel in common with what it waives. */
export function bindReachOfExceptions(bundle: Bundle, program: Program): void {
  for (const exception of program.exceptions.values()) {
    for (const id of exception.lifts) {
      const waived = program.rules.get(id) ?? program.limits.get(id);
      if (waived === undefined) continue;
      const meets =
        [...exception.reach.tools.keys()].some((tool) => waived.reach.tools.has(tool)) ||
        [...exception.reach.channels.keys()].some((channel) => waived.reach.channels.has(channel));
      if (!meets) {
        bundle.problems.add(
          messages.liftsNothing(exception.name, exception.nameSpan, waived.name, waived.nameSpan),
        );
      }
    }
  }
}
