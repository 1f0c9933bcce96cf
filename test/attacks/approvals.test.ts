import { describe, expect, test } from "vitest";
import { type ApprovalState, meetsTerms } from "../../src/engine/records/approval-state.js";
import { agent, problemOf, rules, Stage, user } from "./stage.js";

const BASE = `
module acme
role clerk
role boss
assurance password as "aal1" < mfa as "aal2"
agent bot { acts for user }
agent sub { acts for user  invoked by bot }
tool pay { action write  tier 2  args { to: text<20>  @advisory note?: text<50> }  accepts any  yields nothing }
`;
const PAID = "allow pays { agent bot for role clerk  call pay  need approval pair }";
const WEAK = "approval pair { from role clerk  quorum 1  expires 1h }";
const call = { tool: "pay", args: { to: "x" } };
const tess = { id: "tess", roles: ["clerk"] };

describe("an approval that was given under another policy", () => {
  const changes: readonly [string, string][] = [
    ["more people", "approval pair { from role clerk  quorum 2  expires 1h }"],
    ["another role", "approval pair { from role boss  quorum 1  expires 1h }"],
    ["a sign-in", "approval pair { from role clerk at mfa  quorum 1  expires 1h }"],
    ["a fresher yes", "approval pair { from role clerk  quorum 1  expires 1m }"],
  ];
  test.each(changes)("does not count once the policy asks for %s", async (_what, scheme) => {
    const stage = new Stage(BASE + WEAK + PAID);
    const asked = await stage.decide(call);
    await stage.approve(asked, tess);
    stage.swap(BASE + scheme + PAID);
    stage.clock.advance(120_000);
    const again = await stage.decide(call);
    expect(again.decision).toBe("require-approval");
    const [need] = again.needs;
    expect(need).toMatchObject({ have: 0, status: "pending" });
    expect(need).not.toMatchObject({ id: (asked.needs[0] as { id: string }).id });
  });

  test("is used no more often than the policy says now", async () => {
    const nine = WEAK.replace("quorum 1", "quorum 1  uses 9");
    const stage = new Stage(BASE + nine + PAID);
    await stage.approve(await stage.decide(call), tess);
    await stage.allowed(call);
    stage.swap(BASE + WEAK + PAID);
    expect(await stage.verdict(call)).toBe("require-approval");
    // Together as well: what is left is looked at when it is taken.
    const other = new Stage(BASE + nine + PAID);
    await other.approve(await other.decide(call), tess);
    other.swap(BASE + WEAK + PAID);
    other.beforeNextCommit(() => other.decide(call));
    const verdicts = await Promise.all([other.verdict(call), other.verdict(call)]);
    expect(verdicts.filter((verdict) => verdict === "allow").length).toBeLessThanOrEqual(1);
    expect(await other.verdict(call)).toBe("require-approval");
  });

  test("does not count where the name of its role or level means another one", () => {
    const terms = { quorum: 1, from: ["boss"], at: "mfa", uses: 1, expires: 1000 };
    const held = { ...terms, roles: ["hr.boss"], level: "hr.mfa" };
    const state = { request: held, asked: 0, left: 1 } as unknown as ApprovalState;
    const rank = (level: string) => ["hr.mfa", "it.mfa"].indexOf(level);
    expect(meetsTerms(state, 1, held, rank)).toBe(true);
    expect(meetsTerms(state, 1, { ...held, roles: ["it.boss"] }, rank)).toBe(false);
    expect(meetsTerms(state, 1, { ...held, level: "it.mfa" }, rank)).toBe(false);
    const old = { request: terms, asked: 0, left: 1 } as unknown as ApprovalState;
    expect(meetsTerms(old, 1, held, rank)).toBe(false);
  });

  test("does not gather its last yes under the terms of before", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    const asked = await stage.decide(call);
    stage.swap(`${BASE} approval pair { from role clerk  quorum 2  expires 1h } ${PAID}`);
    expect(await problemOf(stage.approve(asked, tess))).toBe(409);
    expect(await stage.verdict(call)).toBe("require-approval");
  });

  test("counts where the policy asks for no more than before", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    await stage.approve(await stage.decide(call), tess);
    stage.swap(`${BASE} ${WEAK} ${PAID} deny never { call pay  when args.to == "nobody" }`);
    expect(await stage.verdict(call)).toBe("allow");
    expect(await stage.verdict({ ...call, args: { to: "nobody" } })).toBe("deny");
  });
});

describe("an approval", () => {
  test("is given by nobody in the chain, under whatever spelling or part of a name", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    const asked = await stage.decide(call);
    for (const id of ["ana", "ANA", "ａｎａ", "bot", "acme.bot", "Bot"])
      expect(await problemOf(stage.approve(asked, { id, roles: ["clerk"] }))).toBe(403);
  });

  test("is given by no token that an agent got for somebody", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    const asked = await stage.decide(call);
    for (const client of ["bot", "sub", "acme.sub"])
      expect(await problemOf(stage.approve(asked, { ...tess, clients: ["console", client] }))).toBe(403);
    expect(await problemOf(stage.approve(asked, { ...tess, clients: ["console"] }))).toBe("done");
  });

  test("fits no other argument, user, session or tenant, and is used once", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    await stage.approve(await stage.decide(call), tess);
    await stage.session("s");
    expect(await stage.verdict({ ...call, args: { to: "y" } })).toBe("require-approval");
    expect(await stage.verdict({ ...call, session: "s" })).toBe("require-approval");
    expect(await stage.verdict({ ...call, tenant: "other" })).toBe("require-approval");
    expect(await stage.verdict({ ...call, actors: [user("bo"), agent("bot")] })).toBe("require-approval");
    expect(await stage.verdict({ ...call, dry_run: true })).toBe("allow");
    expect(await stage.verdict(call)).toBe("allow");
    expect(await stage.verdict(call)).toBe("require-approval");
  });

  test("is used by one of many calls at the same moment", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    await stage.approve(await stage.decide(call), tess);
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => stage.verdict(call)));
    expect(verdicts.filter((verdict) => verdict === "allow")).toHaveLength(1);
  });

  test("that was withdrawn or rejected lets nothing through", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    const asked = await stage.decide(call);
    await stage.approve(asked, tess);
    await stage.pdp.withdraw((asked.needs[0] as { id: string }).id, "default", stage.caller);
    const again = await stage.decide(call);
    expect(again.decision).toBe("require-approval");
    await stage.pdp.reject((again.needs[0] as { id: string }).id, "default", tess, undefined);
    expect(await stage.verdict(call)).toBe("deny");
  });
});

describe("an advisory field", () => {
  const NESTED = `
  ${BASE}
  type Line = { to: text<20>  @advisory note?: text<50> }
  tool order { action write  tier 2  args { line: Line  more?: list<Line, 4> }  accepts any  yields nothing }
  allow orders { agent bot for role clerk  call order  need confirmation }
  allow pays { agent bot for role clerk  call pay inside planned }
  limit tries { call pay  per user  at most 1 attempts in 1h }
  transaction planned { agent bot  lasts 10m  confirm plan }
  `;
  const supports = ["timeout", "log", "drop"];
  const ana = { id: "ana", roles: [] };

  test("inside a record or list that changed after the approval is taken out", async () => {
    const stage = new Stage(NESTED);
    const args = (note: string) => ({ line: { to: "x", note }, more: [{ to: "a" }, { to: "b", note }] });
    await stage.approve(await stage.decide({ tool: "order", args: args("as agreed") }), ana);
    const changed = { tool: "order", args: args("to another account") };
    expect(await stage.verdict({ ...changed, dry_run: true })).toBe("deny");
    const decided = await stage.decide({ ...changed, supports });
    expect(decided.decision).toBe("allow");
    expect(decided.obligations).toEqual([{ type: "drop", places: ["args.line.note", "args.more.note"] }]);
  });

  test("that no confirmed plan showed is taken out, and each call of a plan is an attempt", async () => {
    const stage = new Stage(NESTED);
    await stage.session("s");
    const step = { tool: "pay", args: { to: "x" } };
    const opened = await stage.pdp.openTransaction(
      { kind: "planned", session: "s", actors: stage.actors, plan: [step, step] },
      stage.caller,
    );
    await stage.approve(opened, ana);
    const inPlan = { session: "s", transaction: opened.id, supports };
    const noted = await stage.decide({ ...inPlan, tool: "pay", args: { to: "x", note: "never shown" } });
    expect(noted.decision).toBe("allow");
    expect(noted.obligations).toEqual([{ type: "drop", places: ["args.note"] }]);
    expect(await stage.verdict({ ...inPlan, ...step })).toBe("deny");
  });
});

describe("a scheme that is called like the user's own word", () => {
  test.each(["", "module acme\n"])("does not compile", (module) => {
    const policy = `${module}
role clerk
role boss
agent bot { acts for user }
tool pay { action write  tier 2  args { to: text<20> }  accepts any  yields nothing }
approval confirmation { from role boss  quorum 2  expires 1h }
allow pays { agent bot for role clerk  call pay  need approval confirmation }
`;
    expect(() => new Stage(policy)).toThrow("hides something built in");
  });
});

describe("a plan's confirmation", () => {
  const PLANNED = `
module acme
role clerk
agent bot { acts for user }
tool pay { action write  tier 2  args { to: text<20> }  accepts any  yields nothing }
transaction work { agent bot  lasts 30m  confirm plan }
allow pays { agent bot for role clerk  call pay inside work }
`;

  test("that is withdrawn while a step is being decided allows it no more", async () => {
    const stage = new Stage(PLANNED);
    const session = await stage.session("s");
    const step = { tool: "pay", args: { to: "x" } };
    const transaction = await stage.transaction("work", session, { plan: [step] });
    const view = await stage.pdp.transaction(transaction, "default", stage.caller);
    await stage.approve(view, { id: "ana", roles: [] });
    const id = (view.needs[0] as { id: string }).id;
    stage.beforeNextCommit(() => stage.pdp.withdraw(id, "default", stage.caller));
    expect(await stage.verdict({ ...step, session, transaction })).toBe("require-approval");
  });
});

describe("a confirmed plan", () => {
  const PLANNED = `
module acme
role clerk
agent bot { acts for user }
tool look { action read  tier 1  args { of?: text<20> }  accepts any  yields nothing }
tool pay { action write  tier 2  args { to: text<20> }  accepts any  yields nothing }
transaction work { agent bot  lasts 30m  confirm plan }
allow looks { agent any  call look }
allow pays { agent bot for role clerk  call pay inside work }
`;
  const open = async (plan: { tool: string; args?: Record<string, string> }[]) => {
    const stage = new Stage(PLANNED);
    const session = await stage.session("s");
    const transaction = await stage.transaction("work", session, { plan });
    const view = await stage.pdp.transaction(transaction, "default", stage.caller);
    await stage.approve(view, { id: "ana", roles: [] });
    return { stage, more: { session, transaction } };
  };
  const look = { tool: "look" };
  const pay = { tool: "pay", args: { to: "x" } };

  test("makes no call twice because one before it was given back", async () => {
    const { stage, more } = await open([look, pay]);
    const first = await stage.allowed({ ...look, ...more });
    await stage.outcome(await stage.allowed({ ...pay, ...more }), "ok");
    await stage.outcome(first, "not_run");
    expect(rules(await stage.decide({ ...pay, ...more }))).toEqual(["builtin.transaction_plan"]);
    expect(await stage.verdict({ ...look, ...more })).toBe("deny");
  });

  test("goes on where the last call was given back, and where the calls are alike", async () => {
    const { stage, more } = await open([look, look, pay]);
    const first = await stage.allowed({ ...look, ...more });
    await stage.outcome(await stage.allowed({ ...look, ...more }), "not_run");
    await stage.allowed({ ...look, ...more });
    await stage.outcome(first, "not_run");
    await stage.allowed({ ...look, ...more });
    await stage.outcome(await stage.allowed({ ...pay, ...more }), "not_run");
    await stage.allowed({ ...pay, ...more });
    expect(await stage.verdict({ ...pay, ...more })).toBe("deny");
  });
});

describe("one person", () => {
  const QUORUM = "approval pair { from role clerk  quorum 2  expires 1h }";
  test.each(["Tom", "TOM", "tom ", "\uff54om", "t\u200bom", "\u00a0tom", "to\u00adm"])(
    "is not two approvers by spelling: tom and %j",
    async (spelling) => {
      const stage = new Stage(BASE + QUORUM + PAID);
      const asked = await stage.decide(call);
      await stage.approve(asked, { id: "tom", roles: ["clerk"] });
      expect(await problemOf(stage.approve(asked, { id: spelling, roles: ["clerk"] }))).toBe(409);
      expect(await stage.verdict(call)).toBe("require-approval");
      await stage.approve(asked, tess);
      expect(await stage.verdict(call)).toBe("allow");
    },
  );
  test("does not approve their own call by spelling", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    stage.actors = [user("stra\u00dfe"), agent("bot")];
    const asked = await stage.decide(call);
    for (const id of [
      "STRASSE",
      "Strasse",
      "stra\u00dfe",
      "stra\u1e9ee",
      "STRA\u1e9eE",
      "stra\u200b\u00dfe ",
    ])
      expect(await problemOf(stage.approve(asked, { id, roles: ["clerk"] }))).toBe(403);
  });
});

describe("a quorum", () => {
  test("of two is not filled by one person, under whatever spelling", async () => {
    const stage = new Stage(BASE + WEAK.replace("quorum 1", "quorum 2") + PAID);
    const asked = await stage.decide(call);
    expect(await stage.approve(asked, tess)).toMatchObject({ status: "pending", have: 1 });
    for (const id of ["tess", "TESS", "ｔｅｓｓ"])
      expect(await problemOf(stage.approve(asked, { id, roles: ["clerk"] }))).toBe(409);
    expect(await stage.verdict(call)).toBe("require-approval");
    expect(await stage.approve(asked, { id: "theo", roles: ["clerk"] })).toMatchObject({ status: "granted" });
    expect(await stage.verdict(call)).toBe("allow");
  });
});

describe("the record of an approval", () => {
  const listed = async (stage: Stage, status?: "used" | "withdrawn" | "expired" | "rejected" | "pending") =>
    (
      await stage.pdp.approvals({ tenant: "default", limit: 50, ...(status === undefined ? {} : { status }) })
    ).approvals.map(({ id }) => id);
  const idOf = ({ needs }: { needs: readonly object[] }) => (needs[0] as { id: string }).id;

  test("is kept and listed until its retention ends, although another takes its place", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    const used = await stage.decide(call);
    await stage.approve(used, tess);
    await stage.allowed(call);
    const withdrawn = await stage.decide(call);
    await stage.pdp.withdraw(idOf(withdrawn), "default", stage.caller);
    const rejected = await stage.decide(call);
    await stage.pdp.reject(idOf(rejected), "default", tess, "no");
    stage.clock.advance(3_600_000);
    const expired = await stage.decide(call);
    stage.clock.advance(3_600_000);
    const pending = await stage.decide(call);
    const view = (id: string) => stage.pdp.approval(id, "default");
    expect(await view(idOf(used))).toMatchObject({ status: "expired", approvals: [{ by: "tess" }] });
    expect(await view(idOf(withdrawn))).toMatchObject({ status: "withdrawn" });
    expect(await view(idOf(rejected))).toMatchObject({ rejected: { by: "tess", comment: "no" } });
    expect(await listed(stage, "withdrawn")).toEqual([idOf(withdrawn)]);
    expect(await listed(stage, "pending")).toEqual([idOf(pending)]);
    expect((await listed(stage)).sort()).toEqual(
      [used, withdrawn, rejected, expired, pending].map(idOf).sort(),
    );
    // None of them can be answered any more.
    for (const each of [used, withdrawn, rejected, expired])
      expect(await problemOf(stage.approve(each, { id: "theo", roles: ["clerk"] }))).toBe(409);
  });

  test("says that it was used while another waits in its place", async () => {
    const stage = new Stage(BASE + WEAK + PAID);
    const used = await stage.decide(call);
    await stage.approve(used, tess);
    await stage.allowed(call);
    const next = await stage.decide(call);
    expect(await listed(stage, "used")).toEqual([idOf(used)]);
    expect(await listed(stage, "pending")).toEqual([idOf(next)]);
    expect(await stage.pdp.approval(idOf(used), "default")).toMatchObject({ status: "used", uses_left: 0 });
  });
});
