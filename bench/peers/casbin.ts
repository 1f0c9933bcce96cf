/** casbin with role-based grouping and attributes, asked without a promise, with the rule that decided. */
import { newEnforcer, newModel, StringAdapter } from "casbin";
import { type RequestSpec, type RuleSpec, roleNames, type Shape } from "../cases/workload.js";
import { loaded, type Peer } from "./peer.js";

const TARGET = "@target";
const EXPLAINED_NAME = 7;

/** What is cheapest to compare comes first, and grouping last, for the matcher is evaluated rule by rule. */
const MODEL = `
[request_definition]
r = user, tool, tier, args

[policy_definition]
p = target, role, region, purpose, above, upto, eft, name

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = p.target == ${TARGET} && (p.region == r.args.region || p.region == "*") && (p.purpose == r.args.purpose || p.purpose == "*") && r.args.amount > p.above && r.args.amount <= p.upto && (p.role == "*" || g(r.user, p.role))
`;

export const casbin: Peer = {
  name: "casbin",
  most: 1_000,
  use: "RBAC with attributes, deny overrides, enforceExSync; the matcher compares the tool first",
  async load({ rules, shape }) {
    const model = newModel(MODEL.replace(TARGET, target(shape)));
    const grouping = roleNames.map((role) => `g, u_${role}, ${role}`);
    const text = [...rules.map(policyLine), ...grouping].join("\n");
    const enforcer = await newEnforcer(model, new StringAdapter(text));
    return loaded({
      input: ({ user, tool, tier, region, purpose, amount }: RequestSpec) => [
        user,
        tool,
        String(tier),
        { region, purpose, amount },
      ],
      decide(values) {
        const [allowed, row] = enforcer.enforceExSync(...values);
        return { decision: allowed ? "allow" : "deny", rule: row[EXPLAINED_NAME] };
      },
    });
  },
};

function target(shape: Shape): string {
  return shape === "tool-less" ? "r.tier" : "r.tool";
}

function policyLine(rule: RuleSpec): string {
  const place = rule.tool ?? String(rule.tier);
  const parts =
    rule.effect === "deny"
      ? [place, "*", "*", rule.purpose, rule.amount, 1e9, "deny", rule.name]
      : [place, rule.role, rule.region, "*", -1, rule.amount, "allow", rule.name];
  return `p, ${parts.join(", ")}`;
}
