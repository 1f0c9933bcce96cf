import { describe, expect, it } from "vitest";
import { ApiKeys, createApiKey, looksLikeApiKey } from "../../src/identity/api-keys.js";

describe("an API key", () => {
  it("opens what its entry says", () => {
    const { key, hash } = createApiKey("gateway");
    const keys = new ApiKeys([{ id: "gateway", hash, scopes: ["decide"], tenant: "acme" }]);
    expect(keys.find(key, 0)).toEqual({ id: "key:gateway", scopes: new Set(["decide"]), tenant: "acme" });
    expect(looksLikeApiKey(key)).toBe(true);
    expect(hash).not.toContain(key.slice(-20));
  });

  it("opens nothing with another secret, under another id, or in another shape", () => {
    const { key, hash } = createApiKey("gateway");
    const keys = new ApiKeys([
      { id: "gateway", hash, scopes: ["decide"] },
      { id: "other", hash: createApiKey("other").hash, scopes: ["admin"] },
    ]);
    const wrong = [
      createApiKey("gateway").key,
      key.replace("gateway", "other"),
      key.replace("gateway", "nobody"),
      `${key}x`,
      ` ${key}`,
      key.slice(0, -1),
      hash,
      "",
      "writ_",
      "writ__proto___x",
    ];
    for (const each of wrong) expect(keys.find(each, 0)).toBeUndefined();
  });

  it("ends when its entry says", () => {
    const { key, hash } = createApiKey("ci");
    const keys = new ApiKeys([{ id: "ci", hash, scopes: ["decide"], expires_at: 100 }]);
    expect(keys.find(key, 99_999)).toBeDefined();
    expect(keys.find(key, 100_000)).toBeUndefined();
  });

  it("may stand for a person", () => {
    const { key, hash } = createApiKey("tess");
    const person = { id: "tess", roles: ["treasurer"], acr: "aal2" };
    expect(new ApiKeys([{ id: "tess", hash, scopes: ["approve"], person }]).find(key, 0)?.person).toEqual(
      person,
    );
  });

  it("has an id that parts from its secret", () => {
    for (const id of ["", "a_b", "a b", "x".repeat(65)]) expect(() => createApiKey(id)).toThrow(RangeError);
    const { hash } = createApiKey("a");
    const twice = { id: "a", hash, scopes: [] };
    expect(() => new ApiKeys([twice, twice])).toThrow(/same id/);
    expect(() => new ApiKeys([{ id: "a", hash: "plain", scopes: [] }])).toThrow(/sha256/);
  });
});
