/** Where the public keys of an issuer come from, and for how long they are taken without another look. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import type { Clock } from "../state/clock.js";

/** The keys of an issuer. */
export interface KeySet {
  /** Gives the key that a token says it was signed with; rejects where there is none. */
  readonly find: JWTVerifyGetKey;
  /** Milliseconds that a key may be taken for after its issuer has withdrawn it. */
  readonly maxAge: number;
  /** Why keys that lie on this machine cannot be read, in words for an operator. Never rejects. */
  problem(): Promise<string | undefined>;
}

/** How often at most an issuer is asked again because of a `kid` that nobody knows, in milliseconds. */
const COOLDOWN_MS = 5_000;

/** How long keys are taken without another look where the configuration does not say, in milliseconds. */
export const DEFAULT_MAX_AGE = 60_000;

/**
 * The keys at a URL: fetched when first needed, when they are older than `maxAge`, and for a `kid` that is not among them.
 * It has no problem of its own: that an issuer is out of reach concerns its tokens alone.
 */
export function remoteKeySet(url: URL, maxAge = DEFAULT_MAX_AGE): KeySet {
  const find = createRemoteJWKSet(url, {
    cooldownDuration: Math.min(COOLDOWN_MS, maxAge),
    cacheMaxAge: maxAge,
    timeoutDuration: 5_000,
  });
  return { find, maxAge, problem: async () => undefined };
}

/**
 * The keys of a document that can be read again, as from a file: when they are older than `maxAge`, and for a `kid` that
 * is not among them. `read` rejects with words for an operator; while it does, tokens are not judged.
 */
export async function rereadKeySet(
  read: () => Promise<unknown>,
  clock: Clock,
  maxAge = DEFAULT_MAX_AGE,
): Promise<KeySet> {
  let keys = keysIn(await read());
  let readAt = clock.now();
  const reread = async () => {
    keys = keysIn(await read());
    readAt = clock.now();
  };
  // A clock that was set back says nothing of an age.
  const age = () => Math.abs(clock.now() - readAt);
  return {
    maxAge,
    problem: async () => {
      try {
        if (age() >= maxAge) await reread();
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
    find: async (header, token) => {
      if (age() >= maxAge) await reread();
      try {
        return await keys(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || age() < COOLDOWN_MS) throw error;
        await reread();
        return keys(header, token);
      }
    },
  };
}

function keysIn(document: unknown): JWTVerifyGetKey {
  return createLocalJWKSet(document as JSONWebKeySet);
}
