import type { RuleDeclaration } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { TargetReach } from "../target-reach.js";

/**
 * Reports an allow that does not state whose calls it grants. `agent any` grants to every agent, including those added
 * later, and must be written.
 */
export function nameAgents(bundle: Bundle, rule: RuleDeclaration, targets: readonly TargetReach[]): void {
  if (rule.clauses.some(({ kind }) => kind === "agent-clause")) return;
  const tools = targets.flatMap((target) => target.tools);
  const write = tools.find(({ action }) => action !== "read");
  const [first] = tools;
  if (first === undefined) return;
  const { text, span } = rule.name;
  bundle.problems.add(
    write === undefined
      ? messages.anyAgentReads(text, span)
      : messages.anyAgentWrites(text, write.name, span),
  );
}
