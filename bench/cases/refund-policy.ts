/** A small policy with two limits, and a request of the size that services send: for all that surrounds a decision. */
import type { DecideRequest } from "../../src/model/request.js";

/** Rules beside the ones that are asked, so that the tool is one of many. */
const OTHER_TOOLS = 50;

/** One tool is metered by two limits; `lookup` by none, and its decision reads no state. */
export function refundPolicy(): ReadonlyMap<string, string> {
  const others = Array.from(
    { length: OTHER_TOOLS },
    (_, i) => `tool other.t${i} {
  title "Other ${i}"  action read  tier 1  accepts any  yields nothing
  args { customer: text<24>  amount: number<0..10_000> }
}
allow other_${i} { agent support_bot for role clerk  call other.t${i}  when args.amount <= ${100 + i} }
`,
  );
  return new Map([
    ["policy.writ", POLICY],
    ["others.writ", `module bench.others\n\n${others.join("\n")}`],
  ]);
}

const POLICY = `module bench

label pii
assurance password as "aal1" < mfa as "aal2" < hardware as "aal3"
role clerk
schema context { incident?: text<24>  channel?: text<40> }
schema user { department?: text }

tool crm.lookup {
  title   "Read one customer record"
  action  read
  tier    1
  args    { case: text<24>  amount: number<0..10_000>  currency: "EUR" | "USD" = "EUR"  note?: text<400> }
  accepts any
  yields  nothing
}
tool payments.refund {
  title   "Refund a customer"
  action  write
  tier    2
  args    { case: text<24>  amount: number<0..10_000>  currency: "EUR" | "USD" = "EUR"  note?: text<400> }
  scope   "refund"
  accepts any
  yields  nothing
  timeout 20s
}

agent support_bot { title "Support assistant"  owner "team:support"  acts for user  credential 1d }

@id("REF-1")
allow refunds {
  agent   support_bot for role clerk
  call    payments.refund
  when    args.amount <= 500 and args.currency == "EUR"
  because "Refunds up to 500."
}
allow lookups { agent support_bot for role clerk  call crm.lookup  when args.amount <= 500 }
require watched { call payments.refund  with log("full") }
deny blocked { call payments.refund  when args.case == "K-0" }

limit refund_money { call payments.refund  per user    at most 1_000_000_000 of args.amount in 1d }
limit refund_calls { call payments.refund  per tenant  at most 1_000_000_000 calls in 1h }
`;

export const REFUND_USERS = 64;

/** Of the size of the example of `POST /decide` in the documents of the service. `now` is in seconds. */
export function refundRequest(
  user: number,
  now: number,
  changes: Partial<DecideRequest> = {},
): DecideRequest {
  return {
    actors: [
      {
        type: "user",
        id: `user-${user}@acme.example`,
        roles: ["clerk"],
        acr: "aal2",
        auth_time: now - 60,
        scopes: ["refund", "crm"],
        attributes: { department: "support" },
      },
      {
        type: "agent",
        id: "support_bot",
        scopes: ["refund"],
        credential: { issued_at: now - 60, expires_at: now + 840 },
      },
    ],
    tool: "payments.refund",
    args: { case: `K-${user + 1}`, amount: 40, currency: "EUR", note: NOTE },
    labels: { "*": ["pii"] },
    context: { incident: "INC-5521", channel: "support-desk" },
    tenant: "acme",
    supports: ["timeout", "redact", "log"],
    ...changes,
  };
}

const NOTE =
  "The customer was charged twice for the order of the 14th; the second charge is confirmed in the payment " +
  "history, and the desk has promised the money back within three working days. Please refund to the original card.";
