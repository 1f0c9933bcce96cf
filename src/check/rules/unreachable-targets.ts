import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

/**
 * Warns of targets that match no tool or channel, and of tools that are targeted `inside` a transaction they are not a
 * step of.
 */
export function unreachableTargets(bundle: Bundle, program: Program): void {
  const kinds = [
    ...[...program.rules.values()].map((rule) => [rule.effect, rule] as const),
    ...[...program.limits.values()].map((limit) => ["limit", limit] as const),
    ...[...program.exceptions.values()].map((exception) => ["exception", exception] as const),
  ];
  for (const [what, { id, name }] of kinds) {
    for (const { target, tools, unreviewed, channels, inside } of bundle.targets.get(id) ?? []) {
      if (tools.length === 0 && channels.length === 0) {
        bundle.problems.add(messages.reachesNothing(what, name, target.span, unreviewed[0]?.name));
      }
      if (inside === "anywhere" || target.what.kind === "any" || target.what.kind === "channel") continue;
      for (const transaction of [...inside].flatMap((kind) => program.transactions.get(kind) ?? [])) {
        const { order } = transaction;
        const stranger = order && tools.find((tool) => !order.some((step) => step.tools.has(tool.id)));
        if (stranger === undefined) continue;
        bundle.problems.add(
          messages.outsideOrder(stranger.name, transaction.name, target.span, transaction.nameSpan),
        );
      }
    }
  }
}
