import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/** Warns of agents that others invoke but that the chain depth makes unreachable. */
export function announceChains(bundle: Bundle, program: Program): void {
  const reached = new Set(
    [...program.agents.values()].filter((agent) => agent.invokedBy.size === 0).map((agent) => agent.id),
  );
  for (let depth = 2; depth <= program.delegationDepth; depth++) {
    const next = [...program.agents.values()].filter((agent) =>
      [...agent.invokedBy].some((by) => reached.has(by)),
    );
    for (const agent of next) reached.add(agent.id);
  }
  for (const agent of program.agents.values()) {
    if (!reached.has(agent.id)) {
      bundle.problems.add(messages.chainTooShort(agent.name, agent.nameSpan, program.delegationDepth));
    }
  }
}
