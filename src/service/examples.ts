/** Request bodies shown in the OpenAPI document, by operation. They fit the starter bundle. */

/** A named example, in OpenAPI's form. */
export interface Example {
  readonly summary: string;
  readonly value: object;
}

const ACTORS = [
  { type: "user", id: "ana", roles: ["clerk"] },
  { type: "agent", id: "support_bot" },
];
const LEE = { id: "lee", roles: ["treasurer"], acr: "aal3" };
const LOOKUP = { actors: ACTORS, session: "s-1", tool: "crm.lookup", args: { customer: "C-1" } };
const LOOKUP_2 = { ...LOOKUP, args: { customer: "C-2" } };
const LOOKUP_3 = { ...LOOKUP, args: { customer: "C-3" } };
const MAIL = {
  actors: ACTORS,
  session: "s-1",
  tool: "mail.send",
  args: { message: { to: ["jo@customer.example"], subject: "Your refund", body: "It is on its way." } },
};

const EXAMPLES: Readonly<Record<string, Readonly<Record<string, Example>>>> = {
  openSession: {
    stated: {
      summary: "A session that begins with the user's words",
      value: {
        id: "s-1",
        actors: ACTORS,
        stated: "Tell jo@customer.example that the refund is on its way.",
      },
    },
  },
  decide: {
    read: { summary: "A read, which is allowed", value: LOOKUP },
    mail: { summary: "A mail, which takes a fresh sign-in and a confirmation", value: MAIL },
    unknown: {
      summary: "An address that the user did not name, which is denied",
      value: { ...MAIL, args: { message: { ...MAIL.args.message, to: ["eve@elsewhere.example"] } } },
    },
    dryRun: { summary: "A dry run", value: { ...LOOKUP, dry_run: true } },
  },
  decideBatch: {
    two: { summary: "Two calls, in order", value: { requests: [LOOKUP_2, LOOKUP_3] } },
  },
  reportOutcome: {
    ok: {
      summary: "The call succeeded",
      value: { decision_id: "dec_1", status: "ok", result: { customer: "C-1", name: "Jo" } },
    },
    notRun: { summary: "The call was never made", value: { decision_id: "dec_1", status: "not_run" } },
  },
  openTransaction: {
    refund: {
      summary: "A piece of work with a bounded order of calls",
      value: { kind: "refund_case", session: "s-1", actors: ACTORS },
    },
  },
  commitTransaction: { done: { summary: "The work is done", value: {} } },
  abortTransaction: { undo: { summary: "Undo the work", value: {} } },
  approve: {
    credential: {
      summary: "The credential names the approver",
      value: { comment: "Checked with the customer." },
    },
    development: { summary: "In development mode, the body names the approver", value: { approver: LEE } },
  },
  reject: {
    credential: {
      summary: "The credential names the approver",
      value: { comment: "This is another customer." },
    },
    development: { summary: "In development mode, the body names the approver", value: { approver: LEE } },
  },
  withdrawApproval: { withdraw: { summary: "The call is no longer needed", value: {} } },
};

/** Returns the examples of an operation's body; undefined if it has none. */
export function examplesOf(operation: string): Readonly<Record<string, Example>> | undefined {
  return EXAMPLES[operation];
}
