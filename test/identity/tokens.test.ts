import { createHmac } from "node:crypto";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type KeySet, remoteKeySet, rereadKeySet } from "../../src/identity/key-sets.js";
import { isRefused, type TokenIssuer, TokenVerifier } from "../../src/identity/tokens.js";
import { VirtualClock } from "../../src/state/clock.js";
import { AUDIENCE, ISSUER, newIssuer, rawToken } from "./issuer.js";

const issuerWith = (keys: KeySet, changes: Partial<TokenIssuer> = {}): TokenIssuer => ({
  issuer: ISSUER,
  audience: [AUDIENCE],
  algorithms: ["ES256", "RS256"],
  keys,
  skew: 60,
  claims: { roles: "roles", groups: "groups" },
  ...changes,
});

async function setUp(changes: Partial<TokenIssuer> = {}, alg = "ES256", maxAge = 60_000) {
  const issuer = await newIssuer(alg);
  const clock = new VirtualClock(Date.now());
  const keys = remoteKeySet(await issuer.serve(), maxAge);
  const verifier = new TokenVerifier([issuerWith(keys, changes)], clock);
  const verify = async (token: string) => {
    const result = await verifier.verify(token);
    return isRefused(result) ? result.refused : result.subject;
  };
  return { issuer, clock, verify };
}

describe("a token", () => {
  it("of a configured issuer says who its subject is", async () => {
    const { issuer, verify } = await setUp();
    expect(await verify(await issuer.token())).toBe("tess");
    expect(await verify(await issuer.token({ aud: ["other", AUDIENCE] }))).toBe("tess");
  });

  it("that has expired is refused, but not for a clock's skew", async () => {
    const { issuer, verify } = await setUp();
    const now = Math.floor(Date.now() / 1000);
    expect(await verify(await issuer.token({ exp: now - 61 }))).toBe("expired");
    expect(await verify(await issuer.token({ exp: now - 30 }))).toBe("tess");
    expect(await verify(await issuer.token({ exp: undefined }))).toBe("invalid");
  });

  it("is remembered for no longer than it lives, however long its keys are good for", async () => {
    const { issuer, clock, verify } = await setUp({}, "ES256", 3_600_000);
    const token = await issuer.token({ exp: Math.floor(clock.now() / 1000) + 100 });
    expect(await verify(token)).toBe("tess");
    clock.advance(90_000);
    expect(await verify(token)).toBe("tess");
    // Past its end and what clocks may differ by.
    clock.advance(71_000);
    expect(await verify(token)).toBe("expired");
  });

  it("that has ended is refused, whether or not its keys are still good", async () => {
    const { issuer, clock, verify } = await setUp();
    const token = await issuer.token();
    expect(await verify(token)).toBe("tess");
    clock.advance(200_000);
    expect(await verify(token)).toBe("tess");
    clock.advance(161_000);
    expect(await verify(token)).toBe("expired");
  });

  it("that is not valid yet is refused", async () => {
    const { issuer, verify } = await setUp();
    expect(await verify(await issuer.token({ nbf: Math.floor(Date.now() / 1000) + 120 }))).toBe("invalid");
  });

  it("for somebody else is refused", async () => {
    const { issuer, verify } = await setUp();
    expect(await verify(await issuer.token({ aud: "other" }))).toBe("audience");
    expect(await verify(await issuer.token({ aud: undefined }))).toBe("audience");
    expect(await verify(await issuer.token({ iss: "https://other.example" }))).toBe("issuer");
    expect(await verify(await issuer.token({ sub: undefined }))).toBe("invalid");
    for (const sub of ["", "ana\u001frequest", "\u0007", "a".repeat(300)])
      expect(await verify(await issuer.token({ sub }))).toBe("invalid");
  });

  it("without a signature is refused however `none` is written", async () => {
    const { issuer, verify } = await setUp();
    const [, payload = ""] = (await issuer.token()).split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    for (const alg of ["none", "None", "NONE", ""]) {
      expect(await verify(rawToken({ alg, kid: "one" }, claims))).toBe("invalid");
    }
  });

  it("signed with the public key as a shared secret is refused", async () => {
    const { issuer, verify } = await setUp({}, "RS256");
    const [, payload = ""] = (await issuer.token()).split(".");
    const header = Buffer.from(JSON.stringify({ alg: "HS256", kid: "one" })).toString("base64url");
    for (const secret of [JSON.stringify(issuer.published[0]), issuer.published[0]?.n ?? ""]) {
      const signature = createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url");
      expect(await verify(`${header}.${payload}.${signature}`)).toBe("invalid");
    }
  });

  it("with an algorithm that is not listed is refused although its key is published", async () => {
    const { issuer, verify } = await setUp({ algorithms: ["RS256"] });
    expect(await verify(await issuer.token())).toBe("invalid");
  });

  it("changed by one character is refused", async () => {
    const { issuer, verify } = await setUp();
    const token = await issuer.token();
    const [header = "", , signature = ""] = token.split(".");
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: "boss", exp: 9e9 };
    expect(await verify(`${header}.${rawToken({}, claims).split(".")[1]}.${signature}`)).toBe("invalid");
  });

  it("under a key nobody knows is refused, and its issuer is not asked again for each", async () => {
    const { issuer, verify } = await setUp();
    const stranger = await newIssuer();
    await stranger.addKey("strange");
    expect(await verify(await stranger.token({}, { kid: "strange" }))).toBe("invalid");
    expect(await verify(await stranger.token())).toBe("invalid");
    const fetches = issuer.fetches;
    expect(await verify(await stranger.token({ x: 1 }, { kid: "strange" }))).toBe("invalid");
    expect(issuer.fetches).toBe(fetches);
  });

  it("under a key that was rotated in is found, and under one that was withdrawn refused", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { issuer, clock, verify } = await setUp();
    const early = await issuer.token({ exp: 9e9 });
    expect(await verify(early)).toBe("tess");
    await issuer.addKey("two");
    issuer.withdraw("one");
    vi.setSystemTime(Date.now() + 6_000);
    expect(await verify(await issuer.token({}, { kid: "two" }))).toBe("tess");
    clock.advance(61_000);
    expect(await verify(early)).toBe("invalid");
  });

  it("of another type than is asked for is refused", async () => {
    const { issuer, verify } = await setUp({ type: "at+jwt" });
    expect(await verify(await issuer.token())).toBe("type");
    expect(await verify(await issuer.token({}, { typ: "at+jwt" }))).toBe("tess");
  });

  it("with another purpose is refused where no type is configured", async () => {
    const { issuer, verify } = await setUp();
    for (const typ of ["logout+jwt", "dpop+jwt", "secevent+jwt", "id+jwt", ""])
      expect(await verify(await issuer.token({}, { typ }))).toBe("type");
    for (const typ of ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"])
      expect(await verify(await issuer.token({}, { typ }))).toBe("tess");
  });

  it("that is bound to a key is refused, for nobody here checks who holds it", async () => {
    const { issuer, verify } = await setUp();
    for (const cnf of [{ jkt: "x" }, { "x5t#S256": "x" }, {}, "odd", null])
      expect(await verify(await issuer.token({ cnf }))).toBe("bound");
  });

  it("of another issuer is about somebody else, and never about a person of the default one", async () => {
    const partner = await setUp({ prefix: "partner" });
    expect(await partner.verify(await partner.issuer.token({ sub: "ana" }))).toBe("partner|ana");
    expect(await partner.verify(await partner.issuer.token({ sub: "x".repeat(250) }))).toBe("invalid");
    const own = await setUp({ reserved: ["partner"] });
    expect(await own.verify(await own.issuer.token({ sub: "ana" }))).toBe("ana");
    expect(await own.verify(await own.issuer.token({ sub: "auth0|ana" }))).toBe("auth0|ana");
    expect(await own.verify(await own.issuer.token({ sub: "partner|ana" }))).toBe("invalid");
  });

  it("that is refused says which check failed", async () => {
    const { issuer } = await setUp();
    const verifier = new TokenVerifier(
      [issuerWith(remoteKeySet(await issuer.serve()))],
      new VirtualClock(Date.now()),
    );
    const checkOf = async (token: string) => (await verifier.verify(token)) as { check?: string };
    const stranger = await newIssuer();
    await stranger.addKey("strange");
    expect(await checkOf(await stranger.token())).toMatchObject({ check: "signature" });
    expect(await checkOf(await stranger.token({}, { kid: "strange" }))).toMatchObject({ check: "key" });
    expect(await checkOf(await issuer.token({ exp: 1 }))).toMatchObject({ check: "exp" });
    expect(await checkOf(await issuer.token({ nbf: 9e9 }))).toMatchObject({ check: "nbf" });
    expect(await checkOf(await issuer.token({ sub: undefined }))).toMatchObject({ check: "sub" });
    expect(await checkOf(rawToken({ alg: "none" }, { iss: ISSUER }))).toMatchObject({ check: "algorithm" });
    expect(await checkOf("x".repeat(10_000))).toMatchObject({ check: "size" });
  });

  it("is not judged while its issuer is out of reach", async () => {
    const issuer = await newIssuer();
    const nowhere = remoteKeySet(new URL("http://127.0.0.1:1/jwks.json"));
    const verifier = new TokenVerifier([issuerWith(nowhere)], new VirtualClock(Date.now()));
    expect(await verifier.verify(await issuer.token())).toEqual({ refused: "unavailable", check: "keys" });
  });

  it.each([[""], ["x"], ["a.b.c"], ["x".repeat(10_000)], [".."], ["e30.e30.e30"]])(
    "that is none is refused: %s",
    async (token) => {
      const { verify } = await setUp();
      expect(["invalid", "issuer"]).toContain(await verify(token));
    },
  );
});

describe("keys in a file", () => {
  it("are read again when a token names one that is not among them", async () => {
    const issuer = await newIssuer();
    const clock = new VirtualClock(Date.now());
    const keys = await rereadKeySet(async () => ({ keys: structuredClone(issuer.published) }), clock);
    const verifier = new TokenVerifier([issuerWith(keys)], clock);
    await issuer.addKey("two");
    issuer.withdraw("one");
    const rotated = await issuer.token({}, { kid: "two" });
    expect(isRefused(await verifier.verify(rotated))).toBe(true);
    clock.advance(6_000);
    expect(isRefused(await verifier.verify(rotated))).toBe(false);
    expect(isRefused(await verifier.verify(await issuer.token()))).toBe(true);
  });

  it("are taken for no longer than `maxAge` after they were withdrawn, or while the file cannot be read", async () => {
    const issuer = await newIssuer();
    const clock = new VirtualClock(Date.now());
    let isBroken = false;
    const read = async () => {
      if (isBroken) throw new Error("the file is gone");
      return { keys: structuredClone(issuer.published) };
    };
    const keys = await rereadKeySet(read, clock, 10_000);
    const verifier = new TokenVerifier([issuerWith(keys)], clock);
    const token = await issuer.token();
    expect(isRefused(await verifier.verify(token))).toBe(false);
    isBroken = true;
    expect(await keys.problem()).toBeUndefined();
    clock.advance(10_000);
    expect(await keys.problem()).toBe("the file is gone");
    expect(await verifier.verify(token)).toMatchObject({ refused: "unavailable" });
    isBroken = false;
    issuer.withdraw("one");
    expect(await keys.problem()).toBeUndefined();
    expect(await verifier.verify(token)).toMatchObject({ refused: "invalid", check: "key" });
  });
});
