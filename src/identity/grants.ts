/** Approval grants: an approver's decision as a JWS (RFC 7515) that any replica can verify. */
import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader } from "jose";
import { z } from "zod";

const shape = z.strictObject({
  approval: z.string().min(1).max(256),
  scheme: z.string().min(1).max(512),
  digest: z.string().min(1).max(256),
  tenant: z.string().max(256),
  approvers: z.array(z.string().min(1).max(256)).max(64).readonly(),
  expires_at: z.number(),
  revision: z.string().max(256),
});

/** The content of a grant: these people approved this request until `expires_at` (seconds since the Unix epoch). */
export interface GrantPayload {
  /** The approval's id. */
  readonly approval: string;
  /** A scheme's qualified name, or `confirmation`. */
  readonly scheme: string;
  readonly digest: string;
  readonly tenant: string;
  readonly approvers: readonly string[];
  readonly expires_at: number;
  readonly revision: string;
}

/** One Ed25519 key pair under its `kid`. A retired key has no private half: it verifies but does not sign. */
export interface GrantKey {
  readonly kid: string;
  readonly publicKey: CryptoKey;
  readonly privateKey?: CryptoKey;
}

/** Distinguishes a grant from any other token that the same keys might sign (RFC 8725 section 3.11). */
const GRANT_TYPE = "writ-grant+jws";
const MAX_GRANT = 8192;

/** Signs a grant as a compact JWS. Only the shape of the payload is checked; the caller is responsible for its truth. */
export async function signGrant(key: GrantKey, payload: GrantPayload): Promise<string> {
  if (key.privateKey === undefined) throw new Error(`the key ${key.kid} is retired and cannot sign`);
  const bytes = new TextEncoder().encode(JSON.stringify(shape.parse(payload)));
  return new CompactSign(bytes)
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ: GRANT_TYPE })
    .sign(key.privateKey);
}

/**
 * Returns the payload of a grant that one of `keys` signed, or undefined for anything else. Never throws. A payload is
 * what was signed, *not* proof that the grant is still valid: the caller compares `expires_at` with the state store's
 * clock, and the store counts uses.
 */
export async function verifyGrant(
  keys: ReadonlyMap<string, GrantKey>,
  token: string,
): Promise<GrantPayload | undefined> {
  if (token.length > MAX_GRANT) return undefined;
  try {
    const { kid, typ } = decodeProtectedHeader(token);
    const key = kid === undefined ? undefined : keys.get(kid);
    if (key === undefined || typ !== GRANT_TYPE) return undefined;
    const { payload } = await compactVerify(token, key.publicKey, { algorithms: ["EdDSA"] });
    return shape.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return undefined;
  }
}
