import { describe, expect, test } from "vitest";
import { decisionKind } from "../../src/engine/request/decision-id.js";
import { problemOf, Stage } from "./stage.js";

const POLICY = `
module acme
role clerk
role boss
agent bot { acts for user }
tool look { action read  tier 1  args { }  accepts any  yields nothing }
tool pay { action write  tier 2  args { }  accepts any  yields nothing }
approval pair { from role boss  quorum 1  expires 1h }
allow looks { agent any  call look }
allow pays { agent bot for role clerk  call pay  need approval pair }
`;
const key = new Uint8Array(32).fill(1);
const reported = (stage: Stage, decision_id: string) =>
  problemOf(stage.pdp.outcome({ decision_id, status: "not_run" }, stage.caller));

describe("a decision id", () => {
  test("tells what was decided under it", async () => {
    const stage = new Stage(POLICY);
    expect((await stage.allowed({ tool: "look" })).decision_id).toMatch(/^dec_n-/);
    expect((await stage.allowed({ tool: "look", id: "k" })).decision_id).toMatch(/^dec_k-/);
    expect((await stage.decide({ tool: "pay" })).decision_id).toMatch(/^dec_d-/);
    expect((await stage.decide({ tool: "none" })).decision_id).toMatch(/^dec_d-/);
    for (const tool of ["look", "pay", "none"])
      expect((await stage.decide({ tool, dry_run: true })).decision_id).toMatch(/^dec_t-/);
  });

  test("that was invented, or is of no allow, takes no outcome", async () => {
    const stage = new Stage(POLICY);
    const { decision_id: given } = await stage.allowed({ tool: "look" });
    expect(await reported(stage, given)).toBe("done");
    const digit = given.at(8) === "0" ? "1" : "0";
    const [uuid] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(given) ?? [];
    const invented = [
      given.slice(0, 8) + digit + given.slice(9),
      given.slice(0, -1),
      `dec_n-${uuid}`,
      `dec_k-${uuid}`,
      `${given}x`,
      "",
    ];
    for (const id of invented) expect(await reported(stage, id), id).toBe(404);
    const others = [
      { tool: "pay" },
      { tool: "none" },
      { tool: "look", dry_run: true },
      { tool: "pay", dry_run: true },
    ];
    for (const request of others)
      expect(await reported(stage, (await stage.decide(request)).decision_id)).toBeOneOf([404, 409]);
  });

  test("given under one key is none under another", async () => {
    const { decision_id } = await new Stage(POLICY).allowed({ tool: "look" });
    expect(decisionKind(decision_id, key)).toBeUndefined();
  });

  test("of a dry run comes with its mark, whatever the verdict", async () => {
    const stage = new Stage(POLICY);
    for (const tool of ["look", "pay", "none"]) {
      expect(await stage.decide({ tool, dry_run: true })).toMatchObject({ dry_run: true });
      expect(await stage.decide({ tool })).not.toHaveProperty("dry_run");
      expect(await stage.decide({ tool, dry_run: false })).not.toHaveProperty("dry_run");
    }
  });
});
