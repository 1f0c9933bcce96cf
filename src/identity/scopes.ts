/** The scopes of credentials. */

/**
 * `decide`: ask for decisions, report outcomes, open sessions and transactions. `approve`: act as a person on
 * approvals. `confirm`: confirm requests that are addressed to oneself. `admin`: administer the service. `audit`: read
 * its state and records. No scope includes another.
 */
export const SCOPES = ["decide", "approve", "confirm", "admin", "audit"] as const;

/** One of the five scopes. Any other scope in a token has no effect. */
export type Scope = (typeof SCOPES)[number];

/** Returns the scopes among these words; words that mean something elsewhere (a token's `refund`) are ignored. */
export function scopesAmong(words: Iterable<string>): ReadonlySet<Scope> {
  const wanted = new Set(words);
  return new Set(SCOPES.filter((scope) => wanted.has(scope)));
}
