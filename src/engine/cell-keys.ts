/**
 * Where each thing that is remembered lives. The tenant is part of every key, so one tenant's calls never meet another's.
 *
 * Parts are joined by U+001F: identifiers on the wire hold no control characters, and anything that could is written as
 * JSON text, so two different lists of parts never give one key.
 */
const SEPARATOR = "\u001f";

/** Longer parts are replaced by their digest by whoever builds a key. */
export const KEY_PART_MAX = 200;

function key(tenant: string, kind: string, first?: string, second?: string): string {
  const base = tenant + SEPARATOR + kind;
  if (first === undefined) return base;
  return second === undefined ? base + SEPARATOR + first : base + SEPARATOR + first + SEPARATOR + second;
}

/** The end of the keys of one limit: the same for all who are counted by it. */
export function limitKeyEnd(limit: string, definition: string): string {
  return `${SEPARATOR}limit${SEPARATOR}${limit}${SEPARATOR}${definition}`;
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
  family: (tenant: string, id: string) => key(tenant, "family", id),
  /** A map from the keyed hash of a value to what is known of it. */
  seen: (tenant: string, family: string) => key(tenant, "seen", family),
  /** A map: `kind`, `owner`, `session`, `opened`, `expires`, `status`, `version`, … */
  transaction: (tenant: string, id: string) => key(tenant, "transaction", id),
  /** A window. */
  limit: (tenant: string, keyEnd: string, parts: readonly string[]) => joined(tenant + keyEnd, parts),
  /** A window that counts the uses of an exception, over all users. */
  exception: (tenant: string, id: string) => key(tenant, "exception", id),
  /** A map: `ok`, `failed`, `denied`, `unknown`, `allowed` (times) and `calls` (how many were allowed). */
  prior: (tenant: string, name: string, parts: readonly string[]) =>
    joined(key(tenant, "prior", name), parts),
  /** A map: the approval that is asked for, or given, for one digest under one scheme. */
  approval: (tenant: string, scheme: string, digest: string) => key(tenant, "approval", scheme, digest),
  /** A map from an approval's id to its scheme and digest. */
  approvalId: (tenant: string, id: string) => key(tenant, "approval-id", id),
  /** A map from the ids of a tenant's approvals to when they were asked for. */
  inbox: (tenant: string) => key(tenant, "inbox"),
  /** A map: `digest`, `answer`, `decision`, `until`, `status`, `done`, `args`. */
  idempotency: (tenant: string, caller: string, id: string) => key(tenant, "request", caller, id),
  /** A map: what an `allow` reserved, so that its outcome can settle it. Decision ids are not guessable. */
  decision: (id: string) => key("", "decision", id),
} as const;
