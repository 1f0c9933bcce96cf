import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** Warns of an allow that grants outside a transaction what a limit meters only inside it, which bypasses the limit. */
export function announceTransactions(bundle: Bundle, program: Program): void {
  for (const limit of program.limits.values()) {
    if (limit.window.kind !== "transaction") continue;
    const by = [...program.rules.values()].find(
      (rule) =>
        rule.effect === "allow" &&
        !rule.shadow &&
        [...rule.reach.tools].some(([tool, inside]) => inside === "anywhere" && limit.reach.tools.has(tool)),
    );
    if (by !== undefined) {
      bundle.problems.add(messages.limitOutside(limit.name, limit.nameSpan, by.name, by.nameSpan));
    }
  }
}
