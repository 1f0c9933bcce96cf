import type { JWTPayload } from "jose";
import { describe, expect, it } from "vitest";
import { actorsOf, principalOf } from "../../src/identity/token-claims.js";
import type { ClaimNames, TokenIssuer, VerifiedToken } from "../../src/identity/tokens.js";

function verified(
  claims: JWTPayload,
  names: Partial<ClaimNames> = {},
  may: Pick<TokenIssuer, "roles" | "tenants"> = {},
): VerifiedToken {
  return {
    subject: claims.sub ?? "ana",
    claims: { sub: "ana", iss: "https://idp.example", iat: 100, exp: 200, ...claims },
    issuer: {
      issuer: "https://idp.example",
      audience: ["writ"],
      algorithms: ["ES256"],
      keys: {
        find: () => Promise.reject(new Error("not asked for")),
        maxAge: 60_000,
        problem: async () => undefined,
      },
      skew: 60,
      claims: { roles: "roles", groups: "groups", ...names },
      ...may,
    },
  };
}

describe("the bearer of a token", () => {
  it("has the scopes of the service that `scope` or `scp` list, and a name that no API key has", () => {
    const principal = principalOf(verified({ scope: "openid approve refund" }));
    expect(principal?.id).toBe("token:https://idp.example|ana");
    expect([...(principal?.scopes ?? [])]).toEqual(["approve"]);
    expect([...(principalOf(verified({ scp: ["decide", "audit"] }))?.scopes ?? [])]).toEqual([
      "decide",
      "audit",
    ]);
    expect(principalOf(verified({}))?.scopes.size).toBe(0);
  });

  it("is a person with the roles of the configured claim", () => {
    const nested = { roles: ["realm_access", "roles"] };
    const claims = { acr: "aal2", realm_access: { roles: ["treasurer", 7, ""] } };
    expect(principalOf(verified(claims, nested))?.person).toEqual({
      id: "ana",
      roles: ["treasurer"],
      acr: "aal2",
    });
    expect(principalOf(verified({ roles: "treasurer" }))?.person?.roles).toEqual(["treasurer"]);
    expect(principalOf(verified({}, { roles: "constructor" }))?.person?.roles).toEqual([]);
  });

  it("is no person where an agent bears it, whose user is not there to say yes", () => {
    expect(principalOf(verified({ act: { sub: "bot" } }))?.person).toBeUndefined();
    expect(principalOf(verified({ act: "odd" }))?.person).toBeUndefined();
    const client = { agent: "client_id" };
    expect(principalOf(verified({ sub: "bot", client_id: "bot" }, client))?.person).toBeUndefined();
    expect(principalOf(verified({ client_id: "console" }, client))?.person).toEqual({
      id: "ana",
      roles: [],
      clients: ["console"],
    });
  });

  it.each(["azp", "client_id", "cid", "appid", "app_id"])(
    "names the client that `%s` holds, whether or not it is configured",
    (claim) => {
      const token = verified({ [claim]: "bot" }, { agent: "elsewhere" });
      expect(principalOf(token)?.person?.clients).toEqual(["bot"]);
      expect(principalOf(verified({ sub: "bot", [claim]: "bot" }))?.person).toBeUndefined();
    },
  );

  it("names every client of a claim that lists several", () => {
    expect(principalOf(verified({ azp: ["console", "bot"] }))?.person?.clients).toEqual(["console", "bot"]);
    expect(principalOf(verified({ sub: "bot", azp: ["bot"] }))?.person).toBeUndefined();
  });

  it.each([
    ["assistant to the treasurer"],
    ["clerk treasurer"],
    [["assistant to the treasurer"]],
    ["treasurer "],
  ])("has no role that is a word of a claim: %j", (job_title) => {
    const token = verified({ job_title } as JWTPayload, { roles: "job_title", groups: "job_title" });
    expect(principalOf(token)?.person?.roles).not.toContain("treasurer");
    const chain = actorsOf(
      verified({ job_title, act: { sub: "bot" } } as JWTPayload, { roles: "job_title", groups: "job_title" }),
    );
    expect(JSON.stringify(chain)).not.toContain('"treasurer"');
  });

  it("has the roles alone that its issuer may give, for itself and in a chain", () => {
    const may = { roles: new Set(["clerk"]) };
    const claims = { roles: ["clerk", "treasurer", "Clerk"] };
    expect(principalOf(verified(claims, {}, may))?.person?.roles).toEqual(["clerk"]);
    expect(actorsOf(verified({ ...claims, act: { sub: "bot" } }, {}, may))?.[0]).toMatchObject({
      roles: ["clerk"],
    });
    expect(principalOf(verified(claims, {}, { roles: new Set() }))?.person?.roles).toEqual([]);
  });

  it("acts in the tenants alone that its issuer may give", () => {
    const one = { tenants: new Set(["acme"]) };
    const two = { tenants: new Set(["acme", "acme.eu"]) };
    const org = { tenant: "org" };
    expect(principalOf(verified({}, {}, one))?.tenant).toBe("acme");
    expect(principalOf(verified({}, {}, two))).toBeUndefined();
    expect(principalOf(verified({ org: "acme.eu" }, org, two))?.tenant).toBe("acme.eu");
    expect(principalOf(verified({ org: "other" }, org, two))).toBeUndefined();
    expect(principalOf(verified({ org: "ACME" }, org, one))).toBeUndefined();
  });

  it("is nobody where the issuer names everybody's tenant and the token does not", () => {
    expect(principalOf(verified({}, { tenant: "org" }))).toBeUndefined();
    expect(principalOf(verified({ org: "acme" }, { tenant: "org" }))?.tenant).toBe("acme");
    expect(principalOf(verified({ org: "acme" }))?.tenant).toBeUndefined();
    expect(principalOf(verified({ org: "acme\u001flimit" }, { tenant: "org" }))).toBeUndefined();
  });
});

describe("the chain of a token", () => {
  it("runs from the subject over the inner actors to the outermost, which acts now", () => {
    const act = { sub: "web_reader", act: { sub: "support_bot" } };
    const claims = { act, scope: "refund", roles: ["clerk"], acr: "aal2", auth_time: 90 };
    const credential = { issued_at: 100, expires_at: 200 };
    expect(actorsOf(verified(claims))).toEqual([
      { type: "user", id: "ana", roles: ["clerk"], groups: [], acr: "aal2", auth_time: 90 },
      { type: "agent", id: "support_bot", scopes: ["refund"], credential },
      { type: "agent", id: "web_reader", scopes: ["refund"], credential },
    ]);
  });

  it("may name its agent by the claim of the client", () => {
    const names = { agent: "client_id" };
    expect(actorsOf(verified({ client_id: "bot" }, names))?.map(({ id }) => id)).toEqual(["ana", "bot"]);
    expect(actorsOf(verified({ client_id: "bot" }))).toBeUndefined();
  });

  it("has no user where the client is its own subject", () => {
    const token = verified({ sub: "night_audit", client_id: "night_audit" }, { agent: "client_id" });
    expect(actorsOf(token)?.map(({ type, id }) => `${type}:${id}`)).toEqual(["agent:night_audit"]);
  });

  it.each([
    [{ act: "bot" }],
    [{ act: {} }],
    [{ act: { sub: 7 } }],
    [{ act: { sub: "bot", act: null } }],
    [{ act: { sub: "" } }],
    [{ act: { sub: "a\u0000b" } }],
    [{ act: { sub: "bot" }, auth_time: -1 }],
    [{ act: { sub: "bot", iss: "https://other.example" } }],
    [{ act: { sub: "bot", act: { sub: "inner", iss: "https://other.example" } } }],
  ])("is none where a claim does not fit: %j", (claims) => {
    expect(actorsOf(verified(claims as JWTPayload))).toBeUndefined();
  });

  it("is none where it is longer than a request may be", () => {
    let act: object = { sub: "bot" };
    for (let i = 0; i < 20; i++) act = { sub: "bot", act };
    expect(actorsOf(verified({ act } as JWTPayload))).toBeUndefined();
  });
});
