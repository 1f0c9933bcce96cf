import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Agent, Program } from "../program.js";
import { conditionals } from "./rule-lists.js";

/** Who a rule is for can be whom one of its agents acts for: `for nobody` is for agents that act alone. */
export function concernSomebody(bundle: Bundle, program: Program): void {
  for (const [what, rule] of conditionals(program)) {
    const { agents, for: whom } = rule.who;
    if (whom.kind === "any" || program.agents.size === 0) continue;
    const wanted: Agent["acts"] = whom.kind === "nobody" ? "alone" : "for-user";
    const about = [...program.agents.values()].filter((agent) => agents === "any" || agents.has(agent.id));
    if (about.length === 0 || about.some((agent) => agent.acts === wanted)) continue;
    bundle.problems.add(
      messages.concernsNobody(
        what,
        rule.name,
        rule.nameSpan,
        wanted === "alone",
        about.slice(0, 3).map((agent) => ({ name: agent.name, span: agent.nameSpan })),
      ),
    );
  }
}
