import type { CatalogueEntry } from "./entry.js";
import { BOT, LEVELS, LOOKUP, NOTE, REFUND } from "./samples.js";

/** W5017 to W5020: conditions and rules that mean something else than they seem to, found by reasoning about them. */
export const conditionCodes: readonly CatalogueEntry[] = [
  {
    code: "W5017",
    severity: "warning",
    title: "condition that can never be true",
    why: "Its parts exclude each other, or no value of its type is so: the rule looks like one and does nothing.",
    avoid: `${LOOKUP}
deny odd { call crm.lookup  when args.customer == "C-1" and args.customer like "D-*" }`,
    prefer: `${LOOKUP}
deny odd { call crm.lookup  when args.customer == "C-1" or args.customer like "D-*" }`,
  },
  {
    code: "W5018",
    severity: "warning",
    title: "condition that is always true",
    why: "It reads as a bound and bounds nothing, often because the type already says it or an `or` was meant as an `and`.",
    avoid: `${REFUND}${LEVELS}
require care { call payments.refund  when args.amount <= 500  need step-up mfa }`,
    prefer: `${REFUND}${LEVELS}
require care { call payments.refund  when args.amount > 50  need step-up mfa }`,
  },
  {
    code: "W5019",
    severity: "warning",
    title: "rule that concerns nobody",
    why: "An agent acts for a user or alone, never both, so whom the rule is for and who its agents are never meet.",
    avoid: `${LOOKUP}${BOT}
deny unasked { agent support_bot for nobody  call crm.lookup }`,
    prefer: `${LOOKUP}${BOT}
agent night_audit { acts alone }
deny unasked { agent night_audit for nobody  call crm.lookup }`,
  },
  {
    code: "W5020",
    severity: "warning",
    title: "allow that a deny refuses whole",
    why: "A deny wins over every allow. One that holds wherever the allow does leaves nothing to grant.",
    avoid: `${NOTE}${BOT}
allow noting { agent support_bot  call crm.note  when args.customer == "C-1" }
deny frozen { call crm.note  when args.customer in ["C-1", "C-2"] }`,
    prefer: `${NOTE}${BOT}
allow noting { agent support_bot  call crm.note  when args.customer == "C-3" }
deny frozen { call crm.note  when args.customer in ["C-1", "C-2"] }`,
  },
];
