/** A small bundle of three files. */
export const TOOLS = `module acme.tools

label internal
label pii implies internal
tag external "Carries data out of the company"
role clerk "Handles customer cases"
assurance password as "aal1" < mfa as "aal2"

/// Reads one record of a customer.
tool crm.lookup {
  title   "Read one customer record"
  action  read
  tier    1
  args    { customer: text<24> }
  accepts any
  yields  pii
}

tool payments.refund {
  title   "Refund a customer"
  action  write irreversible
  tier    3
  args {
    case: text<24>
    amount: number<0..10_000>
    currency: "EUR" | "USD" = "EUR"
    note?: text<140>
  }
  accepts internal, pii
  yields  nothing
  tags    external
}

agent support_bot { title "Support" owner "team:support" acts for user credential 15m }
`;

export const RULES = `module acme.refunds

/// Addresses of ours.
data ours: set<domain> = ["acme.com"]
define small(amount: number) = amount <= 50

approval two_people { from role clerk at mfa  quorum 2  expires 15m }

allow reading { agent any  call any read tier 1 }

@id("REF-1")
allow small_refund {
  agent support_bot for role clerk
  call  payments.refund
  when  small(args.amount) and args.currency == "EUR"
  need  approval two_people
}

limit refunds { call payments.refund  per user, args.case  at most 5 calls in 1d }

deny out { call any tagged external  when pii in session.labels  because "Nothing leaves." }
`;

export const TESTS = `test "a clerk reads" {
  given user "ana" { roles: ["clerk"] }
  given agent support_bot
  call crm.lookup { customer: "C-1" }
  expect allow by reading
}

test "reading is refused" {
  given user "ana" { roles: ["clerk"] }
  given agent support_bot
  call crm.lookup { customer: "C-1" }
  expect deny by out
}

matrix "who reads" {
  given user "ana" { roles: ["clerk"] }
  agents                          support_bot
  crm.lookup { customer: "C-1" }  allow
}
`;
