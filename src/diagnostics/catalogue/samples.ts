/** Parts shared by the examples of the error index, so that each shows little besides its mistake. */

/** A tool that reads. */
export const LOOKUP = `tool crm.lookup {
  action  read
  tier    1
  args    { customer: text<24> }
  accepts any
  yields  nothing
}
`;

/** A tool that does harm if misused, under a limit. */
export const REFUND = `tool payments.refund {
  action  write
  tier    3
  args    { amount: number<0..500>  currency: "EUR" | "USD"  reason?: text<140> }
  accepts any
  yields  nothing
}
limit refund_burst { call payments.refund  per agent  at most 10 calls in 1h }
`;

/** A tool that changes little, under a limit. */
export const NOTE = `tool crm.note {
  action  write
  tier    2
  args    { customer: text<24>  text: text<200> }
  accepts any
  yields  nothing
}
limit note_burst { call crm.note  per agent  at most 10 calls in 1m }
`;

/** An agent that acts for a user. */
export const BOT = `agent support_bot { acts for user }
`;

/** Sign-in levels. */
export const LEVELS = `assurance password as "aal1" < mfa as "aal2"
`;
