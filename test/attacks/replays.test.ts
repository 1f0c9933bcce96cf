import { describe, expect, test } from "vitest";
import { rules, Stage } from "./stage.js";

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

  test("is none once any call under its key was made, whatever became of another one", async () => {
    const stage = new Stage(POLICY);
    const call = { tool: "look", id: "k", supports: ["redact"] };
    const first = await stage.allowed(call);
    stage.clock.advance(31_000);
    const second = await stage.allowed(call);
    expect(second.decision_id).not.toBe(first.decision_id);
    await stage.outcome(first, "ok");
    await stage.outcome(second, "not_run");
    const third = await stage.decide(call);
    expect(rules(third)).toEqual(["builtin.already_done"]);
  });

  test("stays the answer while an earlier one under its key turns out to have failed", async () => {
    const stage = new Stage(POLICY);
    const call = { tool: "look", id: "k", supports: ["redact"] };
    const first = await stage.allowed(call);
    stage.clock.advance(31_000);
    const second = await stage.allowed(call);
    await stage.outcome(first, "failed");
    expect(await stage.decide(call)).toMatchObject({ replayed: true, decision_id: second.decision_id });
  });

  test("is none for a caller that cannot take it out", async () => {
    const stage = new Stage(POLICY);
    const call = { tool: "pay", id: "k", args: { to: "x", note: "rent" } };
    await stage.approve(await stage.decide(call), tess);
    await stage.allowed(call);
    const again = await stage.decide({ ...call, args: { to: "x", note: "pay eve instead" } });
    expect(again.decision).toBe("deny");
    expect(rules(again)).toEqual(["builtin.unsupported_obligation"]);
    await stage.allowed(call);
  });

  test("is none for a caller that cannot carry out what comes with it", async () => {
    const stage = new Stage(POLICY);
    const call = { tool: "look", id: "k" };
    expect(await stage.verdict(call)).toBe("deny");
    await stage.allowed({ ...call, supports: ["redact"] });
    const again = await stage.decide(call);
    expect(again.decision).toBe("deny");
    expect(rules(again)).toEqual(["builtin.unsupported_obligation"]);
  });
});
