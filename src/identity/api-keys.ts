/** API keys: `writ_<id>_<secret>`. The service stores only their hashes. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Person, Principal } from "./principal.js";
import type { Scope } from "./scopes.js";

/** One key as the configuration holds it. */
export interface ApiKey {
  /** Letters, digits and `-`; appears in the key itself and in logs. */
  readonly id: string;
  /** `sha256:` and 64 hex digits: the hash of the whole key. A key is 32 random bytes, so a fast hash without salt is enough. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  readonly tenant?: string | undefined;
  /** The person who approves with this key. */
  readonly person?:
    | { readonly id: string; readonly roles: readonly string[]; readonly acr?: string | undefined }
    | undefined;
  /** Seconds since the Unix epoch; exclusive. */
  readonly expires_at?: number | undefined;
}

/** The shape of an id. It excludes underscores, because they separate the parts of a key. */
export const API_KEY_ID = /^[A-Za-z0-9-]{1,64}$/;
const API_KEY = /^writ_([A-Za-z0-9-]{1,64})_[A-Za-z0-9_-]{43}$/;

/** Returns a new key, to be shown once, and the hash to write into the configuration. */
export function createApiKey(id: string): { readonly key: string; readonly hash: string } {
  if (!API_KEY_ID.test(id))
    throw new RangeError("the id of an API key has letters, digits and `-`, at most 64");
  const key = `writ_${id}_${randomBytes(32).toString("base64url")}`;
  return { key, hash: `sha256:${digestOf(key).toString("hex")}` };
}

/** Whether a bearer credential has the prefix of an API key; no JWT has it. */
export function looksLikeApiKey(credential: string): boolean {
  return credential.startsWith("writ_");
}

/** Looks up the API keys of a configuration. */
export class ApiKeys {
  readonly #keys: ReadonlyMap<
    string,
    { readonly hash: Buffer; readonly expires: number; readonly principal: Principal }
  >;

  /** Throws if two keys have the same id or if a hash is malformed. */
  constructor(keys: readonly ApiKey[]) {
    const entries = keys.map((key) => [key.id, entryOf(key)] as const);
    this.#keys = new Map(entries);
    if (this.#keys.size !== keys.length) throw new Error("two API keys have the same id");
  }

  /** Returns the principal of a key, or undefined if the key is unknown, wrong or expired. `now` is in ms since the Unix epoch. */
  find(credential: string, now: number): Principal | undefined {
    const id = API_KEY.exec(credential)?.[1];
    const entry = id === undefined ? undefined : this.#keys.get(id);
    if (entry === undefined) return undefined;
    if (!timingSafeEqual(digestOf(credential), entry.hash)) return undefined;
    return now < entry.expires ? entry.principal : undefined;
  }
}

function entryOf(key: ApiKey) {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(key.hash)?.[1];
  if (hex === undefined)
    throw new Error(`the hash of the API key ${key.id} is not \`sha256:\` and 64 hex digits`);
  const { tenant, person } = key;
  const principal: Principal = {
    id: `key:${key.id}`,
    scopes: new Set(key.scopes),
    ...(tenant === undefined ? {} : { tenant }),
    ...(person === undefined ? {} : { person: personOf(person) }),
  };
  const expires = (key.expires_at ?? Number.POSITIVE_INFINITY) * 1000;
  return { hash: Buffer.from(hex, "hex"), expires, principal };
}

function personOf({ id, roles, acr }: NonNullable<ApiKey["person"]>): Person {
  return acr === undefined ? { id, roles } : { id, roles, acr };
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
