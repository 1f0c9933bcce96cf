/** A session that is open: what a decision in it relies on, and the ones that this process has met. */
import { LRUCache } from "lru-cache";
import type { Operation } from "../../state/store.js";
import type { Call } from "../request/call.js";

/** What keeps a session apart from another one under the same id: its session tree, and the openings of both. */
export interface OpenSessionState {
  /** The id of the session at the root, whose labels, steps and observed values all sessions of the tree share. */
  readonly tree: string;
  /** The key of the tree's cell. */
  readonly treeKey: string;
  readonly opened: string;
  readonly treeOpened: string;
}

/** Trees of sessions that were met; a session never changes its tree while it is open, and a reservation checks it. */
export class SessionTreeCache {
  // Bounded by size, because a bound by `max` allocates for all of them at once.
  readonly #bySession = new LRUCache<string, OpenSessionState>({
    maxSize: 50_000,
    sizeCalculation: () => 1,
  });

  get(key: string): OpenSessionState | undefined {
    return this.#bySession.get(key);
  }
  set(key: string, state: OpenSessionState): void {
    this.#bySession.set(key, state);
  }
  delete(key: string): void {
    this.#bySession.delete(key);
  }
}

/** A reservation holds only while the session is open, the same, and its owner's. */
export function sessionGuards(call: Call, session: OpenSessionState): Operation[] {
  const key = call.sessionKey as string;
  return [
    { op: "expect", key, fields: { owner: call.owner(), family: session.tree, opened: session.opened } },
    { op: "fresh", key, field: "expires" },
    {
      op: "expect",
      key: session.treeKey,
      fields: { opened: session.treeOpened },
    },
  ];
}
