/**
 * Keys of all stored cells. The tenant is part of every key, so tenants never share a cell.
 *
 * Parts are joined by U+001F. Identifiers on the wire hold no control characters, and any part that could is written as
 * JSON, so two different lists of parts never give the same key.
 */
import type { Exception } from "../../check/program.js";

const SEPARATOR = "\u001f";

const PRIOR_REGISTRY = `${SEPARATOR}priors`;
const DECISION = `${SEPARATOR}decision${SEPARATOR}`;

function key(tenant: string, kind: string, first?: string, second?: string): string {
  const base = tenant + SEPARATOR + kind;
  if (first === undefined) return base;
  return second === undefined ? base + SEPARATOR + first : base + SEPARATOR + first + SEPARATOR + second;
}

function joined(base: string, parts: readonly string[]): string {
  let text = base;
  for (let i = 0; i < parts.length; i++) text += SEPARATOR + (parts[i] as string);
  return text;
}

export const cellKeys = {
  /** A map: `owner`, `family`, `parent`, `opened`, `expires`. */
  session: (tenant: string, id: string) => key(tenant, "session", id),
  /** A map shared by a session and those opened under it: `opened`, `labels`, `steps`. */
  sessionTree: (tenant: string, id: string) => key(tenant, "family", id),
  /** A map from the keyed hash of a value to what is known of it. */
  seen: (tenant: string, tree: string) => key(tenant, "seen", tree),
  /** A map: `kind`, `owner`, `session`, `opened`, `expires`, `status`, `version`, … */
  transaction: (tenant: string, id: string) => key(tenant, "transaction", id),
  /** A window that counts the uses of an exception, over all users, under the name it is kept by. */
  exception: (tenant: string, { id, annotations }: Exception) =>
    key(tenant, "exception", annotations.was ?? id),
  /** A map: `ok`, `failed`, `denied`, `unknown`, `allowed` (times) and `calls` (how many were allowed). */
  prior: (tenant: string, name: string, parts: readonly string[]) =>
    joined(key(tenant, "prior", name), parts),
  /** A map from the names of `prior` cells, of all tenants, to the time since when they are kept. */
  priorRegistry: () => PRIOR_REGISTRY,
  /** A map: the approval that is asked for, or given, for one digest under one scheme. */
  approval: (tenant: string, scheme: string, digest: string) => key(tenant, "approval", scheme, digest),
  /** A map from an approval's id to its scheme and digest; with its record, once another has taken its place. */
  approvalId: (tenant: string, id: string) => key(tenant, "approval-id", id),
  /** A map from the ids of a tenant's approvals to when they were asked for. */
  inbox: (tenant: string) => key(tenant, "inbox"),
  /** A map: `digest`, `decision`, `at`, `status`, `done`, `kept`. */
  idempotency: (tenant: string, caller: string, id: string) => key(tenant, "request", caller, id),
  /** A map: what an `allow` reserved, so that its outcome can settle it. Decision ids are not guessable. */
  decision: (id: string) => DECISION + id,
} as const;

/** How many keys of one limit are cached. */
const KEPT_KEYS = 256;

/**
 * The keys of one limit's windows. Recent keys are cached if the limit counts by one thing or none, as nearly all do:
 * building and hashing a key takes as long as charging its window.
 */
export class LimitKeys {
  readonly #end: string;
  /** By tenant, then by what is counted. */
  readonly #kept = new Map<string, Map<string, string>>();
  #count = 0;

  constructor(limit: string, definition: string) {
    this.#end = `${SEPARATOR}limit${SEPARATOR}${limit}${SEPARATOR}${definition}`;
  }

  /** `parts` has the same length for every call. */
  of(tenant: string, parts: readonly string[]): string {
    if (parts.length > 1) return joined(tenant + this.#end, parts);
    const part = parts[0] ?? "";
    const known = this.#kept.get(tenant)?.get(part);
    return known ?? this.#keep(tenant, part, joined(tenant + this.#end, parts));
  }

  #keep(tenant: string, part: string, key: string): string {
    if (this.#count === KEPT_KEYS) {
      this.#kept.clear();
      this.#count = 0;
    }
    let own = this.#kept.get(tenant);
    if (own === undefined) {
      own = new Map();
      this.#kept.set(tenant, own);
    }
    own.set(part, key);
    this.#count++;
    return key;
  }
}
