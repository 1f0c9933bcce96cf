import type { CatalogueEntry } from "./entry.js";
import { BOT, LEVELS, LOOKUP, NOTE, REFUND } from "./samples.js";

/** W3xxx: types that do not fit. A code is never reused with another meaning. */
export const typeCodes: readonly CatalogueEntry[] = [
  {
    code: "W3001",
    severity: "error",
    title: "unknown field",
    why: "A condition on a field that does not exist can never work as intended.",
    avoid: `${REFUND}
deny large { call payments.refund  when args.amuont > 100 }`,
    prefer: `${REFUND}
deny large { call payments.refund  when args.amount > 100 }`,
  },
  {
    code: "W3002",
    severity: "error",
    title: "types that do not fit",
    why: "Values of different kinds are never equal and have no order; nothing is converted implicitly.",
    avoid: `${REFUND}
deny large { call payments.refund  when args.amount > "100" }`,
    prefer: `${REFUND}
deny large { call payments.refund  when args.amount > 100 }`,
  },
  {
    code: "W3003",
    severity: "error",
    title: "unguarded optional",
    why: "Absence is not a value: the author must state what the condition means if a field is absent.",
    avoid: `${REFUND}
deny unexplained { call payments.refund  when args.reason == "" }`,
    prefer: `${REFUND}
deny unexplained { call payments.refund  when (args.reason else "") == "" }`,
  },
  {
    code: "W3004",
    severity: "error",
    title: "condition that is not a bool",
    why: "A number or a text is neither true nor false: compare it with a value.",
    avoid: `${REFUND}
deny any_amount { call payments.refund  when args.amount }`,
    prefer: `${REFUND}
deny any_amount { call payments.refund  when args.amount > 0 }`,
  },
  {
    code: "W3005",
    severity: "error",
    title: "literal that is not a value of its type",
    why: "A literal that is compared with a typed value must be a possible value of that type.",
    avoid: `${REFUND}
deny dollars { call payments.refund  when args.currency == "USDD" }`,
    prefer: `${REFUND}
deny dollars { call payments.refund  when args.currency == "USD" }`,
  },
  {
    code: "W3006",
    severity: "error",
    title: "comparison that can never hold",
    why: "The types alone decide it, so the rule would never work as written.",
    avoid: `${REFUND}
deny huge { call payments.refund  when args.amount > 10_000 }`,
    prefer: `${REFUND}
deny huge { call payments.refund  when args.amount > 400 }`,
  },
  {
    code: "W3007",
    severity: "error",
    title: "type with the wrong arguments",
    why: "The worst-case cost of a policy is computed from these bounds.",
    avoid: `type Amount = number<100>`,
    prefer: `type Amount = number<0..100>`,
  },
  {
    code: "W3008",
    severity: "error",
    title: "wrong number of arguments",
    why: "A define or function takes exactly the declared arguments; there are no defaults.",
    avoid: `${REFUND}
define small(amount: number, most: number) = amount <= most
deny large { call payments.refund  unless small(args.amount) }`,
    prefer: `${REFUND}
define small(amount: number, most: number) = amount <= most
deny large { call payments.refund  unless small(args.amount, 50) }`,
  },
  {
    code: "W3009",
    severity: "error",
    title: "argument that not every tool shares",
    why: "A rule over several tools reads what all of them have, in a type that holds for all.",
    avoid: `${REFUND}${NOTE}
deny large { call payments.refund, crm.note  when args.amount > 100 }`,
    prefer: `${REFUND}${NOTE}
deny large { call payments.refund  when args.amount > 100 }`,
  },
  {
    code: "W3010",
    severity: "error",
    title: "name that cannot be read here",
    why: "A define is used by many rules, and only a rule knows the arguments of its tool.",
    avoid: `${REFUND}
define small = args.amount <= 50
deny large { call payments.refund  unless small }`,
    prefer: `${REFUND}
define small(amount: number) = amount <= 50
deny large { call payments.refund  unless small(args.amount) }`,
  },
  {
    code: "W3011",
    severity: "error",
    title: "invalid pattern or time zone",
    why: "A misspelt literal is reported when the bundle loads, not when a call is decided.",
    avoid: `${LOOKUP}
deny fridays { call crm.lookup  when weekday(now, "Europe/Berln") == "fri" }`,
    prefer: `${LOOKUP}
deny fridays { call crm.lookup  when weekday(now, "Europe/Berlin") == "fri" }`,
  },
  {
    code: "W3012",
    severity: "error",
    title: "expression that grows too large",
    why: "Defines that use other defines several times grow exponentially once they are expanded.",
    avoid: `define a(n: int) = n * n * n * n * n * n * n * n
define b(n: int) = a(n) * a(n) * a(n) * a(n) * a(n) * a(n)
define c(n: int) = b(n) * b(n) * b(n) * b(n) * b(n) * b(n)
define d(n: int) = c(n) * c(n) * c(n) * c(n) * c(n) * c(n)
define e(n: int) = d(n) * d(n) * d(n) * d(n) * d(n) * d(n)`,
    prefer: `define a(n: int) = n * n * n * n * n * n * n * n
define b(n: int) = a(n) * a(n)`,
  },
  {
    code: "W3013",
    severity: "error",
    title: "rule that may take too many steps",
    why: "The declared sizes bound how long a decision takes, and this one would delay every call.",
    avoid: `tool mail.search { action read  tier 1  args { to: list<text>  cc: list<text>  bcc: list<text> }  accepts any  yields nothing }
deny repeats {
  call mail.search
  when some a in args.to { some b in args.cc { some c in args.bcc { a == b and b == c } } }
}`,
    prefer: `tool mail.search { action read  tier 1  args { to: list<text, 10>  cc: list<text, 10>  bcc: list<text, 10> }  accepts any  yields nothing }
deny repeats {
  call mail.search
  when some a in args.to { some b in args.cc { some c in args.bcc { a == b and b == c } } }
}`,
  },
  {
    code: "W3014",
    severity: "error",
    title: "location that an obligation cannot act on",
    why: "Redacting a location that does not exist hides nothing.",
    avoid: `${LOOKUP}
require discretion { call crm.lookup  with redact("args.custmer") }`,
    prefer: `${LOOKUP}
require discretion { call crm.lookup  with redact("args.customer") }`,
  },
  {
    code: "W3015",
    severity: "error",
    title: "invalid key",
    why: "A limit counts per value that every covered call has.",
    avoid: `${LOOKUP}
limit lookups { call crm.lookup  per users  at most 10 calls in 1h }`,
    prefer: `${LOOKUP}
limit lookups { call crm.lookup  per user  at most 10 calls in 1h }`,
  },
  {
    code: "W3016",
    severity: "error",
    title: "number out of its range",
    why: "A tier of 4 or an empty window has no meaning.",
    avoid: `${LOOKUP}${BOT}${LEVELS}
require fresh { call any tier 4  need step-up mfa }`,
    prefer: `${LOOKUP}${BOT}${LEVELS}
require fresh { call any tier 1  need step-up mfa }`,
  },
  {
    code: "W3017",
    severity: "error",
    title: "`stated` of a value that is never remembered",
    why: "Only identifiers are looked for in what the user said: a rule on anything else would never do what it says.",
    avoid: `tool mail.send { action read  tier 1  args { to: email  urgent: bool }  accepts any  yields nothing }
deny unasked { call mail.send  when not stated(args.urgent) }`,
    prefer: `tool mail.send { action read  tier 1  args { to: email  urgent: bool }  accepts any  yields nothing }
deny unasked { call mail.send  when not stated(args.to) }`,
  },
];
