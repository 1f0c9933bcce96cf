import type { RuleDeclaration } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { TargetReach } from "../target-reach.js";

/**
 * Reports writes that are granted by `any` or `*`, which would also grant tools added to the catalogue later. Channels
 * cannot be granted.
 */
export function noWildcardGrants(
  bundle: Bundle,
  rule: RuleDeclaration,
  targets: readonly TargetReach[],
): void {
  if (rule.waivable) {
    bundle.problems.add(
      messages.meaninglessGrant(
        rule.name.span,
        "an allow is not waivable: an exception lifts what refuses",
        "remove `waivable`",
      ),
    );
  }
  for (const { target, open, tools, channels } of targets) {
    if (channels.length > 0) {
      const help = "remove it: a channel grants what it `accepts`";
      bundle.problems.add(messages.meaninglessGrant(target.span, "a channel needs no allow", help));
    }
    if (!open) {
      const unreviewed = tools.find((tool) => tool.review);
      if (unreviewed !== undefined) {
        bundle.problems.add(
          messages.grantsUnreviewed(rule.name.text, unreviewed.name, target.span, unreviewed.nameSpan),
        );
      }
      continue;
    }
    const writes = tools.filter((tool) => tool.action !== "read");
    const high = tools.filter((tool) => tool.tier === 3);
    const by = target.what.kind === "pattern" ? `\`${target.what.text}\`` : "`any`";
    if (writes.length > 0) {
      const why = writes.some((tool) => tool.action === "admin") ? "write or admin tools" : "write tools";
      bundle.problems.add(
        messages.wildcardGrant(
          target.span,
          by,
          writes.map((tool) => tool.name),
          why,
        ),
      );
    } else if (high.length > 0) {
      bundle.problems.add(
        messages.wildcardGrant(
          target.span,
          by,
          high.map((tool) => tool.name),
          "tier-3 tools",
        ),
      );
    }
  }
}
