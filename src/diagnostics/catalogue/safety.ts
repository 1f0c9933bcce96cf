import type { CatalogueEntry } from "./entry.js";
import { BOT, LEVELS, LOOKUP, NOTE, REFUND } from "./samples.js";

const FREEZE = `${NOTE}${BOT}
waivable deny freeze { call crm.note }`;
const TWINS = (mark: string) => `// hr.writ
module hr
${mark}role contractor
// it.writ
module it
${mark}role contractor`;
const ORDER = (
  steps: string,
) => `tool payments.check { action read  tier 1  args { id: text<24> }  accepts any  yields nothing }
tool payments.pay   { action write irreversible  tier 3  args { id: text<24> }  accepts any  yields nothing }
limit payments { call payments.pay  per user  at most 5 calls in 1d }
transaction payment {
  lasts 10m
  order {
${steps}
  }
  irreversible last
}`;

/** W4xxx: policies that are well formed but unsafe. A code is never reused with another meaning. */
export const safetyCodes: readonly CatalogueEntry[] = [
  {
    code: "W4001",
    severity: "error",
    title: "write granted by a wildcard",
    why: "A wildcard also grants tools that are added later. List writes by name.",
    avoid: `${NOTE}
allow notes { agent any  call crm.* }`,
    prefer: `${NOTE}
allow notes { agent any  call crm.note }`,
  },
  {
    code: "W4002",
    severity: "error",
    title: "tier-3 tool without a gate",
    why: "A call that can do great harm needs a person first: an approval, or a fresh sign-in.",
    avoid: `${LEVELS}${REFUND}
allow refunding { agent any  call payments.refund  need confirmation }`,
    prefer: `${LEVELS}${REFUND}
allow refunding { agent any  call payments.refund  need step-up mfa within 5m }`,
  },
  {
    code: "W4003",
    severity: "error",
    title: "need in a deny",
    why: "A deny cannot be approved away. Use a require for something that an approval satisfies.",
    avoid: `${NOTE}
deny notes { call crm.note  need confirmation }`,
    prefer: `${NOTE}
require asking { call crm.note  need confirmation }`,
  },
  {
    code: "W4004",
    severity: "error",
    title: "exception without end, reason or need",
    why: "An exception without a need and an end is the same as deleting the rule that it waives.",
    avoid: `${FREEZE}
exception hotfix to freeze { call crm.note  need confirmation  because "INC-5521" }`,
    prefer: `${FREEZE}
exception hotfix to freeze { call crm.note  need confirmation  until 2099-12-20T00:00:00Z  because "INC-5521" }`,
  },
  {
    code: "W4005",
    severity: "error",
    title: "exception to a rule that is not waivable",
    why: "The owner of a rule decides, at its declaration, whether it can be waived.",
    avoid: `${NOTE}
deny freeze { call crm.note }
exception hotfix to freeze { call crm.note  need confirmation  until 2099-12-20T00:00:00Z  because "INC-5521" }`,
    prefer: `${FREEZE}
exception hotfix to freeze { call crm.note  need confirmation  until 2099-12-20T00:00:00Z  because "INC-5521" }`,
  },
  {
    code: "W4006",
    severity: "error",
    title: "obligation outside of a require",
    why: "Allows are alternatives: if one carried an obligation, adding another could take it away.",
    avoid: `${LOOKUP}
allow reading { agent any  call crm.lookup  with log("full") }`,
    prefer: `${LOOKUP}
allow reading { agent any  call crm.lookup }
require logging { call crm.lookup  with log("full") }`,
  },
  {
    code: "W4007",
    severity: "error",
    title: "condition on an advisory field",
    why: "An advisory field is not part of the approval's digest, so it can change after the approval.",
    avoid: `tool crm.list { action read  tier 1  args { @advisory note?: text<140> }  accepts any  yields nothing }
deny noted { call crm.list  when has args.note }`,
    prefer: `tool crm.list { action read  tier 1  args { note?: text<140> }  accepts any  yields nothing }
deny noted { call crm.list  when has args.note }`,
  },
  {
    code: "W4008",
    severity: "error",
    title: "step after the irreversible one",
    why: "If a later step failed, the transaction could neither go on nor be undone.",
    avoid: ORDER("    once payments.pay\n    once payments.check"),
    prefer: ORDER("    once payments.check\n    once payments.pay"),
  },
  {
    code: "W4009",
    severity: "error",
    title: "tier and action that contradict each other",
    why: "Tier 1 is read-only: a write in tier 1 would pass every rule that permits reads.",
    avoid: `tool crm.note { action write  tier 1  args { text: text<200> }  accepts any  yields nothing }
limit notes { call crm.note  at most 10 calls in 1m }`,
    prefer: `tool crm.note { action write  tier 2  args { text: text<200> }  accepts any  yields nothing }
limit notes { call crm.note  at most 10 calls in 1m }`,
  },
  {
    code: "W4010",
    severity: "error",
    title: "guarded tool without `accepts`",
    why: "If a rule guards what leaves through a tool, the tool must also declare what may enter it.",
    avoid: `tag external
tool web.fetch { action read  tier 1  args { url: url }  yields nothing  tags external }
deny leaks { call any tagged external  when session.steps > 100 }`,
    prefer: `tag external
tool web.fetch { action read  tier 1  args { url: url }  accepts any  yields nothing  tags external }
deny leaks { call any tagged external  when session.steps > 100 }`,
  },
  {
    code: "W4011",
    severity: "error",
    title: "outage that would open more than reads",
    why: "While the state store is unreachable nothing is counted; only reads of tier 1 may proceed uncounted.",
    avoid: `${NOTE}
@outage("allow")
limit writing { call crm.note  at most 100 calls in 1h }`,
    prefer: `${NOTE}${LOOKUP}
@outage("allow")
limit reading { call crm.lookup  at most 100 calls in 1h }`,
  },
  {
    code: "W4012",
    severity: "error",
    title: "grant without a meaning",
    why: "A channel permits what it accepts without an allow, and an exception to an allow has nothing to waive.",
    avoid: `channel memory accepts any
allow remembering { agent any  call channel memory }`,
    prefer: `channel memory accepts any
deny remembering { call channel memory }`,
  },
  {
    code: "W4013",
    severity: "error",
    title: "require that requires nothing",
    why: "It looks like a requirement and requires nothing.",
    avoid: `${LOOKUP}${LEVELS}
require signed_in { call crm.lookup }`,
    prefer: `${LOOKUP}${LEVELS}
require signed_in { call crm.lookup  need step-up password }`,
  },
  {
    code: "W4014",
    severity: "error",
    title: "quorum of zero",
    why: "An approval that no one must give is not an approval.",
    avoid: `role treasurer
approval treasury { from role treasurer  quorum 0  expires 15m }`,
    prefer: `role treasurer
approval treasury { from role treasurer  quorum 1  expires 15m }`,
  },
  {
    code: "W4015",
    severity: "error",
    title: "role that two modules declare",
    why: "A token with the role `contractor` could mean either: a deny for one of them would not apply.",
    avoid: TWINS(""),
    prefer: TWINS("@qualified "),
  },
  {
    code: "W4016",
    severity: "error",
    title: "write granted without naming an agent",
    why: "Without `agent` it is granted to every agent, to those that are declared tomorrow as well.",
    avoid: `${NOTE}
allow notes { call crm.note }`,
    prefer: `${NOTE}${BOT}
allow notes { agent support_bot  call crm.note }`,
  },
];
