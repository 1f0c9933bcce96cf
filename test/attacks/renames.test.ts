import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/model/decision.js";
import { rules, Stage } from "./stage.js";

const POLICY = `
role clerk
label internal
label pii
label untrusted integrity
agent bot { acts for user }
tool read { action read  tier 1  args { }  accepts any  yields pii }
tool web { action read  tier 1  args { }  accepts any  yields untrusted }
tool book { action read  tier 1  args { }  result { to: email }  accepts any  yields nothing }
tool mail { action write  tier 2  args { to: email, text: text<100> }  accepts internal, pii  yields nothing }
tool note { action write  tier 2  args { text: text<100> }  accepts any  yields nothing }
tool post { action write  tier 2  args { to: email }  accepts any  yields nothing }
allow reads { call any read tier 1 }
allow mails { agent bot for role clerk  call mail, note, post }
deny private { call note  when pii in session.labels }
deny tainted { call post  when untrusted in labels_of(args.to) }
deny seldom { call post  when prior mail within 1h same args.to }
`;
const to = "ana@acme.com";
const mail = { tool: "mail", session: "s", args: { to, text: "x" } };
const note = { tool: "note", session: "s", args: { text: "x" } };
const post = { tool: "post", session: "s", args: { to } };

async function stageWith(tool: string): Promise<Stage> {
  const stage = new Stage(POLICY);
  await stage.session("s");
  await stage.allowed({ tool, session: "s" });
  return stage;
}
const isUnknown = ({ reasons }: Decision) => reasons.every(({ unknown }) => unknown === true);

describe("a label that a session holds and the policy declares no more", () => {
  const renamed = POLICY.replaceAll("pii", "personal").replaceAll("untrusted", "outside");

  test("makes questions about labels unknown, and what accepts labels refuse", async () => {
    for (const tool of ["read", "web"]) {
      const stage = await stageWith(tool);
      stage.swap(renamed);
      for (const call of [mail, note, post]) {
        const decision = await stage.decide(call);
        expect(decision.decision).toBe("deny");
        expect(isUnknown(decision), JSON.stringify(decision.reasons)).toBe(true);
      }
      stage.swap(POLICY);
      expect(await stage.verdict(mail)).toBe(tool === "read" ? "allow" : "deny");
    }
  });

  test("also where it is known of a value alone", async () => {
    const stage = new Stage(POLICY);
    await stage.session("s");
    const call = await stage.allowed({ tool: "book", session: "s" });
    await stage.outcome(call, "failed", { result: { to }, labels: ["untrusted"] });
    expect(rules(await stage.decide(post))).toEqual(["tainted"]);
    stage.swap(renamed);
    const decision = await stage.decide(post);
    expect([rules(decision), isUnknown(decision)]).toEqual([["tainted"], true]);
  });

  test("is carried over by `@was`, with what vouches for a value", async () => {
    const carried = renamed
      .replace("label personal", '@was("pii")\nlabel personal')
      .replace("label outside", '@was("untrusted")\nlabel outside');
    const stage = await stageWith("read");
    stage.swap(carried);
    expect(rules(await stage.decide(note))).toEqual(["private"]);
    expect(await stage.verdict(mail)).toBe("allow");
    expect((await stage.pdp.session("s", "default", stage.caller)).labels).toEqual(["personal"]);

    const other = await stageWith("web");
    const vouching = await other.allowed({ tool: "book", session: "s" });
    await other.outcome(vouching, "ok", { result: { to } });
    await other.outcome(await other.allowed({ tool: "book", session: "s" }), "ok", {
      result: { to: "bo@acme.com" },
      labels: ["untrusted"],
    });
    other.swap(carried);
    expect(await other.verdict(post)).toBe("allow");
    expect(rules(await other.decide({ ...post, args: { to: "bo@acme.com" } }))).toEqual(["tainted"]);
    expect(rules(await other.decide({ ...post, args: { to: "eve@acme.com" } }))).toEqual(["tainted"]);
    const late = await other.allowed({ tool: "book", session: "s" });
    await other.outcome(late, "ok", { result: { to: "late@acme.com" }, labels: ["untrusted"] });
    expect(rules(await other.decide({ ...post, args: { to: "late@acme.com" } }))).toEqual(["tainted"]);
  });
});

describe("a tool that is renamed", () => {
  const renamed = POLICY.replace("call mail,", "call send,")
    .replace("tool mail", "tool send")
    .replace("prior mail", "prior send");

  test("leaves `prior` unknown, and with `@was` true", async () => {
    for (const was of ["", '@was("mail")\n']) {
      const stage = new Stage(POLICY);
      await stage.session("s");
      expect(await stage.verdict(post)).toBe("allow");
      await stage.outcome(await stage.allowed(mail), "ok");
      stage.swap(renamed.replace("tool send", `${was}tool send`));
      const decision = await stage.decide(post);
      expect([rules(decision), isUnknown(decision)]).toEqual([["seldom"], was === ""]);
    }
  });

  test("has the results of its open calls judged as they were declared", async () => {
    const stage = new Stage(POLICY);
    await stage.session("s");
    const call = await stage.allowed({ tool: "book", session: "s" });
    stage.swap(POLICY.replaceAll("tool book", '@was("book")\ntool shelf'));
    await stage.outcome(call, "ok", { result: { to } });
    expect((await stage.pdp.session("s", "default", stage.caller)).labels).toEqual([]);
  });
});

describe("an exception that is renamed", () => {
  test("begins its uses anew, and with `@was` goes on", async () => {
    const policy = (declaration: string) => `
role clerk
agent bot { acts for user }
assurance low as "aal1" < high as "aal2"
tool note { action write  tier 2  args { }  accepts any  yields nothing }
allow notes { agent bot for role clerk  call note }
waivable deny never { call note }
${declaration} to never { call note  need step-up high  uses 1  until 2026-12-01T00:00:00Z  because "a test" }
`;
    for (const [declaration, verdict] of [
      ['@was("once")\nexception again', "deny"],
      ["exception again", "allow"],
    ] as const) {
      const stage = new Stage(policy("exception once"));
      stage.actors = stage.actors.map((actor) =>
        actor.type === "user" ? { ...actor, acr: "aal2", auth_time: stage.clock.now() / 1000 } : actor,
      );
      expect(await stage.verdict({ tool: "note" })).toBe("allow");
      expect(await stage.verdict({ tool: "note" })).toBe("deny");
      stage.swap(policy(declaration));
      expect(await stage.verdict({ tool: "note" })).toBe(verdict);
    }
  });
});
