import type { CatalogueEntry } from "./entry.js";
import { BOT, LEVELS, LOOKUP, NOTE, REFUND } from "./samples.js";

const CREDIT = `tool crm.credit { action write  tier 2  args { amount?: number<0..900> }  accepts any  yields nothing }
limit credits { call crm.credit  per agent  at most 10 calls in 1h }
agent support_bot { acts for user }`;
const MAIL = `tool mail.draft { action read  tier 1  args { body: text<2_000> }  accepts any  yields nothing }`;

/** W5017 to W5028: conditions and rules that do not mean what they appear to mean, found by the solver. */
export const conditionCodes: readonly CatalogueEntry[] = [
  {
    code: "W5017",
    severity: "warning",
    title: "condition that can never be true",
    why: "Its parts exclude each other, or no value of its type satisfies it: the rule has no effect.",
    avoid: `${LOOKUP}
deny odd { call crm.lookup  when args.customer == "C-1" and args.customer like "D-*" }`,
    prefer: `${LOOKUP}
deny odd { call crm.lookup  when args.customer == "C-1" or args.customer like "D-*" }`,
  },
  {
    code: "W5018",
    severity: "warning",
    title: "condition that is always true",
    why: "It looks like a bound and bounds nothing, often because the type already implies it, or because `or` was written for `and`.",
    avoid: `${REFUND}${LEVELS}
require care { call payments.refund  when args.amount <= 500  need step-up mfa }`,
    prefer: `${REFUND}${LEVELS}
require care { call payments.refund  when args.amount > 50  need step-up mfa }`,
  },
  {
    code: "W5019",
    severity: "warning",
    title: "rule whose subjects cannot occur",
    why: "An agent acts for a user or alone, never both, so no call has both the agents and the users of this rule.",
    avoid: `${LOOKUP}${BOT}
deny unasked { agent support_bot for nobody  call crm.lookup }`,
    prefer: `${LOOKUP}${BOT}
agent night_audit { acts alone }
deny unasked { agent night_audit for nobody  call crm.lookup }`,
  },
  {
    code: "W5020",
    severity: "warning",
    title: "allow that a deny fully refuses",
    why: "A deny overrides every allow. If it applies to everything that an allow grants, the allow grants nothing.",
    avoid: `${NOTE}${BOT}
allow noting { agent support_bot  call crm.note  when args.customer == "C-1" }
deny frozen { call crm.note  when args.customer in ["C-1", "C-2"] }`,
    prefer: `${NOTE}${BOT}
allow noting { agent support_bot  call crm.note  when args.customer == "C-3" }
deny frozen { call crm.note  when args.customer in ["C-1", "C-2"] }`,
  },
  {
    code: "W5021",
    severity: "warning",
    title: "pattern whose `.` matches line ends",
    why: "Since version 2, `.` matches every character. A rule written before may now match more texts.",
    avoid: `${LOOKUP}
deny test_cases { call crm.lookup  when args.customer matches "T-.*" }`,
    prefer: `${LOOKUP}
deny test_cases { call crm.lookup  when args.customer matches "(?s)T-.*" }`,
  },
  {
    code: "W5022",
    severity: "warning",
    title: "`*` that stops at a blank",
    why: "Over free text `*` matches one word. A search that misses the word in a sentence never fires.",
    avoid: `${MAIL}
deny secrets { call mail.draft  when args.body like "*SECRET*" }`,
    prefer: `${MAIL}
deny secrets { call mail.draft  when contains(args.body, "SECRET") }`,
  },
  {
    code: "W5023",
    severity: "warning",
    title: "path that is compared as a text",
    why: "Only a `path` is normalised: as a text, `/srv/../etc/passwd` begins with `/srv/`.",
    avoid: `tool files.read { action read  tier 1  args { file: text<200> }  accepts any  yields nothing }
agent reader { acts for user }
allow reading { agent reader  call files.read  when args.file like "/srv/**" }`,
    prefer: `tool files.read { action read  tier 1  args { file: path<"/srv"> }  accepts any  yields nothing }
agent reader { acts for user }
allow reading { agent reader  call files.read  when under(args.file, "/srv/work") }`,
  },
  {
    code: "W5024",
    severity: "warning",
    title: "pattern on a text that it may not read whole",
    why: "Longer input is unknown: a deny then refuses, and an allow never grants.",
    avoid: `tool mail.draft { action read  tier 1  args { body: text<20_000> }  accepts any  yields nothing }
deny secrets { call mail.draft  when args.body matches "[a-z ]*secret[a-z ]+" }`,
    prefer: `tool mail.draft { action read  tier 1  args { body: text<20_000> }  accepts any  yields nothing }
deny secrets { call mail.draft  when contains(args.body, "secret") }`,
  },
  {
    code: "W5025",
    severity: "warning",
    title: "amount that may be left out to pass a bound",
    why: "A call without the amount counts as a small one, and what the tool then does is for the tool to say.",
    avoid: `${CREDIT}
allow crediting { agent support_bot  call crm.credit  when (args.amount else 0) <= 50 }`,
    prefer: `${CREDIT}
allow crediting { agent support_bot  call crm.credit  when has args.amount and args.amount <= 50 }`,
  },
  {
    code: "W5026",
    severity: "warning",
    title: "grant of a tool that nobody has reviewed",
    why: "Its tier and action are guesses, and the rules that guard by them may miss it. No wildcard grants it.",
    avoid: `@review
${NOTE}${BOT}
allow noting { agent support_bot  call crm.note }`,
    prefer: `${NOTE}${BOT}
allow noting { agent support_bot  call crm.note }`,
  },
  {
    code: "W5027",
    severity: "warning",
    title: "read granted without naming an agent",
    why: "Without `agent` it is granted to every agent, to those that are declared tomorrow as well.",
    avoid: `${LOOKUP}
allow reading { call crm.lookup }`,
    prefer: `${LOOKUP}${BOT}
allow reading { agent support_bot  call crm.lookup }`,
  },
  {
    code: "W5028",
    severity: "warning",
    title: "whole match that looks like a search",
    why: "`matches` compares the whole text with the pattern. One word more, and the rule does not fire.",
    avoid: `${MAIL}
deny keys { call mail.draft  when args.body matches "AKIA[0-9A-Z]{16}" }`,
    prefer: `${MAIL}
deny keys { call mail.draft  when args.body finds "AKIA[0-9A-Z]{16}" }`,
  },
];
