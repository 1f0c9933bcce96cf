import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Agent, Program, Who } from "../program.js";
import { conditionals } from "./rule-lists.js";

/** Warns of a rule whose users its agents never act for: `for nobody` matches only agents that act alone. */
export function unmatchableSubjects(bundle: Bundle, program: Program): void {
  if (program.agents.size === 0) return;
  /** Rules with the same subjects share one `who`. */
  const sound = new Set<Who>();
  for (const [what, rule] of conditionals(program)) {
    const { who } = rule;
    if (sound.has(who)) continue;
    const wanted: Agent["acts"] = who.for.kind === "nobody" ? "alone" : "for-user";
    const about = [...program.agents.values()].filter(({ id }) => who.agents === "any" || who.agents.has(id));
    if (who.for.kind === "any" || about.length === 0 || about.some((agent) => agent.acts === wanted)) {
      sound.add(who);
      continue;
    }
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
