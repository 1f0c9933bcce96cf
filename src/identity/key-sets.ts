/** Sources of an issuer's public keys, and how long keys are cached. */
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
  /** Resolves to the key that a token names in its header; rejects if there is none. */
  readonly find: JWTVerifyGetKey;
  /** How long a key may still be accepted after its issuer has withdrawn it, in milliseconds. */
  readonly maxAge: number;
  /** Resolves to why keys on this machine cannot be read, in words for an operator. Never rejects. */
  problem(): Promise<string | undefined>;
}

/** The shortest time between two fetches because of an unknown `kid`, in milliseconds. */
const COOLDOWN_MS = 5_000;

/** How long keys are cached if the configuration sets no time, in milliseconds. */
export const DEFAULT_MAX_AGE = 60_000;

/**
 * Returns the keys at a URL. They are fetched when first needed, when they are older than `maxAge`, and for an unknown
 * `kid`. `problem` never reports anything: an unreachable issuer affects only its tokens.
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
 * Returns the keys of a document such as a file. It is read again when the keys are older than `maxAge`, and for an
 * unknown `kid`. `read` rejects with words for an operator; as long as it does, tokens are refused as `unavailable`.
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
  // If the clock was set back, the difference is negative.
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
