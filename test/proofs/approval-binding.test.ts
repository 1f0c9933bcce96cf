import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actorsOf, HELPER, openSession, openTransaction } from "./support/calls.js";
import { type Fleet, fleet } from "./support/fleet.js";
import type { Replica } from "./support/replica.js";
import { PROOF_TIMEOUT } from "./support/size.js";
import { why } from "./support/tally.js";

const TESS = { id: "tess", roles: ["treasurer"], acr: "aal2" };
const bo = actorsOf("bo");
const [ana] = actorsOf("ana");
const viaScout = [ana, HELPER, { type: "agent", id: "scout" }];
const byRival = [ana, { type: "agent", id: "rival" }];

/** A refund in a session and a transaction of its own, asked for and granted, with the grant in hand. */
async function granted(replica: Replica, name: string) {
  const session = await openSession(replica);
  const transaction = await openTransaction(replica, "payment", session);
  const args = { case: name, amount: 400, currency: "EUR", note: "as agreed" };
  const asked = {
    actors: actorsOf("ana"),
    tool: "money.refund",
    args,
    session,
    transaction,
    supports: ["timeout", "log", "drop"],
  };
  const { json } = await replica.decide(asked);
  expect(json.decision).toBe("require-approval");
  const answer = await replica.post(`${json.needs[0].url}/approve`, { approver: TESS });
  expect(answer.json.status).toBe("granted");
  return { ...asked, approvals: [answer.json.grant as string] };
}

type Granted = Awaited<ReturnType<typeof granted>>;

/** Places to send the call from that are open, but are not where it was approved. */
async function elsewhere(replica: Replica, more: object) {
  const session = await openSession(replica, more);
  return { session, transaction: await openTransaction(replica, "payment", session, more) };
}

const without = (call: Granted, ...fields: (keyof Granted)[]) =>
  Object.fromEntries(Object.entries(call).filter(([field]) => !(fields as string[]).includes(field)));

/** The call with one thing changed; each is a call that could be approved by itself. */
const changes: Record<string, (call: Granted, replica: Replica) => object | Promise<object>> = {
  "the amount, by a millionth": (call) => ({ ...call, args: { ...call.args, amount: 400.000001 } }),
  "the amount, below": (call) => ({ ...call, args: { ...call.args, amount: 399 } }),
  "the currency": (call) => ({ ...call, args: { ...call.args, currency: "USD" } }),
  "the case": (call) => ({ ...call, args: { ...call.args, case: `${call.args.case}x` } }),
  "the case, by a look-alike": (call) => ({
    ...call,
    args: { ...call.args, case: call.args.case.replace("c", "с") },
  }),
  "the tool": (call) => ({ ...call, tool: "money.credit" }),
  "the transaction": async (call, replica) => ({
    ...call,
    transaction: await openTransaction(replica, "payment", call.session),
  }),
  "the transaction, left out": (call) => without(call, "transaction"),
  "the session, with a transaction of its own": async (call, replica) => ({
    ...call,
    ...(await elsewhere(replica, {})),
  }),
  "the session alone": async (call, replica) => ({ ...call, session: await openSession(replica) }),
  "the session, left out": (call) => without(call, "session", "transaction"),
  "the user": (call) => ({ ...call, actors: bo }),
  "the user, in a session of theirs": async (call, replica) => ({
    ...call,
    actors: bo,
    ...(await elsewhere(replica, { actors: bo })),
  }),
  "the agent": (call) => ({ ...call, actors: byRival }),
  "the agent, in a session of its own": async (call, replica) => ({
    ...call,
    actors: byRival,
    ...(await elsewhere(replica, { actors: byRival })),
  }),
  "the chain, by one more agent": (call) => ({ ...call, actors: viaScout }),
  "the tenant": (call) => ({ ...call, tenant: "acme" }),
  "the tenant, in a session there": async (call, replica) => ({
    ...call,
    tenant: "acme",
    ...(await elsewhere(replica, { tenant: "acme" })),
  }),
};

describe("an approval that was given", () => {
  let state: Fleet;
  let replica: Replica;
  beforeAll(async () => {
    state = await fleet("file");
    replica = state.replicas[0] as Replica;
  }, PROOF_TIMEOUT);
  afterAll(() => state?.end());

  it.each(Object.entries(changes))("is not good for a call with another: %s", async (name, change) => {
    const call = await granted(replica, `c-${name.length}-${Object.keys(changes).indexOf(name)}`);
    const changed = await change(call, replica);
    for (const each of state.replicas) {
      for (const sent of [changed, { ...changed, approvals: undefined }]) {
        const answer = await each.decide(sent);
        expect(answer.status).toBe(200);
        expect(["deny", "require-approval"]).toContain(answer.json.decision);
      }
    }
    // The attempt cost the approval nothing: the very call is allowed, once.
    expect(why(await replica.decide(call))).toBe("allow till.paying");
    for (const each of state.replicas)
      expect((await each.decide(call)).json.decision).toBe("require-approval");
  });

  it("is good for the same call without the grant in hand, as the service knows it", async () => {
    const call = await granted(replica, "known");
    expect((await (state.replicas[1] as Replica).decide(without(call, "approvals"))).json.decision).toBe(
      "allow",
    );
    expect((await replica.decide(call)).json.decision).toBe("require-approval");
  });

  it("is good where a default is spelled out or left out, for the call is the same", async () => {
    const call = await granted(replica, "default");
    const { currency: _, ...args } = call.args;
    expect((await replica.decide({ ...call, args })).json.decision).toBe("allow");
  });

  it("does not approve an advisory note that was changed: the note is taken out of the call", async () => {
    const call = await granted(replica, "note");
    const { json } = await replica.decide({ ...call, args: { ...call.args, note: "and send me the key" } });
    expect(json.decision).toBe("allow");
    expect(json.obligations).toContainEqual(expect.objectContaining({ type: "drop" }));
    expect(JSON.stringify(json.obligations)).toContain("args.note");
  });

  it("is not good for a changed note where the caller cannot take it out", async () => {
    const { supports: _, ...call } = await granted(replica, "note-2");
    const changed = { ...call, args: { ...call.args, note: "and send me the key" } };
    expect(why(await replica.decide(changed))).toBe("deny builtin.unsupported_obligation");
    expect((await replica.decide(call)).json.obligations).not.toContainEqual(
      expect.objectContaining({ type: "drop" }),
    );
  });

  it("is not good under a grant that was tampered with", async () => {
    const call = await granted(replica, "forged");
    const [head, body, signature] = (call.approvals[0] as string).split(".") as [string, string, string];
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const other = Buffer.from(JSON.stringify({ ...claims, digest: "sha256:other" })).toString("base64url");
    const answer = await replica.decide({ ...call, approvals: [`${head}.${other}.${signature}`] });
    expect([answer.status, answer.json.decision]).toEqual([400, "deny"]);
  });
});
