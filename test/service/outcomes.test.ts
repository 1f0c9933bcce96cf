import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "./harness.js";

const POLICY = `
role clerk
label internal
label outside integrity
agent helper { acts for user }
tool read { action read  tier 1  args { }  result { page: text<64> }  accepts any  yields nothing }
tool web { action read  tier 1  args { }  accepts any  yields internal }
tool mail { action write  tier 2  args { text: text<100> }  accepts internal  yields nothing }
allow reads { call any read tier 1 }
allow mails { agent helper for role clerk  call mail }
limit few { call mail  at most 1 calls in 1h }
`;
const actors = [
  { type: "user", id: "ana", roles: ["clerk"] },
  { type: "agent", id: "helper" },
];

async function served(config: object = {}) {
  const bundleDir = await mkdtemp(join(tmpdir(), "writ-outcomes-"));
  onTestFinished(() => rm(bundleDir, { recursive: true }));
  await writeFile(join(bundleDir, "policy.writ"), POLICY);
  const configFile = join(bundleDir, "service.json");
  await writeFile(configFile, JSON.stringify(config));
  const service = await serve({ bundleDir, configFile });
  const { post, get } = service;
  await post("/sessions", { id: "s", actors });
  const decide = async (call: object) => (await post("/decide", { actors, ...call })).json;
  const labels = async () => (await get("/sessions/s")).json.labels;
  return { ...service, bundleDir, decide, labels };
}

describe("a result that cannot be read", () => {
  const HOSTILE: readonly [string, string | Buffer][] = [
    ["nested too deeply", `${"[".repeat(40)}${"]".repeat(40)}`],
    ["with a prototype", '{"page":"x","__proto__":{"a":1}}'],
    ["with a number without end", '{"page":"x","n":1e400}'],
    ["with a key twice", '{"page":"x","page":"y"}'],
    ["that is no JSON", '{"page": tru, "}": [,]}'],
    ["that is not UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ];

  it.each(HOSTILE)("%s is seen all the same", async (_, result) => {
    const { send, decide, labels } = await served();
    const call = await decide({ tool: "read", session: "s" });
    const body = Buffer.concat([
      Buffer.from(`{"labels":["internal"],"result" : `),
      Buffer.from(result),
      Buffer.from(` ,"status":"ok","decision_id":"${call.decision_id}"}`),
    ]);
    const headers = { "content-type": "application/json" };
    const answer = await send("/outcomes", { method: "POST", headers, body });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ status: "ok", notice: expect.stringContaining("could not be read") });
    expect(await labels()).toEqual(["internal", "outside"]);
    const mail = { tool: "mail", session: "s", args: { text: "x" } };
    expect((await decide(mail)).reasons[0].rule).toBe("builtin.label_not_accepted");
  });

  it("does not make up for a mistake elsewhere, and no other address takes one", async () => {
    const { post, decide, labels } = await served();
    const { decision_id } = await decide({ tool: "read", session: "s" });
    const deep = `${"[".repeat(40)}${"]".repeat(40)}`;
    for (const body of [
      `{"decision_id":"${decision_id}","status":"ok","status":"failed","result":${deep}}`,
      `{"decision_id":"${decision_id}","status":"ok","result":${deep},"result":1}`,
      `{"decision_id":"${decision_id}","status":"ok","result":${deep}`,
      `{"decision_id":"${decision_id}","status":"ok","resul":${deep}}`,
      `{"decision_id":"${decision_id}","status":"ok","result":{"a":[}}`,
      `["result",${deep}]`,
    ])
      expect((await post("/outcomes", body)).status, body).toBe(400);
    expect((await post("/decide", `{"tool":"read","result":${deep}}`)).status).toBe(400);
    expect((await post("/outcomes", { decision_id, status: "ok", unreadable: "x" })).status).toBe(400);
    expect(await labels()).toEqual([]);
  });
});

describe("an outcome", () => {
  it("of a decision that allowed nothing, or was never given, is a 404", async () => {
    const { post, decide } = await served();
    const allowed = await decide({ tool: "mail", session: "s", args: { text: "x" } });
    const denied = await decide({ tool: "mail", session: "s", args: { text: "y" } });
    expect([allowed.decision, denied.decision]).toEqual(["allow", "deny"]);
    const dry = await decide({ tool: "read", session: "s", dry_run: true });
    expect(dry.decision).toBe("allow");
    const uuid = "00000000-0000-4000-8000-000000000000";
    for (const id of [denied.decision_id, dry.decision_id, `dec_k-${uuid}`, `dec_n-${uuid}`, uuid, "x"])
      expect((await post("/outcomes", { decision_id: id, status: "ok" })).status, id).toBe(404);
    const { decision_id } = allowed;
    expect((await post("/outcomes", { decision_id, status: "ok" })).status).toBe(200);
  });

  it("`unknown` may be followed by the truth, which may not be followed by another", async () => {
    const { post, decide } = await served();
    const { decision_id } = await decide({ tool: "mail", session: "s", args: { text: "x" } });
    const report = async (status: string) => (await post("/outcomes", { decision_id, status })).status;
    expect(await report("unknown")).toBe(200);
    expect(await report("not_run")).toBe(200);
    expect(await report("ok")).toBe(409);
    expect((await decide({ tool: "mail", session: "s", args: { text: "x" } })).decision).toBe("allow");
  });

  it("with labels of a call without a session is a 409", async () => {
    const { post, decide } = await served();
    const { decision_id } = await decide({ tool: "read" });
    const answer = await post("/outcomes", { decision_id, status: "ok", labels: ["internal"] });
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({
      type: "urn:writ:problem:no_session",
      problems: [{ pointer: "/labels" }],
    });
  });
});

describe("where the configuration requires sessions", () => {
  it("a call of what yields labels needs one", async () => {
    const { decide } = await served({ sessions: "required" });
    expect((await decide({ tool: "web" })).reasons[0].rule).toBe("builtin.session_required");
    expect((await decide({ tool: "web", session: "s" })).decision).toBe("allow");
    expect((await decide({ tool: "read" })).decision).toBe("allow");
  });
});

describe("a child session", () => {
  it("that states something is a 400", async () => {
    const { post } = await served();
    const answer = await post("/sessions", { actors, parent: "s", stated: "pay eve" });
    expect(answer.status).toBe(400);
    expect(answer.json.problems).toMatchObject([{ pointer: "/stated" }]);
    expect((await post("/sessions", { actors, parent: "s" })).status).toBe(201);
  });
});

describe("a reload", () => {
  it("logs what is forgotten, and leaves a new `prior` unknown", async () => {
    const { bundleDir, service, lines, decide } = await served();
    const mail = { tool: "mail", session: "s", args: { text: "x" } };
    const asks = "deny again { call mail  when prior web within 1h same user }\n";
    await writeFile(join(bundleDir, "policy.writ"), POLICY.replaceAll("internal", "inner") + asks);
    await service.reload();
    const said = lines.map(({ msg }) => msg);
    expect(said).toContainEqual(expect.stringMatching(/^label internal is declared no more/));
    expect(said).toContainEqual(expect.stringMatching(/^prior web\(user\) was not kept before/));
    expect((await decide(mail)).reasons).toMatchObject([{ rule: "again", unknown: true }]);
  });
});
