/** The index by tool (or tier) that any user would put before an engine that evaluates one condition at a time. */
import type { Answer, RequestSpec, RuleSpec, Shape } from "../cases/workload.js";

interface Condition<Facts> {
  readonly rule: string;
  readonly holds: (facts: Facts) => boolean;
}
interface Place<Facts> {
  readonly denies: Condition<Facts>[];
  readonly allows: Condition<Facts>[];
}

const nothingGrants: Answer = { decision: "deny", rule: undefined };

/** Denies first, then allows, each until the first that holds. */
export class ByTarget<Facts> {
  readonly #places = new Map<string | number, Place<Facts>>();
  readonly #byTier: boolean;

  constructor(
    rules: readonly RuleSpec[],
    shape: Shape,
    compile: (rule: RuleSpec) => (facts: Facts) => boolean,
  ) {
    this.#byTier = shape === "tool-less";
    for (const rule of rules) {
      const key = rule.tool ?? (rule.tier as number);
      const place = this.#places.get(key) ?? { denies: [], allows: [] };
      this.#places.set(key, place);
      place[rule.effect === "deny" ? "denies" : "allows"].push({ rule: rule.name, holds: compile(rule) });
    }
  }

  decide({ tool, tier }: Pick<RequestSpec, "tool" | "tier">, facts: Facts): Answer {
    const place = this.#places.get(this.#byTier ? tier : tool);
    if (place === undefined) return nothingGrants;
    for (const { rule, holds } of place.denies) if (holds(facts)) return { decision: "deny", rule };
    for (const { rule, holds } of place.allows) if (holds(facts)) return { decision: "allow", rule };
    return nothingGrants;
  }
}
