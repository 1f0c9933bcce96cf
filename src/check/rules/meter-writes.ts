import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** Warns of write tools without a limit: an agent in a loop writes faster than anyone reads. */
export function meterWrites(bundle: Bundle, program: Program): void {
  const metered = new Set<string>();
  for (const limit of program.limits.values()) {
    if (!limit.shadow) for (const tool of limit.reach.tools.keys()) metered.add(tool);
  }
  for (const tool of program.tools.values()) {
    if (tool.action !== "read" && !metered.has(tool.id)) {
      bundle.problems.add(messages.unmeteredWrite(tool.name, tool.nameSpan));
    }
  }
}
