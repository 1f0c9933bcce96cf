/** Two issuers at one service: their people, roles and tenants are told apart, over HTTP with signed tokens. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createApiKey } from "../../src/identity/api-keys.js";
import { AUDIENCE, ISSUER, newIssuer } from "../identity/issuer.js";
import { serve, temporaryFile, temporaryFolder } from "./harness.js";

const PARTNER = "https://partner.example";
const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const helper = { type: "agent", id: "helper" };

const POLICY = `module acme
assurance password as "aal1" < mfa as "aal2"
role clerk
role treasurer
agent helper { title "Helper"  owner "acme"  acts for user }
tool notes.add { title "Add a note"  action write  tier 2  args { text: text<200> }  accepts any  yields nothing }
tool pay { title "Pay"  action write  tier 3  args { to: text<20> }  accepts any  yields nothing }
approval treasury { from role treasurer  expires 15m }
allow by_the_cfo { agent helper for user "cfo"  call notes.add }
allow by_the_partner_s_cfo { agent helper for user "partner|cfo"  call notes.add  when args.text == "for the partner" }
allow by_clerks { agent helper for role clerk  call notes.add  when args.text == "clerk" }
allow payments { agent helper  call pay  need confirmation, approval treasury }
`;

async function folderOf(policy: string): Promise<string> {
  const folder = join(await temporaryFolder(), "bundle");
  await mkdir(folder);
  await writeFile(join(folder, "policy.writ"), policy);
  return folder;
}

async function setUp(partnerChanges: object = {}, auth: object = {}) {
  const [own, partner] = [await newIssuer(), await newIssuer()];
  const gateway = createApiKey("gateway");
  const keys = [{ id: "gateway", hash: gateway.hash, scopes: ["decide"] }];
  const base = { audience: AUDIENCE, algorithms: ["ES256"] };
  const issuers = [
    { ...base, issuer: ISSUER, jwks_url: (await own.serve()).href },
    { ...base, issuer: PARTNER, jwks_url: (await partner.serve()).href, name: "partner", ...partnerChanges },
  ];
  const configFile = await temporaryFile("writ.json", { auth: { keys, issuers, ...auth } });
  const served = await serve({ configFile, bundleDir: await folderOf(POLICY) });
  const tokens = {
    own: (claims: object) => own.token(claims as Record<string, unknown>),
    partner: (claims: object) => partner.token({ iss: PARTNER, ...claims }),
  };
  const decide = async (body: object) => (await served.post("/decide", body, bearer(gateway.key))).json;
  const note = async (of: keyof typeof tokens, claims: object, text: string) => {
    const token = await tokens[of]({ act: { sub: "helper" }, ...claims });
    return decide({ token, tool: "notes.add", args: { text } });
  };
  return { ...served, tokens, decide, note };
}

describe("with two issuers", () => {
  it("a person of one is not the person of the same subject of the other", async () => {
    const { note } = await setUp();
    expect((await note("own", { sub: "cfo" }, "x")).decision).toBe("allow");
    expect((await note("partner", { sub: "cfo" }, "x")).decision).toBe("deny");
    expect((await note("partner", { sub: "cfo" }, "for the partner")).decision).toBe("allow");
    expect((await note("own", { sub: "partner|cfo" }, "for the partner")).status).toBe(400);
  });

  it("only the requester's own issuer confirms for them", async () => {
    const { post, decide, tokens } = await setUp();
    const actors = [{ type: "user", id: "ana" }, helper];
    const asked = await decide({ actors, tool: "pay", args: { to: "x" } });
    const url = asked.needs.find(({ type }: { type: string }) => type === "confirmation").url;
    const person = { sub: "ana", scope: "approve" };
    expect((await post(`${url}/approve`, {}, bearer(await tokens.partner(person)))).status).toBe(403);
    expect(
      (await post(`${url}/approve`, {}, bearer(await tokens.own({ ...person, azp: "helper" })))).status,
    ).toBe(403);
    expect((await post(`${url}/approve`, {}, bearer(await tokens.own(person)))).json.status).toBe("granted");
  });

  it("the other one gives no roles but those that are listed, to users and to approvers", async () => {
    const { note, post, decide, tokens } = await setUp();
    expect((await note("own", { sub: "joe", roles: ["clerk"] }, "clerk")).decision).toBe("allow");
    expect((await note("partner", { sub: "joe", roles: ["clerk"] }, "clerk")).decision).toBe("deny");
    const asked = await decide({
      actors: [{ type: "user", id: "ana" }, helper],
      tool: "pay",
      args: { to: "x" },
    });
    const url = asked.needs.find(({ type }: { type: string }) => type === "approval").url;
    const treasurer = { sub: "tess", roles: ["treasurer"], scope: "approve" };
    expect((await post(`${url}/approve`, {}, bearer(await tokens.partner(treasurer)))).status).toBe(403);
    expect((await post(`${url}/approve`, {}, bearer(await tokens.own(treasurer)))).json.status).toBe(
      "granted",
    );
    const listed = await setUp({ roles: ["clerk"] });
    expect((await listed.note("partner", { sub: "joe", roles: ["clerk"] }, "clerk")).decision).toBe("allow");
  });

  it("the other one is kept to the tenants that are listed", async () => {
    const { tokens, decide } = await setUp();
    const token = await tokens.partner({ sub: "cfo", act: { sub: "helper" } });
    const call = { token, tool: "notes.add", args: { text: "for the partner" } };
    expect((await decide(call)).decision).toBe("allow");
    expect((await decide({ ...call, tenant: "acme" })).status).toBe(403);
    const claimed = await setUp({ tenant_claim: "org", tenants: ["acme", "beta"] });
    const forOrg = async (org: string) =>
      claimed.decide({
        token: await claimed.tokens.partner({ sub: "cfo", org, act: { sub: "helper" } }),
        tool: "notes.add",
        args: { text: "for the partner" },
      });
    expect((await forOrg("beta")).decision).toBe("allow");
    expect((await forOrg("default")).status).toBe(400);
  });

  it("the default one is the first, or the one that the configuration names", async () => {
    const { note } = await setUp({}, { default_issuer: "partner" });
    expect((await note("partner", { sub: "cfo" }, "x")).decision).toBe("allow");
    expect((await note("own", { sub: "cfo" }, "x")).decision).toBe("deny");
  });
});

describe("a token", () => {
  it("that is refused names the failed check in the log, and never itself", async () => {
    const { get, lines, tokens } = await setUp();
    const token = await tokens.own({ cnf: { jkt: "x" } });
    const answer = await get("/policy", bearer(token));
    expect(answer).toMatchObject({ status: 401, json: { detail: expect.stringContaining("`cnf`") } });
    expect(lines.at(-1)).toMatchObject({ msg: "problem", failed_check: "cnf" });
    expect(JSON.stringify(lines)).not.toContain(token);
  });
});

describe("keys in a file", () => {
  it("that cannot be read any longer show in `/readyz`", async () => {
    const issuer = await newIssuer();
    const jwks_file = await temporaryFile("jwks.json", { keys: issuer.published });
    const issuers = [
      { issuer: ISSUER, audience: AUDIENCE, algorithms: ["ES256"], jwks_file, jwks_max_age: 1 },
    ];
    const configFile = await temporaryFile("writ.json", { auth: { issuers } });
    const { get } = await serve({ configFile, bundleDir: await folderOf(POLICY) });
    expect((await get("/readyz")).status).toBe(200);
    await writeFile(jwks_file, "{");
    await expect.poll(async () => (await get("/readyz")).status, { timeout: 5_000 }).toBe(503);
    await writeFile(jwks_file, JSON.stringify({ keys: issuer.published }));
    await expect.poll(async () => (await get("/readyz")).status, { timeout: 5_000 }).toBe(200);
  });
});
