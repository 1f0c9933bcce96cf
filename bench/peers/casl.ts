/** CASL as its documentation has it for roles that do not change: one ability a user, built once and kept. */
import { createMongoAbility, type MongoAbility, type RawRuleOf } from "@casl/ability";
import type { RequestSpec, RuleSpec } from "../cases/workload.js";
import { roleNames } from "../cases/workload.js";
import { loaded, type Peer } from "./peer.js";

interface Subject {
  readonly tool: string;
  readonly tier: number;
  readonly region: string;
  readonly purpose: string;
  readonly amount: number;
}

export const casl: Peer = {
  name: "casl",
  use: "an ability a user, kept; the tool (or tier) is the subject type, relevantRuleFor tells the rule",
  load({ rules, shape }) {
    const typeOf = ({ tool, tier }: Subject) => (shape === "tool-less" ? `tier${tier}` : tool);
    const abilities = new Map(
      roleNames.map((role) => [
        `u_${role}`,
        createMongoAbility(rulesFor(role, rules), {
          detectSubjectType: (of) => typeOf(of as unknown as Subject),
        }),
      ]),
    );
    return loaded({
      input: ({ user, tool, tier, region, purpose, amount }: RequestSpec) => ({
        user,
        subject: { tool, tier, region, purpose, amount } satisfies Subject,
      }),
      decide({ user, subject }) {
        const rule = abilities.get(user)?.relevantRuleFor("call", subject);
        return { decision: rule !== null && rule?.inverted === false ? "allow" : "deny", rule: rule?.reason };
      },
    });
  },
};

/** Later rules win, so what forbids comes last. */
function rulesFor(role: string, rules: readonly RuleSpec[]): RawRuleOf<MongoAbility>[] {
  const allows = rules.flatMap((rule) => {
    if (rule.effect !== "allow" || rule.role !== role) return [];
    const conditions = { region: rule.region, amount: { $lte: rule.amount } };
    return [{ action: "call", subject: typeName(rule), conditions, reason: rule.name }];
  });
  const denies = rules.flatMap((rule) => {
    if (rule.effect !== "deny") return [];
    const conditions = { purpose: rule.purpose, amount: { $gt: rule.amount } };
    return [{ inverted: true, action: "call", subject: typeName(rule), conditions, reason: rule.name }];
  });
  return [...allows, ...denies];
}

function typeName(rule: RuleSpec): string {
  return rule.tool ?? `tier${rule.tier}`;
}
