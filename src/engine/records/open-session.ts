/** A session that is open: what a decision in it relies on, and the ones that this process has met. */
import { LRUCache } from "lru-cache";
import type { Operation } from "../../state/store.js";
import type { Call } from "../request/call.js";

/** What keeps a session apart from another one under the same id: its family, and the openings of both. */
export interface OpenSessionState {
  readonly family: string;
  /** The key of the family's cell. */
  readonly familyKey: string;
  readonly opened: string;
  readonly familyOpened: string;
}

/** Families of sessions that were met; a family never changes while its session is open, and a reservation checks it. */
export class FamilyCache {
  // Bounded by size, because a bound by `max` allocates for all of them at once.
  readonly #families = new LRUCache<string, OpenSessionState>({ maxSize: 50_000, sizeCalculation: () => 1 });

  get(key: string): OpenSessionState | undefined {
    return this.#families.get(key);
  }
  set(key: string, state: OpenSessionState): void {
    this.#families.set(key, state);
  }
  delete(key: string): void {
    this.#families.delete(key);
  }
}

/** A reservation holds only while the session is open, the same, and its owner's. */
export function sessionGuards(call: Call, session: OpenSessionState): Operation[] {
  const key = call.sessionKey as string;
  return [
    { op: "expect", key, fields: { owner: call.owner(), family: session.family, opened: session.opened } },
    { op: "fresh", key, field: "expires" },
    {
      op: "expect",
      key: session.familyKey,
      fields: { opened: session.familyOpened },
    },
  ];
}
