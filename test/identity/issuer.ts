/** A real issuer: keys, tokens, and a server that publishes the keys. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { onTestFinished } from "vitest";

export const ISSUER = "https://idp.example";
export const AUDIENCE = "writ";

export class Issuer {
  readonly published: JWK[] = [];
  readonly #keys = new Map<string, { readonly alg: string; readonly key: CryptoKey }>();
  fetches = 0;

  async addKey(kid: string, alg = "ES256"): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    this.#keys.set(kid, { alg, key: privateKey });
    this.published.push({ ...(await exportJWK(publicKey)), kid, alg, use: "sig" });
  }

  withdraw(kid: string): void {
    this.published.splice(
      this.published.findIndex((key) => key.kid === kid),
      1,
    );
  }

  /** A claim that is undefined is left out. */
  token(claims: Record<string, unknown> = {}, { kid = "one", typ = "JWT" } = {}): Promise<string> {
    const { alg, key } = this.#keys.get(kid) ?? { alg: "", key: undefined };
    if (key === undefined) throw new Error(`no key ${kid}`);
    const now = Math.floor(Date.now() / 1000);
    const standard = { iss: ISSUER, aud: AUDIENCE, sub: "tess", iat: now, exp: now + 300 };
    return new SignJWT(JSON.parse(JSON.stringify({ ...standard, ...claims })))
      .setProtectedHeader({ alg, kid, typ })
      .sign(key);
  }

  /** The address of the keys; the server ends with the test. */
  async serve(): Promise<URL> {
    const server = createServer((_, response) => {
      this.fetches++;
      response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: this.published }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => void server.close());
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`);
  }
}

/** An issuer with one key called `one`. */
export async function newIssuer(alg = "ES256"): Promise<Issuer> {
  const issuer = new Issuer();
  await issuer.addKey("one", alg);
  return issuer;
}

/** A token in three parts of any making. */
export function rawToken(header: object, payload: object, signature = ""): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(payload)}.${signature}`;
}
