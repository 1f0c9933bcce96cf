import {
  newEpoch,
  RedisConnection,
  type RedisConnectionOptions,
  type Script,
  scriptOf,
} from "./redis-connection.js";
import { commitScript, readScript } from "./redis-scripts.js";
import { type ListReply, quickResultOf, type Reply, Request, resultOf, snapshotOf } from "./redis-wire.js";
import {
  type CellRead,
  type CommitMode,
  type CommitResult,
  type Operation,
  type Snapshot,
  type StateStore,
  StateUnavailable,
  type StoreHealth,
} from "./store.js";
import { assertCommit, assertReads } from "./valid-operation.js";
import { WrongKind } from "./wrong-kind.js";

export interface RedisStoreOptions extends RedisConnectionOptions {
  /** What all keys begin with, in braces, so that they share one slot of a cluster. */
  readonly prefix?: string;
}

const readCells = scriptOf(readScript);
const commitCells = scriptOf(commitScript);

/**
 * Cells in Redis, for several replicas. One script a trip, by the clock of Redis.
 *
 * Redis that comes back without what it knew is noticed by its epoch, and Redis that comes back with less than it
 * knew by the number of the last commit; both are `lost` until `initialise` is called.
 */
export class RedisStore implements StateStore {
  readonly kind = "redis";
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #meta: string;
  #epoch = "";
  #sequence = 0;

  private constructor(connection: RedisConnection, prefix: string) {
    this.#connection = connection;
    this.#prefix = `{${prefix}}:cell:`;
    this.#meta = `{${prefix}}:meta`;
  }

  /** Connects. Rejects if Redis is out of reach, too old, or set up to evict what it holds. */
  static async open(url: string, options: RedisStoreOptions = {}): Promise<RedisStore> {
    const prefix = options.prefix ?? "writ";
    if (!/^[\w.:-]{1,64}$/.test(prefix)) {
      throw new RangeError("the prefix of the state has 1 to 64 letters, digits, and . : _ -");
    }
    return new RedisStore(await RedisConnection.open(url, options), prefix);
  }

  async read(cells: readonly CellRead[]): Promise<Snapshot> {
    assertReads(cells);
    try {
      const request = Request.read(cells);
      return snapshotOf(this.#accepted(await this.#send(readCells, request), request), cells);
    } catch (error) {
      if (error instanceof StateUnavailable && error.reason === "lost") await this.#tellOthers();
      throw error;
    }
  }

  async commit(operations: readonly Operation[], mode: CommitMode): Promise<CommitResult> {
    assertCommit(operations);
    try {
      const request = Request.commit(operations, mode);
      const epoch = this.#epoch;
      const reply = await this.#send(commitCells, request);
      if (typeof reply !== "string") return resultOf(this.#accepted(reply, request));
      const { sequence, result } = quickResultOf(reply);
      this.#learn(epoch, sequence);
      return result;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("OOM")) throw error;
      const { now } = await this.read([]);
      return { now, outcome: "full", windows: [] };
    }
  }

  async health(): Promise<StoreHealth> {
    let cells = 0;
    try {
      // Of the whole database: counting our own would mean walking over all.
      cells = Number(await this.#connection.ask((client) => client.dbsize()));
      const problem = await this.#connection.problem();
      if (problem !== undefined) return { reachable: false, problem, cells, capacity: null };
      await this.read([]);
      return { reachable: true, cells: Math.max(0, cells - 1), capacity: null };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const isLost = error instanceof StateUnavailable && error.reason === "lost";
      return { reachable: false, problem, cells, capacity: null, ...(isLost ? { lost: true } : {}) };
    }
  }

  async keys(prefix: string, limit: number): Promise<readonly string[]> {
    const found = new Set<string>();
    if (limit <= 0) return [];
    for await (const page of this.#scan(prefix)) {
      for (const key of page) if (found.size < limit) found.add(key.slice(this.#prefix.length));
      if (found.size >= limit) break;
    }
    return [...found];
  }

  async reset(prefix: string): Promise<number> {
    let forgotten = 0;
    for await (const page of this.#scan(prefix)) {
      if (page.length > 0)
        forgotten += Number(await this.#connection.ask((client) => client.unlink(...page)));
    }
    if (prefix === "") await this.#connection.ask((client) => client.hdel(this.#meta, "now"));
    return forgotten;
  }

  async initialise(): Promise<void> {
    await this.#connection.ask((client) =>
      client.multi().hset(this.#meta, "epoch", newEpoch()).hdel(this.#meta, "lost").exec(),
    );
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  #send(script: Script, { keys, asked, texts }: Request): Promise<Reply> {
    const names = keys.map((key) => this.#prefix + key);
    const words = [
      keys.length + 1,
      this.#meta,
      ...names,
      this.#epoch,
      this.#sequence,
      asked,
      ...texts,
    ] as const;
    return this.#connection.run(script, words);
  }

  /** The reply, unless it is a refusal to answer. */
  #accepted(reply: Reply, request: Request): ListReply {
    if (reply[0] === "lost") throw lost(String(reply[1]));
    if (reply[0] === "kind") {
      throw new WrongKind(request.keys[Number(reply[1]) - 2]!, reply[2] === "map" ? "map" : "window");
    }
    this.#learn(String(reply[2]), Number(reply[3]));
    return reply as ListReply;
  }

  /** A read may not write down that Redis went back; a commit of nothing does, for every replica. */
  async #tellOthers(): Promise<void> {
    await this.#send(commitCells, Request.commit([], "all")).catch(() => undefined);
  }

  /** A trip that was under way beside ours may have told more already, so what we know never goes back. */
  #learn(epoch: string, sequence: number): void {
    this.#sequence = epoch === this.#epoch ? Math.max(this.#sequence, sequence) : sequence;
    this.#epoch = epoch;
  }

  async *#scan(prefix: string): AsyncGenerator<string[]> {
    const pattern = `${(this.#prefix + prefix).replace(/[\\*?[\]]/g, "\\$&")}*`;
    let cursor = "0";
    do {
      const from = cursor;
      const [next, page] = await this.#connection.ask((client) =>
        client.scan(from, "MATCH", pattern, "COUNT", 1_000),
      );
      yield page;
      cursor = next;
    } while (cursor !== "0");
  }
}

function lost(why: string): StateUnavailable {
  const advice =
    "nothing is allowed until an administrator accepts beginning anew with what is there (`writ state init`)";
  return new StateUnavailable("lost", `Redis lost state: ${why}; ${advice}`);
}
