/** Where the public keys of an issuer come from. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import type { Clock } from "../state/clock.js";

/** Gives the key that a token says it was signed with; rejects where there is none. */
export type KeySet = JWTVerifyGetKey;

/** How often at most an issuer is asked again because of a `kid` that nobody knows. */
const COOLDOWN_MS = 5_000;

/** The keys at a URL, fetched when first needed and again when a token names a key that is not among them. */
export function remoteKeySet(url: URL): KeySet {
  return createRemoteJWKSet(url, {
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: 600_000,
    timeoutDuration: 5_000,
  });
}

/** The keys of a document that can be read again, as from a file; `read` rejects with words for an operator. */
export async function rereadKeySet(read: () => Promise<unknown>, clock: Clock): Promise<KeySet> {
  let keys = keysIn(await read());
  let readAt = clock.now();
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey;
      if (!isUnknown || Math.abs(clock.now() - readAt) < COOLDOWN_MS) throw error;
      readAt = clock.now();
      keys = keysIn(await read());
      return keys(header, token);
    }
  };
}

function keysIn(document: unknown): KeySet {
  return createLocalJWKSet(document as JSONWebKeySet);
}
