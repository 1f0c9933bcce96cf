import { describe, expect, test } from "vitest";
import { agent, problemOf, rules, Stage, user } from "./stage.js";

const POLICY = `
module acme
role clerk
role boss
schema context { reason: text<10> }
agent bot { acts for user }
agent sub { acts for user  invoked by bot }
delegation { depth 2 }
tool look { action read  tier 1  args { }  accepts any  yields nothing }
tool note { action write  tier 2  args { }  accepts any  yields nothing }
tool pay { action write irreversible  tier 2  args { }  accepts any  yields nothing }
approval one { from role boss  quorum 1  expires 20m }
approval two { from role boss  quorum 1  expires 20m }
transaction work { agent bot for role clerk  lasts 2h  idle 5m  irreversible last }
transaction plain { agent bot  lasts 2h  order { once look  maybe note  once pay } }
transaction planned { agent bot  lasts 2h  confirm plan }
allow looks { agent bot, sub  call look }
allow notes { agent bot  call note  when not prior note within 1h same user  need approval one }
allow noted { agent bot  call note inside planned  when prior look ok within 1h same user }
allow pays { agent bot  call pay }
require both { call note  when context.reason == "both"  need approval two }
`;
const context = { reason: "a" };
const bess = { id: "bess", roles: ["boss"] };
const MINUTE = 60_000;

async function begun(kind = "work", more: object = {}) {
  const stage = new Stage(POLICY);
  await stage.session("s");
  const transaction = await stage.transaction(kind, "s", more);
  const step = (tool: string, change: object = {}) => ({
    tool,
    session: "s",
    transaction,
    context,
    ...change,
  });
  const commit = () => stage.pdp.commitTransaction(transaction, "default", stage.caller);
  const abort = () => stage.pdp.abortTransaction(transaction, "default", stage.caller);
  return { stage, transaction, step, commit, abort };
}

describe("a transaction", () => {
  test("is opened where a schema of the context requires a field, and its plan is judged with the context", async () => {
    const { stage } = await begun();
    const plan = [{ tool: "look" }];
    expect(await problemOf(stage.transaction("planned", "s", { plan }))).toBe(400);
    expect(await problemOf(stage.transaction("planned", "s", { plan, context }))).toBe("done");
  });

  test("takes no plan where nothing is asked of one", async () => {
    const { stage } = await begun();
    expect(await problemOf(stage.transaction("work", "s", { plan: [{ tool: "look" }], context }))).toBe(400);
  });

  test("is of whoever opened it, in a session of theirs", async () => {
    const { stage, step } = await begun();
    const bo = [user("bo"), agent("bot")];
    await stage.pdp.openSession({ id: "of-bo", actors: bo }, stage.caller);
    expect(rules(await stage.decide(step("look", { actors: bo })))).toContain(
      "builtin.transaction_not_yours",
    );
    expect(rules(await stage.decide(step("look", { actors: bo, session: "of-bo" })))).toEqual([
      "builtin.transaction_not_open",
    ]);
    expect(await problemOf(stage.transaction("work", "of-bo"))).toBe(403);
    expect(await problemOf(stage.transaction("work", "none"))).toBe(404);
  });

  test("asks at each call whom it is for", async () => {
    const { stage, step } = await begun();
    await stage.allowed(step("look"));
    const fired = [user("ana", { roles: [] }), agent("bot")];
    expect(rules(await stage.decide(step("look", { actors: fired })))).toEqual([
      "builtin.transaction_not_for_you",
    ]);
    await stage.allowed(step("look", { actors: [user("ana"), agent("bot"), agent("sub")] }));
  });

  test("takes nothing after its irreversible step, which does not come back", async () => {
    const { stage, step, abort } = await begun();
    const paid = await stage.allowed(step("pay"));
    await stage.outcome(paid, "not_run");
    const after = await stage.decide(step("look"));
    expect(rules(after)).toEqual(["builtin.transaction_order"]);
    expect(after.reasons[0]?.message).toContain("no further step");
    expect(await abort()).toMatchObject({
      irreversible: [{ tool: "pay", decision_id: paid.decision_id, outcome: "unknown" }],
    });
  });

  test("says which step it admits", async () => {
    const { stage, step } = await begun("plain");
    const early = await stage.decide(step("pay"));
    expect(rules(early)).toEqual(["builtin.transaction_order"]);
    expect(early.reasons[0]?.message).toContain("it admits only `look`.");
    await stage.allowed(step("look"));
    expect((await stage.decide(step("look"))).reasons[0]?.message).toContain("one of `note`, `pay`.");
  });

  test("is committed once each required step is known to have succeeded", async () => {
    for (const last of ["ok", "failed", "unknown"] as const) {
      const { stage, step, commit } = await begun("plain");
      expect(await problemOf(commit())).toBe(409);
      const looked = await stage.allowed(step("look"));
      const paid = await stage.allowed(step("pay"));
      await expect(commit()).rejects.toThrow(`\`look\` (${looked.decision_id}) has no outcome yet`);
      await stage.outcome(looked, "ok");
      await expect(commit()).rejects.toThrow(`\`pay\` (${paid.decision_id}) has no outcome yet`);
      await stage.outcome(paid, last);
      if (last !== "ok") await expect(commit()).rejects.toThrow(`was reported as \`${last}\``);
      else expect(await commit()).toMatchObject({ status: "committed" });
    }
  });

  test("judges a prior on an earlier step of its plan as if that had run", async () => {
    const { stage } = await begun();
    const open = (...tools: string[]) =>
      problemOf(stage.transaction("planned", "s", { context, plan: tools.map((tool) => ({ tool })) }));
    expect(await open("look", "note", "note")).toBe("done");
    // The other allow says that there is no note before it.
    stage.swap(POLICY.replace("allow noted", "shadow allow noted"));
    expect(await open("look", "note")).toBe("done");
    expect(await open("note", "note")).toBe(422);
  });
});

describe("a transaction that idles", () => {
  test("waits for each approval, and runs on from the last one", async () => {
    const { stage, step } = await begun();
    const asked = await stage.decide(step("note", { context: { reason: "both" } }));
    const [first, second] = asked.needs.map((need) => ("id" in need ? (need.id ?? "") : ""));
    stage.clock.advance(4 * MINUTE);
    await stage.pdp.approve(first as string, "default", bess, undefined);
    stage.clock.advance(10 * MINUTE);
    await stage.allowed(step("look"));
    stage.clock.advance(4 * MINUTE);
    await stage.pdp.approve(second as string, "default", bess, undefined);
    stage.clock.advance(4 * MINUTE);
    await stage.allowed(step("look"));
    stage.clock.advance(5 * MINUTE);
    expect(rules(await stage.decide(step("look")))).toEqual(["builtin.transaction_not_open"]);
  });

  test("is never revived: by a withdrawal, an approval that comes late, or a looser policy", async () => {
    const { stage, step } = await begun();
    const id = ({ needs }: { needs: readonly object[] }) => (needs[0] as { id: string }).id;
    const asked = await stage.decide(step("note"));
    await stage.approve(asked, bess);
    stage.clock.advance(6 * MINUTE);
    const over = async () => rules(await stage.decide(step("look")));
    expect(await over()).toEqual(["builtin.transaction_not_open"]);
    await stage.pdp.withdraw(id(asked), "default", stage.caller);
    expect(await over()).toEqual(["builtin.transaction_not_open"]);
    stage.swap(POLICY.replace("idle 5m", "idle 1h"));
    expect(await over()).toEqual(["builtin.transaction_not_open"]);
    stage.swap(POLICY.replace("  idle 5m", ""));
    expect(await over()).toEqual(["builtin.transaction_not_open"]);
  });
});
