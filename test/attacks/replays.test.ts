import { describe, expect, test } from "vitest";
import { agent, rules, Stage, user } from "./stage.js";

const POLICY = `
module acme
role clerk
agent bot { acts for user }
tool pay { action write  tier 2  args { to: text<20>  @advisory note?: text<50> }  accepts any  yields nothing }
tool look { action read  tier 1  args { }  accepts any  yields nothing }
approval pair { from role clerk  quorum 1  expires 1h }
allow pays { agent bot for role clerk  call pay  need approval pair }
allow looks { agent any  call look }
require masked { call look  with redact("result.card") }
`;
const COUNTED = `
module acme
role clerk
role boss
assurance low as "aal1" < high as "aal2"
label pii
schema user { age?: int }
schema agent { age?: int }
schema context { reason?: text<10> }
agent bot { acts for user }
tool pay { action write  tier 2  args { to: text<20> }  accepts any  yields nothing }
tool look { action read  tier 1  args { }  accepts any  yields nothing }
tool read { action read  tier 1  args { }  accepts any  yields pii }
tool once { action read  tier 1  args { }  accepts any  yields pii }
tool send { action write irreversible  tier 2  args { }  accepts any  yields nothing }
tool fresh { action write  tier 2  args { }  accepts any  yields nothing }
tool pair { action write  tier 2  args { }  accepts any  yields nothing }
tool rare { action write  tier 2  args { }  accepts any  yields nothing }
approval two { from role boss  quorum 1  expires 1h }
transaction work { agent bot  lasts 30m  idle 10m  irreversible last }
allow pays { agent bot  call pay }
allow looks { agent bot  call look, read, once }
allow sends { agent bot  call send }
allow freshly { agent bot  call fresh  need step-up high within 5m }
allow pairs { agent bot  call pair  need approval two }
allow rarely { agent bot  call rare }
waivable deny no_rare { call rare }
exception just_once to no_rare { call rare  uses 1  need step-up low  until 2030-01-01T00:00:00Z  because "Once." }
deny clean_only { call once  when pii in session.labels }
deny first_only { call once  when session.steps > 0 }
deny never_twice { call once  when prior once within 1h same user }
limit twice { call pay  per user  at most 2 calls in 2d }
`;
const tess = { id: "tess", roles: ["clerk"] };
const supports = ["timeout", "log", "drop"];

describe("an answer that is given again under its key", () => {
  test("takes out an advisory text that the allowed call did not have", async () => {
    const stage = new Stage(POLICY);
    const call = { tool: "pay", args: { to: "x", note: "rent" }, supports };
    await stage.approve(await stage.decide(call), tess);
    const first = await stage.allowed({ ...call, id: "k" });
    expect(first.obligations).toEqual([]);
    const again = await stage.allowed({ ...call, id: "k", args: { to: "x", note: "pay eve instead" } });
    expect(again).toMatchObject({
      replayed: true,
      decision_id: first.decision_id,
      obligations: [{ type: "drop", places: ["args.note"] }],
    });
    const same = await stage.allowed({ ...call, id: "k" });
    expect(same.obligations).toEqual([]);
  });

  test("is none once the call was made, and is judged anew once it failed or was not run", async () => {
    const stage = new Stage(POLICY);
    const call = { tool: "look", id: "k", supports: ["redact"] };
    const first = await stage.allowed(call);
    await stage.outcome(first, "failed");
    const second = await stage.allowed(call);
    expect(second).not.toHaveProperty("replayed");
    expect(second.decision_id).not.toBe(first.decision_id);
    await stage.outcome(second, "not_run");
    const third = await stage.allowed(call);
    expect(third.decision_id).not.toBe(second.decision_id);
    await stage.outcome(third, "ok");
    expect(rules(await stage.decide(call))).toEqual(["builtin.already_done"]);
  });

  test("is none for a caller that cannot take it out", async () => {
    const stage = new Stage(POLICY);
    const call = { tool: "pay", id: "k", args: { to: "x", note: "rent" } };
    await stage.approve(await stage.decide(call), tess);
    await stage.allowed(call);
    const again = await stage.decide({ ...call, args: { to: "x", note: "pay eve instead" } });
    expect(again.decision).toBe("deny");
    expect(rules(again)).toEqual(["builtin.replay_outdated", "builtin.unsupported_obligation"]);
    await stage.allowed(call);
  });

  test("is none for a caller that cannot carry out what comes with it", async () => {
    const stage = new Stage(POLICY);
    const call = { tool: "look", id: "k" };
    expect(await stage.verdict(call)).toBe("deny");
    await stage.allowed({ ...call, supports: ["redact"] });
    const again = await stage.decide(call);
    expect(again.decision).toBe("deny");
    expect(rules(again)).toEqual(["builtin.replay_outdated"]);
  });
});

describe("a request id", () => {
  test("is charged once, for as long as the outcome is open", async () => {
    const stage = new Stage(COUNTED);
    const call = { tool: "pay", id: "k", args: { to: "x" } };
    const first = await stage.allowed(call);
    for (const seconds of [1, 30, 31, 62, 3600, 20 * 3600]) {
      stage.clock.advance(seconds * 1000);
      const again = await stage.allowed(call);
      expect(again).toMatchObject({ replayed: true, decision_id: first.decision_id });
      expect(again.expires_at).toBeCloseTo(stage.clock.now() / 1000 + 30, 3);
    }
    expect((await stage.decide({ ...call, id: undefined, dry_run: true })).limits).toMatchObject([
      { remaining: 1 },
    ]);
    await stage.outcome(first, "unknown");
    expect(await stage.allowed(call)).toMatchObject({ replayed: true });
    expect(await stage.decide({ ...call, dry_run: true })).toMatchObject({ replayed: true, dry_run: true });
  });

  test("is of one call: another argument, actor, tool or session is refused", async () => {
    const stage = new Stage(COUNTED);
    await stage.session("s");
    const call = { tool: "pay", id: "k", args: { to: "x" } };
    await stage.allowed(call);
    const others = [
      { ...call, args: { to: "y" } },
      { ...call, session: "s" },
      { ...call, actors: [user("bo"), agent("bot")] },
      { tool: "look", id: "k" },
    ];
    for (const other of others) expect(rules(await stage.decide(other))).toEqual(["builtin.replayed_other"]);
    expect(await stage.verdict({ ...call, tenant: "other" })).toBe("allow");
  });
});

describe("an answer under a request id", () => {
  const call = { tool: "pay", id: "k", args: { to: "x" }, session: "s" };
  const outdated = ["builtin.replay_outdated"];
  const again = async (stage: Stage, change: object = {}) =>
    rules(await stage.decide({ ...call, ...change }));
  const begun = async (policy = COUNTED) => {
    const stage = new Stage(policy);
    await stage.session("s", { stated: "pay x" });
    await stage.allowed(call);
    return stage;
  };

  test("is not given again once its session has ended, whatever was opened since", async () => {
    const stage = await begun();
    await stage.endSession("s");
    expect(await again(stage)).toEqual(outdated);
    await stage.session("s", { stated: "pay eve" });
    expect(await again(stage)).toEqual(outdated);
  });

  test.each<[string, object]>([
    ["labels", { labels: { "*": ["pii"] } }],
    ["context", { context: { reason: "b" } }],
    ["supports", { supports: ["timeout"] }],
    ["a weaker sign-in", { actors: [user("ana", { acr: "aal1" }), agent("bot")] }],
    ["a stronger sign-in", { actors: [user("ana", { acr: "aal2" }), agent("bot")] }],
    ["a later sign-in", { actors: [user("ana", { auth_time: 1 }), agent("bot")] }],
    ["another role", { actors: [user("ana", { roles: ["clerk", "boss"] }), agent("bot")] }],
    ["a group", { actors: [user("ana", { groups: ["g"] }), agent("bot")] }],
    ["scopes", { actors: [user("ana", { scopes: ["a"] }), agent("bot")] }],
    ["an attribute", { actors: [user("ana", { attributes: { age: 3 } }), agent("bot")] }],
    ["the agent's scopes", { actors: [user("ana"), agent("bot", { scopes: ["a"] })] }],
    ["the agent's attributes", { actors: [user("ana"), agent("bot", { attributes: { age: 3 } })] }],
    [
      "a credential",
      { actors: [user("ana"), agent("bot", { credential: { issued_at: 1, expires_at: 4e9 } })] },
    ],
  ])("is not given again for a request with other %s", async (_what, change) => {
    const stage = await begun();
    expect(await again(stage, change)).toEqual(outdated);
    expect(await stage.allowed(call)).toMatchObject({ replayed: true });
  });

  test("is not given again once its transaction has ended: an irreversible call runs once", async () => {
    for (const end of ["abort", "commit", "idle"] as const) {
      const stage = new Stage(COUNTED);
      await stage.session("s");
      const transaction = await stage.transaction("work", "s");
      const step = { tool: "send", id: "k", session: "s", transaction };
      await stage.allowed(step);
      expect(await stage.allowed(step)).toMatchObject({ replayed: true });
      if (end === "abort") await stage.pdp.abortTransaction(transaction, "default", stage.caller);
      if (end === "commit") await stage.pdp.commitTransaction(transaction, "default", stage.caller);
      if (end === "idle") stage.clock.advance(11 * 60_000);
      expect(rules(await stage.decide(step))).toEqual([
        "builtin.replay_outdated",
        "builtin.transaction_not_open",
      ]);
    }
  });

  test("takes no second step, use or charge, and leaves the session as it is", async () => {
    const stage = new Stage(COUNTED);
    await stage.session("s");
    const transaction = await stage.transaction("work", "s");
    const step = { tool: "read", id: "k", session: "s", transaction };
    await stage.allowed(step);
    for (let i = 0; i < 3; i++) expect(await stage.allowed(step)).toMatchObject({ replayed: true });
    expect(await stage.pdp.transaction(transaction, "default", stage.caller)).toMatchObject({ steps: 1 });
    expect(await stage.pdp.session("s", "default", stage.caller)).toMatchObject({
      steps: 1,
      labels: ["pii"],
    });
  });

  test("survives its own effects, and not those of others", async () => {
    const stage = new Stage(COUNTED);
    await stage.session("s");
    const once = { tool: "once", id: "k", session: "s" };
    await stage.allowed(once);
    // It yields the label, is a step, and is in the past: each would deny a call like it.
    expect(await stage.allowed(once)).toMatchObject({ replayed: true });
    expect(await stage.verdict({ ...once, id: "other" })).toBe("deny");
    expect(await stage.allowed(once)).toMatchObject({ replayed: true });
    await stage.allowed({ tool: "read", session: "s" });
    const after = await stage.decide(once);
    expect(after.decision).toBe("deny");
    expect(rules(after)).toContain("builtin.replay_outdated");
    expect(rules(after)).toContain("acme.clean_only");
  });

  test("does not outlive the policy that gave it", async () => {
    const stage = await begun();
    stage.swap(COUNTED);
    expect(await stage.allowed(call)).toMatchObject({ replayed: true, revision: "r2" });
    stage.swap(`${COUNTED} deny never { call pay  when args.to == "x" }`);
    expect(await again(stage)).toEqual(["acme.never"]);
    stage.swap(
      COUNTED.replace(
        "allow pays { agent bot  call pay }",
        "allow pays { agent bot  call pay  need confirmation }",
      ),
    );
    expect(await again(stage)).toEqual(outdated);
    expect(stage.events).toEqual([]);
    stage.swap(COUNTED.replace("at most 2 calls", "at most 1 calls"));
    expect(await again(stage)).toEqual(["acme.twice", "builtin.replay_outdated"]);
  });

  test("does not outlive the sign-in and the approval that it rests on, and uses neither twice", async () => {
    const stage = new Stage(COUNTED);
    const actors = [user("ana", { acr: "aal2", auth_time: stage.clock.now() / 1000 }), agent("bot")];
    const fresh = { tool: "fresh", id: "f", actors };
    await stage.allowed(fresh);
    stage.clock.advance(4 * 60_000);
    expect(await stage.allowed(fresh)).toMatchObject({ replayed: true });
    stage.clock.advance(61_000);
    expect(rules(await stage.decide(fresh))).toEqual(outdated);

    const pair = { tool: "pair", id: "p" };
    await stage.approve(await stage.decide(pair), { id: "tess", roles: ["boss"] });
    await stage.allowed(pair);
    expect(await stage.allowed(pair)).toMatchObject({ replayed: true });
    expect(await stage.verdict({ tool: "pair" })).toBe("require-approval");
    stage.clock.advance(3_600_001);
    expect(rules(await stage.decide(pair))).toEqual(outdated);
  });

  test("that used an exception uses it once, and needs none that others used", async () => {
    const stage = new Stage(COUNTED);
    const waived = { tool: "rare", id: "k", actors: [user("ana", { acr: "aal1" }), agent("bot")] };
    await stage.allowed(waived);
    expect(await stage.allowed(waived)).toMatchObject({ replayed: true, exceptions: ["acme.just_once"] });
    expect(rules(await stage.decide({ ...waived, id: "other" }))).toEqual(["acme.no_rare"]);
  });

  test("keeps what was taken out of the call when it was approved", async () => {
    const stage = new Stage(POLICY);
    const paid = { tool: "pay", id: "k", supports };
    await stage.approve(await stage.decide({ ...paid, args: { to: "x", note: "rent" } }), tess);
    const other = { ...paid, args: { to: "x", note: "to eve" } };
    const drop = [{ type: "drop", places: ["args.note"] }];
    expect((await stage.allowed(other)).obligations).toEqual(drop);
    expect(await stage.allowed(other)).toMatchObject({ replayed: true, obligations: drop });
  });
});

describe("an allow", () => {
  test("is good for no longer than the credentials of its chain, and the token they came in", async () => {
    const stage = new Stage(POLICY);
    const now = stage.clock.now() / 1000;
    const credential = (seconds: number) => ({
      credential: { issued_at: now - 5, expires_at: now + seconds },
    });
    const look = { tool: "look", supports: ["redact"] };
    const until = async (seconds: number) =>
      (await stage.allowed({ ...look, actors: [user("ana"), agent("bot", credential(seconds))] }))
        .expires_at - now;
    expect(await until(3)).toBeCloseTo(3, 3);
    expect(await until(300)).toBeCloseTo(30, 3);
    const asked = { actors: stage.actors, ...look };
    const bounded = await stage.pdp.decide(asked, { id: "pep", until: now + 2 });
    expect(bounded.expires_at - now).toBeCloseTo(2, 3);
  });
});
