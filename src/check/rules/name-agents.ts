import type { RuleDeclaration } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { TargetReach } from "../target-reach.js";

/** An allow states whose calls it grants: every agent only where it says `agent any`, tomorrow's agents included. */
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
