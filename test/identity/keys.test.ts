import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { GrantPayload } from "../../src/identity/grants.js";
import { createKeys } from "../../src/identity/keys.js";
import {
  generateKeysFile,
  KeysFileError,
  parseKeysFile,
  rotateKeysFile,
} from "../../src/identity/keys-file.js";
import { rawToken } from "./issuer.js";

const grant: GrantPayload = {
  approval: "apr_1",
  scheme: "desk.treasury",
  digest: "sha256:ab",
  tenant: "acme",
  approvers: ["tess"],
  expires_at: 1_793_350_500,
  revision: "sha256:cd",
};

describe("a grant", () => {
  it("says what was signed, and nothing once a character of it has changed", async () => {
    const keys = await createKeys();
    const token = await keys.sign(grant);
    expect(await keys.verify(token)).toEqual(grant);
    const [header = "", , signature = ""] = token.split(".");
    const other = rawToken({}, { ...grant, digest: "sha256:ff" }).split(".")[1];
    expect(await keys.verify(`${header}.${other}.${signature}`)).toBeUndefined();
    for (const junk of ["", "a.b.c", token.slice(0, -4), "x".repeat(9_000)]) {
      expect(await keys.verify(junk)).toBeUndefined();
    }
  });

  it("of another service is none", async () => {
    const [ours, theirs] = [await createKeys(), await createKeys()];
    expect(await ours.verify(await theirs.sign(grant))).toBeUndefined();
  });

  it("is none without a signature, and none of another type", async () => {
    const keys = await createKeys();
    const header = JSON.parse(
      Buffer.from((await keys.sign(grant)).split(".")[0] ?? "", "base64url").toString(),
    );
    expect(header).toMatchObject({ alg: "EdDSA", typ: "writ-grant+jws" });
    expect(await keys.verify(rawToken({ ...header, alg: "none" }, grant))).toBeUndefined();
    const shared = await new SignJWT({ ...grant })
      .setProtectedHeader({ ...header, alg: "HS256" })
      .sign(new TextEncoder().encode("secret"));
    expect(await keys.verify(shared)).toBeUndefined();
  });
});

describe("a keys file", () => {
  it("gives every replica the same keys", async () => {
    const text = await generateKeysFile();
    const [one, two] = [await parseKeysFile(text), await parseKeysFile(text)];
    expect(await two.verify(await one.sign(grant))).toEqual(grant);
    expect(one.provenance).toEqual(two.provenance);
    expect(one.provenance.length).toBe(32);
  });

  it("that was rotated signs anew and still verifies what it signed", async () => {
    const before = await generateKeysFile();
    const after = await rotateKeysFile(before);
    const [old, rotated] = [await parseKeysFile(before), await parseKeysFile(after)];
    expect(await rotated.verify(await old.sign(grant))).toEqual(grant);
    expect(await old.verify(await rotated.sign(grant))).toBeUndefined();
    expect(rotated.provenance).toEqual(old.provenance);
    expect(JSON.parse(after).signing.map((key: object) => "d" in key)).toEqual([true, false]);
  });

  it.each([
    ["no JSON", () => "{", /not JSON/],
    ["a key of the object twice", () => '{"version": 1, "version": 1}', /a key twice/],
    ["a hidden character", () => '{"version":\r1}', /a hidden character/],
    ["a typo", (file: Record<string, unknown>) => ({ ...file, provenence: "" }), /provenence/],
    ["another version", (file: object) => ({ ...file, version: 2 }), /version/],
    ["a short secret", (file: object) => ({ ...file, provenance: "abcd" }), /shorter than 32 bytes/],
    ["no keys", (file: object) => ({ ...file, signing: [] }), /signing/],
    [
      "a retired key first",
      ({ signing, ...file }: { signing: { d?: string }[] }) => ({
        ...file,
        signing: signing.map(({ d: _, ...rest }) => rest),
      }),
      /no private half/,
    ],
    [
      "one key twice",
      (file: { signing: unknown[] }) => ({ ...file, signing: [...file.signing, ...file.signing] }),
      /same `kid`/,
    ],
    [
      "a broken key",
      (file: { signing: { x?: string }[] }) => ({ ...file, signing: [{ ...file.signing[0], x: "AAAA" }] }),
      /not a valid Ed25519 key/,
    ],
  ])("with %s is refused, and the message repeats no secret", async (_, change, message) => {
    const file = JSON.parse(await generateKeysFile());
    const secret = file.signing[0].d;
    const changed = (change as (file: unknown) => unknown)(file);
    const error = await parseKeysFile(typeof changed === "string" ? changed : JSON.stringify(changed)).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(KeysFileError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(secret);
  });
});
