/** What a credential is good for. */

/**
 * `decide`: ask for decisions, report outcomes, open sessions and transactions. `approve`: act as a person on
 * approvals. `confirm`: confirm what one was asked to oneself. `admin`: administer the service. `audit`: read what it knows. None of them includes another.
 */
export const SCOPES = ["decide", "approve", "confirm", "admin", "audit"] as const;

/** One of the five. A scope that a token has under any other name is none. */
export type Scope = (typeof SCOPES)[number];

/** The scopes among these words; words that mean something elsewhere (a token's `refund`) are passed over. */
export function scopesAmong(words: Iterable<string>): ReadonlySet<Scope> {
  const wanted = new Set(words);
  return new Set(SCOPES.filter((scope) => wanted.has(scope)));
}
