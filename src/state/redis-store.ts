import { type Clock, systemClock } from "./clock.js";
import {
  newEpoch,
  RedisConnection,
  type RedisConnectionOptions,
  type Script,
  scriptOf,
} from "./redis-connection.js";
import { commitScript, initialiseScript, readScript } from "./redis-scripts.js";
import { type ListReply, quickResultOf, type Reply, Request, resultOf, snapshotOf } from "./redis-wire.js";
import {
  type CellRead,
  type CommitMode,
  type CommitResult,
  type Milliseconds,
  type Operation,
  type Snapshot,
  type StateStore,
  StateUnavailable,
  type StoreHealth,
} from "./store.js";
import { assertCommit, assertReads } from "./valid-operation.js";
import { WrongKind } from "./wrong-kind.js";

export interface RedisStoreOptions extends RedisConnectionOptions {
  /** The prefix of all keys, in braces, so that they share one slot of a cluster. */
  readonly prefix?: string;
  /** The clock of this machine, to compare with that of Redis. */
  readonly clock?: Clock;
}

const readCells = scriptOf(readScript);
const commitCells = scriptOf(commitScript);
const initialise = scriptOf(initialiseScript);
/** How far the time seen by reads may be ahead of the time that Redis has stored. */
const recordedEvery = 1_000;

/**
 * Cells in Redis, for several replicas. Each trip runs one script, by the clock of Redis.
 *
 * If Redis restarts without its data, its epoch differs; if it restarts with older data, its commit number is lower.
 * Both are `lost` until `initialise` is called.
 */
export class RedisStore implements StateStore {
  readonly kind = "redis";
  readonly #connection: RedisConnection;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #meta: string;
  #epoch = "";
  #sequence = 0;
  /** The highest time that was answered, and the highest that Redis has certainly stored. */
  #now: Milliseconds = 0;
  #recorded: Milliseconds = 0;

  private constructor(connection: RedisConnection, prefix: string, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#prefix = `{${prefix}}:cell:`;
    this.#meta = `{${prefix}}:meta`;
  }

  /** Connects. Rejects if Redis is unreachable, too old, or configured to evict keys. */
  static async open(url: string, options: RedisStoreOptions = {}): Promise<RedisStore> {
    const prefix = options.prefix ?? "writ";
    if (!/^[\w.:-]{1,64}$/.test(prefix)) {
      throw new RangeError("the prefix of the state has 1 to 64 letters, digits, and . : _ -");
    }
    return new RedisStore(await RedisConnection.open(url, options), prefix, options.clock ?? systemClock);
  }

  async read(cells: readonly CellRead[]): Promise<Snapshot> {
    assertReads(cells);
    const request = Request.read(cells);
    let reply = await this.#send(readCells, request);
    if (reply[0] === "moved" || reply[0] === "lost") {
      // A read cannot store a change of the server; an empty commit does, for every replica.
      await this.#commit([], "all").catch((error: unknown) => {
        if (!isOutOfMemory(error)) throw error;
      });
      reply = await this.#send(readCells, request);
    }
    const snapshot = snapshotOf(this.#accepted(reply, request), cells);
    this.#record(snapshot.now);
    return snapshot;
  }

  async commit(operations: readonly Operation[], mode: CommitMode): Promise<CommitResult> {
    assertCommit(operations);
    try {
      const result = await this.#commit(operations, mode);
      if (operations.length > 0) await this.#connection.replicated();
      return result;
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      const { now } = await this.read([]);
      return { now, outcome: "full", windows: [] };
    }
  }

  async #commit(operations: readonly Operation[], mode: CommitMode): Promise<CommitResult> {
    const request = Request.commit(operations, mode);
    const epoch = this.#epoch;
    const reply = await this.#send(commitCells, request);
    if (typeof reply === "string") {
      const { sequence, result } = quickResultOf(reply);
      this.#learn(epoch, sequence, result.now);
      this.#recorded = Math.max(this.#recorded, result.now);
      return result;
    }
    const result = resultOf(this.#accepted(reply, request));
    this.#recorded = Math.max(this.#recorded, result.now - recordedEvery);
    return result;
  }

  /** Stores the time if only reads were answered for a while, so that expired cells stay expired if the clock is set back. */
  #record(now: Milliseconds): void {
    if (now - this.#recorded <= recordedEvery) return;
    this.#recorded = now;
    this.#commit([], "all").catch(() => undefined);
  }

  async health(): Promise<StoreHealth> {
    let cells = 0;
    const base = { capacity: null, fill: 0, ahead: 0 };
    try {
      // Of the whole database: counting only ours would mean walking over all keys.
      cells = Number(await this.#connection.ask((client) => client.dbsize()));
      const { problem, memory } = await this.#connection.report();
      if (problem !== undefined) return { reachable: false, problem, cells, ...base };
      const { now } = await this.read([]);
      return {
        reachable: true,
        cells: Math.max(0, cells - 1),
        capacity: null,
        fill: memory.limit === 0 ? 0 : Math.min(1, memory.used / memory.limit),
        ahead: Math.max(0, now - Math.floor(this.#clock.now())),
      };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const isLost = error instanceof StateUnavailable && error.reason === "lost";
      return { reachable: false, problem, cells, ...base, ...(isLost ? { lost: true } : {}) };
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
    if (prefix === "") {
      await this.#connection.ask((client) => client.hdel(this.#meta, "now"));
      this.#now = 0;
      this.#recorded = 0;
    }
    return forgotten;
  }

  async initialise(): Promise<void> {
    await this.#connection.run(initialise, (trust) => [1, this.#meta, newEpoch(), trust]);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  #send(script: Script, { keys, asked, texts }: Request): Promise<Reply> {
    const names = keys.map((key) => this.#prefix + key);
    return this.#connection.run(script, (trust) => [
      names.length + 1,
      this.#meta,
      ...names,
      this.#epoch,
      this.#sequence,
      this.#now,
      trust,
      asked,
      ...texts,
    ]);
  }

  /** Returns the reply; throws if the script refused to answer. */
  #accepted(reply: Reply, request: Request): ListReply {
    switch (reply[0]) {
      case "lost":
        throw lost(String(reply[1]));
      case "moved":
        throw new StateUnavailable("unreachable", "Redis is unreachable: its data changed hands just now");
      case "replica":
        this.#connection.reconnect();
        throw new StateUnavailable("unreachable", "Redis is unreachable: this server is a replica");
      case "kind":
        throw new WrongKind(keyAt(request, reply), reply[2] === "map" ? "map" : "window");
      case "damaged":
        throw new WrongKind(keyAt(request, reply), "damaged");
    }
    this.#learn(String(reply[2]), Number(reply[3]), Number(reply[1]));
    return reply as ListReply;
  }

  /** Another trip may already have returned later values, so these only increase. */
  #learn(epoch: string, sequence: number, now: Milliseconds): void {
    this.#sequence = epoch === this.#epoch ? Math.max(this.#sequence, sequence) : sequence;
    this.#epoch = epoch;
    this.#now = Math.max(this.#now, now);
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

function keyAt(request: Request, reply: Reply): string {
  return request.keys[Number(reply[1]) - 2] as string;
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("OOM");
}

function lost(why: string): StateUnavailable {
  const advice = "nothing is allowed until an administrator accepts the present data (`writ state init`)";
  return new StateUnavailable("lost", `Redis lost state: ${why}; ${advice}`);
}
