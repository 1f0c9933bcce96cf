/** Cedar in WebAssembly: policies parsed once, the stateful call, only the entities that a request is about. */
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { type RequestSpec, type RuleSpec, roleNames } from "../cases/workload.js";
import { loaded, type Peer } from "./peer.js";

const POLICIES = "bench";
const entity = (type: string, id: string) => ({ type, id });

export const cedar: Peer = {
  name: "cedar (wasm)",
  most: 1_000,
  use: "preparsePolicySet once, statefulIsAuthorized a call; roles and tiers are parents of the entities",
  load({ rules }) {
    const staticPolicies = Object.fromEntries(rules.map((rule) => [rule.name, policyText(rule)]));
    const parsed = preparsePolicySet(POLICIES, { staticPolicies });
    if (parsed.type === "failure") throw new Error(parsed.errors[0]?.message);
    return loaded({
      input: ({ user, roles, tool, tier, region, purpose, amount }: RequestSpec) => ({
        principal: entity("User", user),
        action: entity("Action", "call"),
        resource: entity("Tool", tool),
        context: { region, purpose, amount },
        preparsedPolicySetId: POLICIES,
        entities: [
          { uid: entity("User", user), attrs: {}, parents: roles.map((role) => entity("Role", role)) },
          { uid: entity("Tool", tool), attrs: {}, parents: [entity("Tier", String(tier))] },
        ],
      }),
      decide(call) {
        const answer = statefulIsAuthorized(call);
        if (answer.type === "failure") throw new Error(answer.errors[0]?.message);
        const { decision, diagnostics } = answer.response;
        return { decision, rule: diagnostics.reason[0] };
      },
    });
  },
};

function policyText(rule: RuleSpec): string {
  const resource =
    rule.tool === undefined ? `resource in Tier::"${rule.tier}"` : `resource == Tool::"${rule.tool}"`;
  if (rule.effect === "deny") {
    return `forbid(principal, action == Action::"call", ${resource})
      when { context.purpose == "${rule.purpose}" && context.amount > ${rule.amount} };`;
  }
  if (!roleNames.includes(rule.role)) throw new Error(`no role ${rule.role}`);
  return `permit(principal in Role::"${rule.role}", action == Action::"call", ${resource})
    when { context.region == "${rule.region}" && context.amount <= ${rule.amount} };`;
}
