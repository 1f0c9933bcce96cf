/** What runs came to, counted, so that a generator that stops coming there is noticed. */

/** Everything that is counted. */
export const REACHABLE = [
  "decision",
  "allow",
  "approval used",
  "quorum of two used",
  "confirmation used",
  "approval with a use left",
  "person refused a second time",
  "requester refused",
  "rejection",
  "withdrawal",
  "exception used",
  "exception with uses used",
  "answer replayed",
  "key refused",
  "transaction opened",
  "step of a transaction",
  "second step of a transaction",
  "step of a confirmed plan",
  "commit",
  "abort that undoes",
  "outcome ok",
  "outcome failed",
  "outcome not_run",
  "outcome unknown",
  "outcome repeated",
  "outcome with a charge settled",
  "outcome with labels",
  "allow of another tenant",
  "policy changed",
  "decision under a changed policy",
  "allow under a changed policy",
  "state full",
  "decision without state",
  "bundle of eight tools",
  "bundle with a rule about many agents",
  "bundle with undo",
  "bundle with same args",
] as const;
export type Reachable = (typeof REACHABLE)[number];

/** Counts of a run; runs add up. */
export class Reached {
  readonly #counts = new Map<Reachable, number>();

  count(what: Reachable, times = 1): void {
    this.#counts.set(what, this.of(what) + times);
  }
  of(what: Reachable): number {
    return this.#counts.get(what) ?? 0;
  }
  add(other: Reached): void {
    for (const [what, times] of other.#counts) this.count(what, times);
  }
  /** All of it, also what was never reached. */
  table(): Readonly<Record<Reachable, number>> {
    return Object.fromEntries(REACHABLE.map((what) => [what, this.of(what)])) as Record<Reachable, number>;
  }
}
