/** json-logic-engine; each condition built into a function once, found by tool. */
import { LogicEngine } from "json-logic-engine";
import type { RequestSpec, RuleSpec } from "../cases/workload.js";
import { ByTarget } from "./by-target.js";
import { loaded, type Peer } from "./peer.js";

export const jsonLogic: Peer = {
  name: "json-logic + index",
  use: "conditions built into functions once, and an index by tool (or tier) before them",
  load({ rules, shape }) {
    const engine = new LogicEngine();
    const index = new ByTarget<RequestSpec>(rules, shape, (rule) => {
      const holds = engine.build(condition(rule));
      if (typeof holds !== "function") throw new Error("the condition is a constant");
      return (facts) => holds(facts) === true;
    });
    return loaded({
      input: (request: RequestSpec) => request,
      decide: (request) => index.decide(request, request),
    });
  },
};

function condition(rule: RuleSpec): object {
  const parts =
    rule.effect === "deny"
      ? [{ "===": [{ var: "purpose" }, rule.purpose] }, { ">": [{ var: "amount" }, rule.amount] }]
      : [
          { "===": [{ var: "region" }, rule.region] },
          { "<=": [{ var: "amount" }, rule.amount] },
          { in: [rule.role, { var: "roles" }] },
        ];
  return { and: parts };
}
