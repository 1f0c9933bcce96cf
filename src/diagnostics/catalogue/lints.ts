import type { CatalogueEntry } from "./entry.js";
import { BOT, LEVELS, LOOKUP, NOTE } from "./samples.js";

const PAY = (amount: string, condition: string) => `tool crm.credit {
  action  write
  tier    2
  args    { amount: ${amount} }
  accepts any
  yields  nothing
}
limit credits { call crm.credit  per agent  at most 10 calls in 1h }
allow crediting { agent any  call crm.credit${condition} }`;
const CASE = (steps: string) => `${NOTE}${LOOKUP}
transaction case { lasts 10m  order { ${steps} } }
allow noting { agent any  call crm.note inside case }`;
const IN_CASE = (target: string) => `${NOTE}
transaction case { lasts 10m }
limit notes_of_a_case { call crm.note  at most 3 calls in transaction }
allow noting { agent any  call ${target} }`;

/** W5xxx: what looks like an oversight. A code is never reused with another meaning. */
export const lintCodes: readonly CatalogueEntry[] = [
  {
    code: "W5001",
    severity: "warning",
    title: "tool that does not say what it accepts",
    why: "Without `accepts` it receives data with any label. That is how data leaks.",
    avoid: "tool crm.lookup { action read  tier 1  args { customer: text<24> }  yields nothing }",
    prefer:
      "tool crm.lookup { action read  tier 1  args { customer: text<24> }  accepts any  yields nothing }",
  },
  {
    code: "W5002",
    severity: "warning",
    title: "tool that does not say what it yields",
    why: "Without `yields` its results carry no label, and rules on labels never see them.",
    avoid: "tool crm.lookup { action read  tier 1  args { customer: text<24> }  accepts any }",
    prefer:
      "tool crm.lookup { action read  tier 1  args { customer: text<24> }  accepts any  yields nothing }",
  },
  {
    code: "W5003",
    severity: "warning",
    title: "rule that has ended",
    why: "Its `until` has passed: people still read it, and it no longer does anything.",
    avoid: `${LOOKUP}
deny migration { call crm.lookup  until 2020-01-01T00:00:00Z }`,
    prefer: `${LOOKUP}
deny migration { call crm.lookup  until 2099-01-01T00:00:00Z }`,
  },
  {
    code: "W5004",
    severity: "warning",
    title: "amount without an upper bound",
    why: "An attacker who can make the agent choose an amount makes it choose a large one.",
    avoid: PAY("number", ""),
    prefer: PAY("number", "  when args.amount <= 50"),
  },
  {
    code: "W5005",
    severity: "warning",
    title: "write under no limit",
    why: "An agent in a loop writes faster than people can react.",
    avoid: "tool crm.note { action write  tier 2  args { text: text<200> }  accepts any  yields nothing }",
    prefer: NOTE,
  },
  {
    code: "W5006",
    severity: "warning",
    title: "label that nothing yields",
    why: "Rules on it never apply.",
    avoid: "label pii",
    prefer: `label pii
tool crm.lookup { action read  tier 1  args { customer: text<24> }  accepts any  yields pii }`,
  },
  {
    code: "W5007",
    severity: "warning",
    title: "needs that another allow bypasses",
    why: "Allows are alternatives, and the least demanding one decides. Use a require for a need that applies to every grant.",
    avoid: `${LOOKUP}${BOT}${LEVELS}
allow reading { agent any  call crm.lookup }
allow careful { agent support_bot  call crm.lookup  need step-up mfa }`,
    prefer: `${LOOKUP}${BOT}${LEVELS}
allow reading { agent any  call crm.lookup }
require care { agent support_bot  call crm.lookup  need step-up mfa }`,
  },
  {
    code: "W5008",
    severity: "warning",
    title: "word of several scripts",
    why: "A Cyrillic letter can look like a Latin one, so the word may not be the word it looks like.",
    avoid: `data payee: text = "\u0440aypal"`,
    prefer: `data payee: text = "paypal"`,
  },
  {
    code: "W5009",
    severity: "warning",
    title: "target that matches nothing",
    why: "No tool of the catalogue passes its filters, so the target has no effect.",
    avoid: `${LOOKUP}
deny writing { call any write or admin }`,
    prefer: `${LOOKUP}
deny reading { call any read }`,
  },
  {
    code: "W5010",
    severity: "warning",
    title: "guard on a value that is never absent",
    why: "The guard suggests that a value may be absent, and it never is.",
    avoid: `${LOOKUP}
deny unnamed { call crm.lookup  when has args.customer and args.customer == "" }`,
    prefer: `${LOOKUP}
deny unnamed { call crm.lookup  when args.customer == "" }`,
  },
  {
    code: "W5011",
    severity: "warning",
    title: "tool outside of the transaction's order",
    why: "The transaction admits only the steps of its order, so the rule never applies.",
    avoid: CASE("once crm.lookup"),
    prefer: CASE("once crm.lookup  at most 3 crm.note"),
  },
  {
    code: "W5012",
    severity: "warning",
    title: "limit that an allow bypasses",
    why: "A limit that counts within a transaction does not apply outside one.",
    avoid: IN_CASE("crm.note"),
    prefer: IN_CASE("crm.note inside case"),
  },
  {
    code: "W5013",
    severity: "warning",
    title: "tag that no tool has",
    why: "Rules on it match nothing.",
    avoid: "tag external",
    prefer: `tag external
tool web.fetch { action read  tier 1  args { url: url }  accepts any  yields nothing  tags external }`,
  },
  {
    code: "W5014",
    severity: "warning",
    title: "tool that nobody has reviewed",
    why: "Its tier and action were taken from the tool's own description, which is a claim.",
    avoid: `@review
${LOOKUP}`,
    prefer: LOOKUP,
  },
  {
    code: "W5015",
    severity: "warning",
    title: "agent that can never be invoked",
    why: "`delegation` sets the maximum depth of a chain, which is one agent by default.",
    avoid: `${BOT}agent web_reader { acts for user  invoked by support_bot }`,
    prefer: `${BOT}agent web_reader { acts for user  invoked by support_bot }
delegation { depth 2 }`,
  },
  {
    code: "W5016",
    severity: "warning",
    title: "exception that never applies to its rule",
    why: "An exception waives a rule only for calls that both match.",
    avoid: `${NOTE}${LOOKUP}
waivable deny freeze { call crm.note }
exception hotfix to freeze { call crm.lookup  need confirmation  until 2099-12-20T00:00:00Z  because "INC-5521" }`,
    prefer: `${NOTE}${LOOKUP}
waivable deny freeze { call crm.note }
exception hotfix to freeze { call crm.note  need confirmation  until 2099-12-20T00:00:00Z  because "INC-5521" }`,
  },
];
