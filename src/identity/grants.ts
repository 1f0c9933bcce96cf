/** Approval grants: what an approver's click becomes, as a JWS (RFC 7515) that any replica can verify. */
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

/** What a grant says: this request, approved by these people, until `expires_at` (seconds since the Unix epoch). */
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

/** One Ed25519 key pair under its `kid`. A retired key has no private half: it verifies and does not sign. */
export interface GrantKey {
  readonly kid: string;
  readonly publicKey: CryptoKey;
  readonly privateKey?: CryptoKey;
}

/** Keeps a grant apart from every other token that the same keys might sign (RFC 8725 section 3.11). */
const GRANT_TYPE = "writ-grant+jws";
const MAX_GRANT = 8192;

/** The grant as a compact JWS. The caller answers for the payload's truth; nothing in it is checked but its shape. */
export async function signGrant(key: GrantKey, payload: GrantPayload): Promise<string> {
  if (key.privateKey === undefined) throw new Error(`the key ${key.kid} is retired and cannot sign`);
  const bytes = new TextEncoder().encode(JSON.stringify(shape.parse(payload)));
  return new CompactSign(bytes)
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ: GRANT_TYPE })
    .sign(key.privateKey);
}

/**
 * The payload of a grant that one of `keys` signed, or undefined for anything else, never an exception.
 * A payload says what was signed, *not* that it still holds: `expires_at` is to be compared with the state store's
 * clock, and uses are counted in the store.
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
