/** The secrets that the replicas of one service share. */
import { randomBytes, randomUUID } from "node:crypto";
import { generateKeyPair } from "jose";
import { type GrantKey, type GrantPayload, signGrant, verifyGrant } from "./grants.js";

/** The content of a grant; see `grants.ts`. */
export type { GrantPayload };

/** Signs and verifies approval grants, and holds the key under which values of the provenance cells are hashed. */
export interface Keys {
  /** HMAC key, at least 32 bytes. With another key, every value that a session has seen becomes unknown. */
  readonly provenance: Uint8Array;
  /** Signs a grant as a compact JWS under the newest key. */
  sign(payload: GrantPayload): Promise<string>;
  /**
   * Resolves to the payload of a grant that any of the keys signed, or to undefined for anything else. Never rejects.
   * It is what was signed, *not* proof that the grant is still valid: compare `expires_at` with the state store's
   * clock.
   */
  verify(token: string): Promise<GrantPayload | undefined>;
}

/** Creates new keys in memory only: grants signed with them end with the process. */
export async function createKeys(): Promise<Keys> {
  const pair = await generateKeyPair("EdDSA", { crv: "Ed25519" });
  return keysOf([{ kid: randomUUID(), ...pair }], randomBytes(32));
}

/** Returns keys of which the first signs and all verify. `signing` is not empty and its first key has a private half. */
export function keysOf(signing: readonly GrantKey[], provenance: Uint8Array): Keys {
  const [newest] = signing;
  if (newest?.privateKey === undefined) throw new Error("the first signing key has no private half");
  const byId = new Map(signing.map((key) => [key.kid, key]));
  return {
    provenance,
    sign: (payload) => signGrant(newest, payload),
    verify: (token) => verifyGrant(byId, token),
  };
}
