import { describe, expect, test } from "vitest";
import { agent, rules, Stage, user } from "./stage.js";

const BASE = `
role clerk
label untrusted integrity
agent bot { acts for user }
tool look { action read  tier 1  args { n?: int<0..10> }  accepts any  yields nothing }
tool pay { action write irreversible  tier 3  args { amount: number<-100..1_000> }  accepts any  yields nothing }
allow reads { agent any  call any read tier 1 }
@ungated("a test")
allow pays { agent bot for role clerk  call pay }
`;

describe("what an outcome reports", () => {
  test("is metered as the limit says, not as it was sent", async () => {
    const stage = new Stage(`${BASE}
      limit tokens { call look  per user  at most 100 of (reported else 10) * 3 in 1h }`);
    const call = await stage.allowed({ tool: "look" });
    expect(call.limits).toMatchObject([{ remaining: 70 }]);
    await stage.outcome(call, "ok", { reported: { tokens: 20 } });
    expect((await stage.decide({ tool: "look", dry_run: true })).limits).toMatchObject([{ remaining: 40 }]);
  });

  test("is metered with the arguments that the call had", async () => {
    const stage = new Stage(`${BASE}
      limit tokens { call look  per user  at most 100 of (reported else 1) * (args.n else 1) in 1h }`);
    const call = await stage.allowed({ tool: "look", args: { n: 10 } });
    await stage.outcome(call, "ok", { reported: { tokens: 9 } });
    expect((await stage.decide({ tool: "look", dry_run: true })).limits).toMatchObject([{ remaining: 10 }]);
  });

  test("gives nothing back where what is metered grows by its square", async () => {
    const stage = new Stage(`${BASE}
      limit tokens { call look  per user  at most 100 of (reported else 5) * (reported else 5) in 1h }`);
    const call = await stage.allowed({ tool: "look" });
    await stage.outcome(call, "ok", { reported: { tokens: 1 } });
    expect((await stage.decide({ tool: "look", dry_run: true })).limits).toMatchObject([{ remaining: 75 }]);
  });
});

describe("a limit", () => {
  test("is not widened by a negative amount", async () => {
    const stage = new Stage(`${BASE} limit money { call pay  per user  at most 50 of args.amount in 1d }`);
    const pay = (amount: number) => ({ tool: "pay", args: { amount } });
    expect(rules(await stage.decide(pay(-100)))).toEqual(["money"]);
    expect(await stage.verdict(pay(50))).toBe("allow");
    expect(await stage.verdict(pay(0.000_000_1))).toBe("deny");
  });

  test("rounds up what a large amount has below a millionth", async () => {
    const stage = new Stage(`${BASE} limit money { call pay  per user  at most 900 of args.amount in 1d }`);
    const pay = (amount: number) => ({ tool: "pay", args: { amount } });
    expect(await stage.verdict(pay(900.000_000_4))).toBe("deny");
    expect(await stage.verdict(pay(900))).toBe("allow");
  });

  test("admits one of many calls at one below its cap", async () => {
    const stage = new Stage(`${BASE} limit money { call pay  per user  at most 50 of args.amount in 1d }`);
    const verdicts = await Promise.all(
      Array.from({ length: 10 }, () => stage.verdict({ tool: "pay", args: { amount: 30 } })),
    );
    expect(verdicts.filter((verdict) => verdict === "allow")).toHaveLength(1);
  });

  test("is spent by neither a dry run nor a repeated key, and comes back by no false report", async () => {
    const stage = new Stage(`${BASE} limit money { call pay  per user  at most 50 of args.amount in 1d }`);
    const pay = { tool: "pay", args: { amount: 50 } };
    expect(await stage.verdict({ ...pay, dry_run: true })).toBe("allow");
    const call = await stage.allowed({ ...pay, id: "k" });
    expect(await stage.decide({ ...pay, id: "k" })).toMatchObject({
      decision: "allow",
      replayed: true,
      limits: [],
    });
    await stage.outcome(call, "not_run");
    await expect(stage.outcome(call, "ok")).rejects.toThrow();
    expect(await stage.verdict(pay)).toBe("deny");
  });

  test("does not open again when the clock is set back", async () => {
    const stage = new Stage(`${BASE} limit few { call look  per user  at most 1 calls in 1h }`);
    await stage.allowed({ tool: "look" });
    stage.clock.set(stage.clock.now() - 30 * 24 * 3_600_000);
    expect(await stage.verdict({ tool: "look" })).toBe("deny");
  });

  test("tells tenants and users with odd names apart", async () => {
    const stage = new Stage(`${BASE} limit few { call look  per user  at most 1 calls in 1h }`);
    const as = (tenant: string, id: string) => ({ tool: "look", tenant, actors: [user(id), agent("bot")] });
    for (const [tenant, id] of [
      ["a", "b"],
      ["a", "__proto__"],
      ["__proto__", "b"],
      ["a/b", "c"],
      ["a", "b/c"],
      ["a\u2028", "b"],
    ] as const) {
      expect(await stage.verdict(as(tenant, id))).toBe("allow");
      expect(await stage.verdict(as(tenant, id))).toBe("deny");
    }
  });

  test("whose condition reads the state refuses before anybody is asked, and asks for what it needs", async () => {
    const stage = new Stage(`${BASE}
      role lead
      tool note { action write  tier 2  args { }  accepts any  yields nothing }
      tool memo { action write  tier 2  args { }  accepts any  yields nothing }
      approval one { from role lead  quorum 1  expires 1h }
      allow notes { agent bot for role clerk  call note  need approval one }
      allow memos { agent bot for role clerk  call memo }
      limit notes_left { call note  when untrusted not in session.labels  per user  at most 0 calls in 1h }
      limit memos_left { call memo  when untrusted not in session.labels  per user  at most 1 attempts in 1h  over need approval one }`);
    await stage.session("s");
    expect(rules(await stage.decide({ tool: "note", session: "s" }))).toEqual(["notes_left"]);
    expect(stage.events).toEqual([]);
    expect(await stage.verdict({ tool: "memo", session: "s" })).toBe("allow");
    expect(await stage.verdict({ tool: "memo", session: "s" })).toBe("require-approval");
  });

  test("counts denials of a session that nothing else was read of", async () => {
    const stage = new Stage(`${BASE}
      tool secret { action read  tier 2  args { }  accepts any  yields nothing }
      limit probing { call any  per session  at most 3 denials in 1h }`);
    await stage.session("s");
    for (let i = 0; i < 3; i++) expect(await stage.verdict({ tool: "secret", session: "s" })).toBe("deny");
    expect(rules(await stage.decide({ tool: "look", session: "s" }))).toEqual(["probing"]);
  });

  test("is named beside another that cannot be told, although nothing else was read", async () => {
    const stage = new Stage(`${BASE}
      limit few { call look  per user  at most 1 attempts in 1h }
      limit in_session { call look  per session  at most 9 calls in 1h }`);
    expect(rules(await stage.decide({ tool: "look" }))).toEqual(["in_session"]);
    expect(rules(await stage.decide({ tool: "look" }))).toEqual(["few", "in_session"]);
  });

  test("of a session is not used up by calls of somebody else that are refused before it is read", async () => {
    const stage = new Stage(`${BASE}
      agent sub { acts for user  invoked by bot }
      limit few { call any  per session  at most 2 attempts in 1d }`);
    await stage.session("s");
    expect(await stage.verdict({ tool: "look", session: "s" })).toBe("allow");
    const stranger = { tool: "look", session: "s", actors: [user("bo"), agent("sub")] };
    for (let i = 0; i < 3; i++) expect(await stage.verdict(stranger)).toBe("deny");
    expect(await stage.verdict({ tool: "look", session: "s" })).toBe("allow");
  });

  test("that is spent is told before what the caller cannot carry out", async () => {
    const stage = new Stage(`${BASE}
      require care { call look  with rows(5) }
      limit few { call look  per user  at most 1 calls in 1h }`);
    await stage.allowed({ tool: "look", supports: ["rows"] });
    const refused = await stage.decide({ tool: "look" });
    expect(rules(refused)).toEqual(["few"]);
    expect(refused.retry).toMatchObject({ when: "at" });
  });

  test("that is lifted for a call it knows nothing of raises no alarm", async () => {
    const stage = new Stage(`${BASE}
      assurance mfa as "aal2"
      waivable limit few { call look  per session  at most 3 calls in 1h }
      exception agreed to few { call look  need step-up mfa  until 2030-01-01T00:00:00Z  because "Agreed." }`);
    stage.actors = [user("ana", { acr: "aal2", auth_time: stage.clock.now() / 1000 }), agent("bot")];
    const lifted = await stage.decide({ tool: "look" });
    expect(lifted).toMatchObject({ decision: "allow", exceptions: [expect.stringMatching(/agreed$/)] });
    expect(lifted).not.toHaveProperty("alerts");
    expect(stage.events).toEqual([]);
  });

  test("per session refuses a call without one, also while the state is out of reach", async () => {
    const stage = new Stage(`${BASE}
      shadow deny watched { call look  when untrusted in session.labels }
      @outage("allow")
      limit few { call look  per session  at most 3 calls in 1h }`);
    expect(await stage.verdict({ tool: "look" })).toBe("deny");
    stage.store.out = true;
    expect(await stage.verdict({ tool: "look" })).toBe("deny");
  });
});

describe("a store out of reach", () => {
  test("lets through only reads whose every limit says so", async () => {
    const stage = new Stage(`${BASE}
      @outage("allow")
      limit few { call look  per user  at most 3 of (args.n else 1) in 1h }
      limit money { call pay  per user  at most 50 of args.amount in 1d }`);
    stage.store.out = true;
    expect(await stage.verdict({ tool: "look" })).toBe("allow");
    expect(await stage.verdict({ tool: "look", args: { n: 4 } })).toBe("deny");
    expect(await stage.verdict({ tool: "look", session: "s" })).toBe("deny");
    expect(await stage.verdict({ tool: "look", id: "k" })).toBe("deny");
    expect(await stage.verdict({ tool: "pay", args: { amount: 1 } })).toBe("deny");
  });
});

describe("a set", () => {
  const SETS = `${BASE}
    data bad: set<text> = ["a", "b"]
    type Tagged = { tags: set<text> }
    tool tag { action write  tier 2  args { of: Tagged  all: list<Tagged, 3> }  accepts any  yields nothing }
    allow tags { agent bot for role clerk  call tag }
    deny bad_tags { call tag  when args.of.tags == bad or some each in args.all { each.tags == bad } }
    deny same { call tag  when args.of in args.all }
  `;
  const tagged = (of: string[], all: string[][] = []) => ({
    tool: "tag",
    args: { of: { tags: of }, all: all.map((tags) => ({ tags })) },
  });

  test("passes no deny by being written in another order", async () => {
    const stage = new Stage(SETS);
    expect(await stage.verdict(tagged(["a"]))).toBe("allow");
    expect(await stage.verdict(tagged(["b", "a"]))).toBe("deny");
    expect(await stage.verdict(tagged(["b", "a", "b"]))).toBe("deny");
    expect(await stage.verdict(tagged(["a"], [["b", "a"]]))).toBe("deny");
    expect(await stage.verdict(tagged(["c", "d"], [["d", "c"]]))).toBe("deny");
  });
});

describe("an approval that waits or was given", () => {
  const POLICY = `
  role clerk
  role boss
  assurance low as "aal1"
  agent bot { acts for user }
  tool pay { action write  tier 2  args { }  accepts any  yields nothing }
  approval pair { from role boss  quorum 1  expires 1h }
  allow asked { agent bot for role clerk  call pay  need approval pair }
  allow signed { agent bot for role clerk  call pay  need step-up low }
  deny blocked { call pay  when "blocked" in user.groups }
  limit tries { call pay  per user  at most 3 attempts in 1h }`;
  const weak = [user("ana"), agent("bot")];
  const strong = [user("ana", { acr: "aal1" }), agent("bot")];
  const pay = { tool: "pay", actors: weak };
  const rejecting = `${POLICY.replace("allow signed", "shadow allow signed")}`;

  test("lets no other alternative be tried without end", async () => {
    const stage = new Stage(rejecting);
    expect(await stage.verdict(pay)).toBe("require-approval");
    stage.swap(POLICY);
    const verdicts: string[] = [];
    for (let i = 0; i < 4; i++) verdicts.push(await stage.verdict({ ...pay, actors: strong }));
    expect(verdicts).toEqual(["allow", "allow", "deny", "deny"]);
  });

  test("counts the calls that wait for it, or use it, once", async () => {
    const stage = new Stage(rejecting);
    const asked = await stage.decide(pay);
    for (let i = 0; i < 5; i++) expect(await stage.verdict(pay)).toBe("require-approval");
    await stage.approve(asked, { id: "tess", roles: ["boss"] });
    expect(await stage.verdict(pay)).toBe("allow");
    expect((await stage.decide({ ...pay, dry_run: true })).limits).toMatchObject([{ remaining: 2 }]);
  });

  test("hides no denied attempt", async () => {
    const stage = new Stage(rejecting);
    await stage.decide(pay);
    const denied = { ...pay, actors: [user("ana", { groups: ["blocked"] }), agent("bot")] };
    for (let i = 0; i < 3; i++) expect(await stage.verdict(denied)).toBe("deny");
    const { limits } = await stage.decide({ tool: "pay", actors: weak, dry_run: true });
    expect(limits).toMatchObject([{ remaining: 0 }]);
  });
});
