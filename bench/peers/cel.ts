/** cel-js with typed variables; each condition parsed once, found by tool. */
import { Environment } from "@marcbachmann/cel-js";
import type { RequestSpec, RuleSpec } from "../cases/workload.js";
import { ByTarget } from "./by-target.js";
import { loaded, type Peer } from "./peer.js";

interface Facts {
  readonly roles: readonly string[];
  readonly region: string;
  readonly purpose: string;
  readonly amount: number;
}

export const cel: Peer = {
  name: "cel-js + index",
  use: "conditions parsed once, and an index by tool (or tier) before them",
  load({ rules, shape }) {
    const env = new Environment()
      .registerVariable("roles", "list<string>")
      .registerVariable("region", "string")
      .registerVariable("purpose", "string")
      .registerVariable("amount", "double");
    const index = new ByTarget<Facts>(rules, shape, (rule) => {
      const evaluate = env.parse(condition(rule));
      return (facts) => evaluate(facts) === true;
    });
    return loaded({
      input: (request: RequestSpec) => {
        const { roles, region, purpose, amount } = request;
        return { request, facts: { roles, region, purpose, amount } };
      },
      decide: ({ request, facts }) => index.decide(request, facts),
    });
  },
};

function condition(rule: RuleSpec): string {
  return rule.effect === "deny"
    ? `purpose == "${rule.purpose}" && amount > ${rule.amount}.0`
    : `region == "${rule.region}" && amount <= ${rule.amount}.0 && "${rule.role}" in roles`;
}
