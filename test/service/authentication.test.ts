import { describe, expect, it, onTestFinished } from "vitest";
import { createApiKey } from "../../src/identity/api-keys.js";
import { start } from "../../src/service/start.js";
import { AUDIENCE, ISSUER, newIssuer } from "../identity/issuer.js";
import { ANA, DESK, HELPER, lookup, serve, temporaryFile } from "./harness.js";

const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const actors = [ANA, HELPER];
const refund = { actors, tool: "payments.refund", args: { case: "K-1", amount: 400 } };

async function guarded() {
  const issuer = await newIssuer();
  const [gateway, auditor, tess, acme] = ["gateway", "auditor", "tess", "acme"].map(createApiKey) as [
    Key,
    Key,
    Key,
    Key,
  ];
  const keys = [
    { id: "gateway", hash: gateway.hash, scopes: ["decide"] },
    { id: "auditor", hash: auditor.hash, scopes: ["audit"] },
    {
      id: "tess",
      hash: tess.hash,
      scopes: ["approve"],
      person: { id: "tess", roles: ["treasurer"], acr: "aal2" },
    },
    { id: "acme", hash: acme.hash, scopes: ["decide"], tenant: "acme" },
  ];
  const issuers = [
    {
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks_url: (await issuer.serve()).href,
      algorithms: ["ES256"],
      agent_claim: "azp",
    },
  ];
  const configFile = await temporaryFile("writ.json", { auth: { keys, issuers } });
  return {
    issuer,
    gateway: gateway.key,
    auditor: auditor.key,
    tess: tess.key,
    acme: acme.key,
    ...(await serve({ configFile })),
  };
}
type Key = ReturnType<typeof createApiKey>;

describe("a service with authentication", () => {
  it("decides for nobody without a credential", async () => {
    const { post, get } = await guarded();
    for (const headers of [
      {},
      bearer("x"),
      { authorization: "Basic YTpi" },
      bearer(createApiKey("gateway").key),
    ]) {
      const answer = await post("/decide", lookup(), headers);
      expect(answer).toMatchObject({
        status: 401,
        json: { type: "urn:writ:problem:unauthenticated", decision: "deny" },
      });
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
    for (const path of ["/policy", "/metrics", "/approvals", "/sessions/s"])
      expect((await get(path)).status).toBe(401);
    for (const path of ["/healthz", "/readyz", "/openapi.json"]) expect((await get(path)).status).toBe(200);
  });

  it("asks who speaks before it reads what is said", async () => {
    const { post } = await guarded();
    expect((await post("/decide", "{{{")).status).toBe(401);
  });

  it("holds each credential to its scopes", async () => {
    const { post, get, gateway, auditor, tess } = await guarded();
    expect((await post("/decide", lookup(), bearer(gateway))).json.decision).toBe("allow");
    for (const key of [auditor, tess]) {
      const answer = await post("/decide", lookup(), bearer(key));
      expect(answer).toMatchObject({
        status: 403,
        json: { type: "urn:writ:problem:forbidden", decision: "deny" },
      });
      expect(answer.headers.get("www-authenticate")).toContain('scope="decide"');
    }
    expect((await get("/approvals", bearer(gateway))).status).toBe(403);
    expect((await get("/approvals", bearer(auditor))).status).toBe(200);
    expect((await post("/approvals/apr_x/approve", {}, bearer(gateway))).status).toBe(403);
    expect((await get("/policy", bearer(auditor))).status).toBe(200);
  });

  it("holds a credential to its tenant", async () => {
    const { post, get, acme, gateway } = await guarded();
    expect((await post("/decide", lookup({ tenant: "other" }), bearer(acme))).status).toBe(403);
    expect((await post("/decide", lookup({ tenant: "acme" }), bearer(acme))).json.decision).toBe("allow");
    const { id } = (await post("/sessions", { actors }, bearer(acme))).json;
    expect((await get(`/sessions/${id}`, bearer(acme))).status).toBe(200);
    expect((await get(`/sessions/${id}?tenant=other`, bearer(acme))).status).toBe(403);
    expect((await get(`/sessions/${id}`, bearer(gateway))).status).toBe(404);
  });

  it("takes an outcome only from whoever got the decision", async () => {
    const { post, gateway, acme } = await guarded();
    const note = { actors, tool: "notes.add", args: { text: "x" } };
    const { decision_id } = (await post("/decide", note, bearer(gateway))).json;
    expect(
      (await post("/outcomes", { decision_id, status: "ok" }, bearer(acme))).status,
    ).toBeGreaterThanOrEqual(400);
    expect((await post("/outcomes", { decision_id, status: "ok" }, bearer(gateway))).status).toBe(200);
  });

  it("knows an approver by the credential, never by the body", async () => {
    const { post, gateway, tess, issuer } = await guarded();
    const url = (await post("/decide", refund, bearer(gateway))).json.needs[0].url;
    const named = { approver: { id: "tess", roles: ["treasurer"], acr: "aal2" } };
    expect((await post(`${url}/approve`, named, bearer(tess))).status).toBe(403);
    const weak = await issuer.token({ sub: "theo", scope: "approve", roles: ["treasurer"], acr: "aal1" });
    expect((await post(`${url}/approve`, {}, bearer(weak))).status).toBe(403);
    const requester = await issuer.token({ sub: "ana", scope: "approve", roles: ["treasurer"], acr: "aal2" });
    expect((await post(`${url}/approve`, {}, bearer(requester))).status).toBe(403);
    const treasurer = await issuer.token({
      sub: "theo",
      scope: "approve",
      roles: ["treasurer"],
      acr: "aal2",
    });
    expect((await post(`${url}/approve`, undefined, bearer(treasurer))).json.status).toBe("granted");
    expect((await post("/decide", refund, bearer(gateway))).json.decision).toBe("allow");
  });

  it("lets no agent approve with a token of somebody who may", async () => {
    const { post, gateway, issuer } = await guarded();
    const url = (await post("/decide", refund, bearer(gateway))).json.needs[0].url;
    const theo = { sub: "theo", scope: "approve", roles: ["treasurer"], acr: "aal2" };
    for (const claims of [{ act: { sub: "helper" } }, { azp: "helper" }, { azp: "theo" }]) {
      const token = await issuer.token({ ...theo, ...claims });
      expect((await post(`${url}/approve`, {}, bearer(token))).status).toBe(403);
    }
    const console = await issuer.token({ ...theo, azp: "console" });
    expect((await post(`${url}/approve`, {}, bearer(console))).json.status).toBe("granted");
  });

  it("keeps the user of a token in the body to the tenant that the token names", async () => {
    const issuer = await newIssuer();
    const [gateway, acme] = ["gateway", "acme"].map(createApiKey) as [Key, Key];
    const keys = [
      { id: "gateway", hash: gateway.hash, scopes: ["decide"] },
      { id: "acme", hash: acme.hash, scopes: ["decide"], tenant: "acme" },
    ];
    const jwks_url = (await issuer.serve()).href;
    const issuers = [
      { issuer: ISSUER, audience: AUDIENCE, jwks_url, algorithms: ["ES256"], tenant_claim: "org" },
    ];
    const configFile = await temporaryFile("writ.json", { auth: { keys, issuers } });
    const { post } = await serve({ configFile });
    const tokenOf = (claims: object) => issuer.token({ sub: "ana", act: { sub: "helper" }, ...claims });
    const open = async (claims: object, more: object, key: string) =>
      post("/sessions", { token: await tokenOf(claims), ...more }, bearer(key));
    expect((await open({ org: "beta" }, { tenant: "acme" }, gateway.key)).status).toBe(403);
    expect((await open({ org: "beta" }, {}, acme.key)).status).toBe(403);
    expect((await open({}, { tenant: "acme" }, gateway.key)).status).toBe(400);
    expect((await open({ org: "acme" }, {}, acme.key)).status).toBe(201);
    const { id } = (await open({ org: "beta" }, {}, gateway.key)).json;
    const again = await open({ org: "beta" }, { id, tenant: "beta" }, gateway.key);
    expect(again.status).toBe(409);
  });

  it("takes the chain from a token in the body", async () => {
    const { post, gateway, issuer, lines } = await guarded();
    const token = await issuer.token({ sub: "ana", roles: ["clerk"], act: { sub: "helper" } });
    const call = { token, tool: "crm.lookup", args: { customer: "C-1" } };
    expect((await post("/decide", call, bearer(gateway))).json.decision).toBe("allow");
    expect(lines.at(-1)).toMatchObject({
      msg: "decision",
      actors: ["user:ana", "agent:helper"],
      caller: "key:gateway",
    });
    expect(JSON.stringify(lines)).not.toContain(token);
    expect((await post("/decide", { ...call, actors }, bearer(gateway))).json.problems[0].pointer).toBe(
      "/token",
    );
    const expired = await issuer.token({ exp: 1000, act: { sub: "helper" } });
    const refused = await post("/decide", { ...call, token: expired }, bearer(gateway));
    expect(refused).toMatchObject({
      status: 400,
      json: { decision: "deny", problems: [{ pointer: "/token", message: "has expired" }] },
    });
    const alone = await issuer.token({ sub: "ana" });
    expect((await post("/decide", { ...call, token: alone }, bearer(gateway))).status).toBe(400);
  });

  it("lets no allow outlive the token that the chain came in", async () => {
    const { post, gateway, issuer } = await guarded();
    const exp = Math.floor(Date.now() / 1000) + 5;
    for (const claims of [{ exp }, { exp, iat: undefined }]) {
      const token = await issuer.token({ sub: "ana", roles: ["clerk"], act: { sub: "helper" }, ...claims });
      const call = { token, tool: "crm.lookup", args: { customer: "C-1" } };
      const { json } = await post("/decide", call, bearer(gateway));
      expect(json).toMatchObject({ decision: "allow", expires_at: exp });
    }
  });

  it("lets a token decide only with the scope for it", async () => {
    const { post, issuer } = await guarded();
    expect((await post("/decide", lookup(), bearer(await issuer.token({ scope: "decide" })))).status).toBe(
      200,
    );
    expect((await post("/decide", lookup(), bearer(await issuer.token({ scope: "refund" })))).status).toBe(
      403,
    );
    const expired = await post(
      "/decide",
      lookup(),
      bearer(await issuer.token({ exp: 1000, scope: "decide" })),
    );
    expect(expired).toMatchObject({ status: 401, json: { detail: "The token has expired." } });
  });
});

describe("a service without authentication", () => {
  it("lets nobody approve under a name they chose", async () => {
    const { post } = await serve();
    const url = (await post("/decide", refund)).json.needs[0].url;
    const named = { approver: { id: "tess", roles: ["treasurer"], acr: "aal2" } };
    expect((await post(`${url}/approve`, named)).status).toBe(403);
    expect((await post(`${url}/approve`, {})).status).toBe(403);
  });

  it("says what it lacks, and under --dev asks for the approver's name", async () => {
    const { post, service } = await serve({ dev: true });
    expect(service.notices.join("\n")).toMatch(/in memory[\s\S]*no authentication[\s\S]*--dev/);
    const url = (await post("/decide", refund)).json.needs[0].url;
    expect((await post(`${url}/approve`)).json.problems).toEqual([
      { pointer: "/approver", message: "is missing" },
    ]);
  });

  it.each([["0.0.0.0"], ["::"]])("does not listen on %s", async (host) => {
    await expect(start({ bundleDir: DESK, host, port: 0 })).rejects.toThrow(/without authentication/);
  });

  it("does not let approvers name themselves for others either, authenticated or not", async () => {
    const { hash } = createApiKey("a");
    const configFile = await temporaryFile("writ.json", {
      auth: { keys: [{ id: "a", hash, scopes: ["decide"] }] },
    });
    await expect(start({ bundleDir: DESK, host: "0.0.0.0", port: 0, dev: true, configFile })).rejects.toThrow(
      /--dev/,
    );
    const service = await start({
      bundleDir: DESK,
      host: "0.0.0.0",
      port: 0,
      configFile,
      log: { level: "silent" },
    });
    onTestFinished(() => service.close());
    expect(service.port).toBeGreaterThan(0);
  });

  it("does not share a Redis without sharing keys", async () => {
    await expect(start({ bundleDir: DESK, port: 0, stateUrl: "redis://127.0.0.1:1" })).rejects.toThrow(
      /--keys FILE/,
    );
  });
});
