import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** An exception and what it lifts reach some tool or channel in common. */
export function bindReachOfExceptions(bundle: Bundle, program: Program): void {
  for (const exception of program.exceptions.values()) {
    for (const id of exception.lifts) {
      const lifted = program.rules.get(id) ?? program.limits.get(id);
      if (lifted === undefined) continue;
      const meets =
        [...exception.reach.tools.keys()].some((tool) => lifted.reach.tools.has(tool)) ||
        [...exception.reach.channels.keys()].some((channel) => lifted.reach.channels.has(channel));
      if (!meets) {
        bundle.problems.add(
          messages.liftsNothing(exception.name, exception.nameSpan, lifted.name, lifted.nameSpan),
        );
      }
    }
  }
}
