/** Who sees which approvals over HTTP: their arguments are nobody else's business. */
import { describe, expect, it } from "vitest";
import { createApiKey } from "../../src/identity/api-keys.js";
import { ANA, HELPER, serve, temporaryFile } from "./harness.js";

const refund = { actors: [ANA, HELPER], tool: "payments.refund", args: { case: "K-1", amount: 400 } };

async function setUp() {
  const person = (id: string, roles: string[]) => ({ person: { id, roles, acr: "aal2" } });
  const entries = {
    gateway: { scopes: ["decide"] },
    other: { scopes: ["decide"] },
    auditor: { scopes: ["audit"] },
    admin: { scopes: ["admin"] },
    tess: { scopes: ["approve"], ...person("tess", ["treasurer"]) },
    clerk: { scopes: ["approve"], ...person("carl", ["clerk"]) },
    ana: { scopes: ["approve"], ...person("ana", ["treasurer"]) },
    confirming: { scopes: ["confirm"], ...person("tess", ["treasurer"]) },
    nobody: { scopes: ["approve"] },
    foreign: { scopes: ["approve", "audit"], tenant: "acme", ...person("tess", ["treasurer"]) },
  };
  const made = Object.keys(entries).map((id) => [id, createApiKey(id)] as const);
  const keys = made.map(([id, { hash }]) => ({ id, hash, ...entries[id as keyof typeof entries] }));
  const served = await serve({ configFile: await temporaryFile("writ.json", { auth: { keys } }) });
  const secrets = Object.fromEntries(made.map(([id, { key }]) => [id, key]));
  const as = (id: keyof typeof entries) => ({ authorization: `Bearer ${secrets[id]}` });
  const asked = await served.post("/decide", refund, as("gateway"));
  const id = asked.json.needs.find(({ type }: { type: string }) => type === "approval").id as string;
  return { ...served, as, id };
}

describe("an approval", () => {
  it("is read and listed by those who could answer it, asked for it, or audit", async () => {
    const { get, as, id } = await setUp();
    const sees = { tess: true, ana: true, auditor: true, admin: true, clerk: false, nobody: false };
    for (const [who, may] of Object.entries(sees)) {
      const headers = as(who as keyof typeof sees);
      expect((await get(`/approvals/${id}`, headers)).status, who).toBe(may ? 200 : 404);
      const { json } = await get("/approvals", headers);
      expect(
        json.approvals.map((each: { id: string }) => each.id),
        who,
      ).toEqual(may ? [id] : []);
    }
    expect((await get(`/approvals/${id}`, as("gateway"))).status).toBe(200);
    expect((await get(`/approvals/${id}`, as("other"))).status).toBe(404);
    expect((await get("/approvals", as("gateway"))).status).toBe(403);
  });

  it("is none of another tenant's", async () => {
    const { get, post, as, id } = await setUp();
    expect((await get(`/approvals/${id}`, as("foreign"))).status).toBe(404);
    expect((await get("/approvals", as("foreign"))).json.approvals).toEqual([]);
    for (const path of ["/approvals?tenant=default", `/approvals/${id}?tenant=default`])
      expect((await get(path, as("foreign"))).status).toBe(403);
    expect((await post(`/approvals/${id}/approve`, {}, as("foreign"))).status).toBe(404);
    expect((await get("/approvals?tenant=acme", as("auditor"))).json.approvals).toEqual([]);
  });

  it("of a scheme is neither seen nor given with the scope for confirmations", async () => {
    const { get, post, as, id } = await setUp();
    expect((await get(`/approvals/${id}`, as("confirming"))).status).toBe(404);
    expect((await post(`/approvals/${id}/approve`, {}, as("confirming"))).status).toBe(403);
    expect((await post(`/approvals/${id}/reject`, {}, as("confirming"))).status).toBe(403);
    expect((await post(`/approvals/${id}/approve`, {}, as("tess"))).status).toBe(200);
  });
});
