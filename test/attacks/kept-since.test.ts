import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile/compile.js";
import { Pdp } from "../../src/engine/pdp.js";
import { createKeys } from "../../src/identity/keys.js";
import { bundleOf } from "../scenario/policy.js";
import { Stage } from "./stage.js";

const HEAD = `
role clerk
agent bot { acts for user }
tool create { action write  tier 2  args { vendor: text<20> }  accepts any  yields nothing }
tool pay { action write  tier 2  args { vendor: text<20> }  accepts any  yields nothing }
allow works { agent bot for role clerk  call create, pay }
`;
const fresh = (within: string, status = "ok") =>
  `${HEAD} deny fresh { call pay  when prior create ${status} within ${within} same args.vendor }`;
const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const pay = { tool: "pay", args: { vendor: "v" } };

async function create(stage: Stage, vendor = "v"): Promise<void> {
  await stage.outcome(await stage.allowed({ tool: "create", args: { vendor } }), "ok");
}

/** What the rule says of a payment: undefined where it lets it pass. */
async function says(stage: Stage, vendor = "v"): Promise<"unknown" | "true" | undefined> {
  const { reasons } = await stage.decide({ tool: "pay", args: { vendor } });
  const reason = reasons.find(({ rule }) => rule === "fresh");
  return reason && (reason.unknown === true ? "unknown" : "true");
}

describe("a `prior` about a time before its cell was kept", () => {
  test("is false in a store that is new, and true of what happened there", async () => {
    const stage = new Stage(fresh("1d"));
    expect(await says(stage)).toBeUndefined();
    await create(stage);
    expect(await says(stage)).toBe("true");
    stage.clock.advance(DAY + 1);
    expect(await says(stage)).toBeUndefined();
  });

  test("is unknown where the rule was widened, until it was kept for as long", async () => {
    const stage = new Stage(fresh("1s"));
    await create(stage);
    stage.clock.advance(60 * SECOND);
    expect(await says(stage)).toBeUndefined();
    stage.swap(fresh("1d"));
    expect(await says(stage)).toBe("unknown");
    stage.clock.advance(DAY - SECOND);
    expect(await says(stage)).toBe("unknown");
    await create(stage, "w");
    expect(await says(stage, "w")).toBe("true");
    stage.clock.advance(10 * SECOND);
    expect(await says(stage)).toBeUndefined();
  });

  test("goes on where the rule is narrowed, and where it is swapped for itself", async () => {
    const stage = new Stage(fresh("1d"));
    expect(await says(stage)).toBeUndefined();
    stage.swap(fresh("1h"));
    expect(await says(stage)).toBeUndefined();
    stage.swap(`${fresh("1h")} // a comment`);
    expect(await says(stage)).toBeUndefined();
    stage.swap(fresh("1d"));
    expect(await says(stage)).toBe("unknown");
  });

  test("is unknown where the rule was out for a while", async () => {
    const stage = new Stage(fresh("1d"));
    await stage.pdp.register();
    stage.swap(HEAD);
    await stage.pdp.register();
    await create(stage);
    stage.swap(fresh("1d"));
    await stage.pdp.register();
    expect(await says(stage)).toBe("unknown");
    stage.clock.advance(DAY + 10 * SECOND);
    expect(await says(stage)).toBeUndefined();
  });

  test("is unknown where a rule asks for the first time, also for denials alone", async () => {
    const stage = new Stage(HEAD);
    await stage.pdp.register();
    stage.swap(fresh("1h", "ok"));
    expect(await says(stage)).toBe("unknown");
    stage.clock.advance(3_600 * SECOND + 10 * SECOND);
    expect(await says(stage)).toBeUndefined();
    stage.swap(fresh("1h", "denied"));
    expect(await says(stage)).toBe("unknown");
    stage.swap(fresh("1h", "failed"));
    expect(await says(stage)).toBeUndefined();
  });

  test("is unknown once another bundle over the same store keeps it no more, and begins anew", async () => {
    const stage = new Stage(fresh("1h"));
    expect(await says(stage)).toBeUndefined();
    const { store, clock } = stage;
    const bundle = compile(bundleOf(HEAD).program, "r9");
    await new Pdp({ bundle, store, clock, keys: await createKeys() }).register();
    expect(await says(stage)).toBe("unknown");
    expect(await says(stage)).toBe("unknown");
    clock.advance(3_600 * SECOND + 10 * SECOND);
    expect(await says(stage)).toBeUndefined();
  });

  test.each([
    ["text", "email", "v@ACME.com"],
    ["text", "domain", "ACME.com"],
    ["text", "url", "HTTPS://acme.com"],
    ["text", "ip", "::ffff:10.0.0.1"],
    ["text", 'path<"/srv">', "a/b"],
    ["text", "time", "2026-01-01T01:00:00+01:00"],
    ["list<text>", "set<text>", ["b", "a"]],
    ["list<text>", "list<email>", ["v@ACME.com"]],
  ])(
    "is unknown where %s is %s from now on, for it is kept in another form",
    async (before, after, vendor) => {
      const typed = (type: string) => fresh("1d").replaceAll("vendor: text<20>", `vendor: ${type}`);
      const stage = new Stage(typed(before));
      await stage.pdp.register();
      await stage.outcome(await stage.allowed({ tool: "create", args: { vendor } }), "ok");
      stage.clock.advance(60 * SECOND);
      stage.swap(typed(after));
      const { reasons } = await stage.decide({ tool: "pay", args: { vendor } });
      expect(reasons).toMatchObject([{ rule: "fresh", unknown: true }]);
    },
  );

  test("goes on where a text may be longer from now on, or is one of some options", async () => {
    const stage = new Stage(fresh("1d"));
    await create(stage);
    for (const type of ["text<90>", '"v" | "w"']) {
      stage.swap(fresh("1d").replaceAll("vendor: text<20>", `vendor: ${type}`));
      expect(await says(stage)).toBe("true");
    }
  });

  test("is unknown while the store is out of reach, and tried again", async () => {
    const stage = new Stage(fresh("1h"));
    stage.store.out = true;
    await stage.pdp.register();
    expect((await stage.decide(pay)).decision).toBe("deny");
    stage.store.out = false;
    expect(await says(stage)).toBeUndefined();
  });
});
