import { createHash, randomUUID } from "node:crypto";
import type { Redis, RedisOptions } from "ioredis";
import type { Reply } from "./redis-wire.js";
import { StateUnavailable } from "./store.js";

/** How to reach Redis. */
export interface RedisConnectionOptions {
  /** How long one trip may take before the answer is "out of reach". */
  readonly timeout?: number;
  /** How long the first connection may take. */
  readonly connectTimeout?: number;
  /** Passed to the client, for what a URL cannot say: certificates, sentinels. */
  readonly client?: RedisOptions;
}

/** A script and the name that Redis knows it by. */
export interface Script {
  readonly source: string;
  readonly hash: string;
}

export function scriptOf(source: string): Script {
  return { source, hash: createHash("sha1").update(source).digest("hex") };
}

const defaultTimeout = 250;
const defaultConnectTimeout = 5_000;
/** Trips under way at once: beyond that a server that stopped answering would only fill our memory. */
const mostTrips = 10_000;

/**
 * A connection that answers within its time limit or not at all, and comes back by itself.
 *
 * Nothing is ever sent twice: a trip that broke off may or may not have happened, and only its caller knows what
 * that means.
 */
export class RedisConnection {
  readonly #client: Redis;
  readonly #timeout: number;
  /** What keeps this server from being used, found anew at each connection. */
  #verdict: Promise<string | undefined> = Promise.resolve(undefined);
  #trips = 0;
  #lastError: string | undefined;

  private constructor(client: Redis, timeout: number) {
    this.#client = client;
    this.#timeout = timeout;
    client.on("error", (error: Error) => {
      this.#lastError = error.message;
    });
    client.on("ready", () => {
      this.#verdict = this.#inspect();
    });
  }

  /** Connects, or rejects with what is wrong in words for an operator, without the password. */
  static async open(url: string, options: RedisConnectionOptions): Promise<RedisConnection> {
    const { Redis } = await import("ioredis");
    const timeout = options.timeout ?? defaultTimeout;
    const connectTimeout = options.connectTimeout ?? defaultConnectTimeout;
    const client = new Redis(url, {
      ...options.client,
      lazyConnect: true,
      protocol: 2,
      replyMapping: "legacy",
      connectTimeout,
      // The client's own reading of integers is off by one just below 2^53.
      stringNumbers: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      // A server that takes the bytes and never answers is left, so that nothing piles up behind it.
      socketTimeout: Math.max(2_000, 4 * timeout),
      retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
      // After a failover we may still be connected to what is a replica now.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
    });
    const connection = new RedisConnection(client, timeout);
    let problem: string | undefined;
    try {
      await connection.#firstConnection(connectTimeout);
      problem = await connection.#verdict;
    } catch (error) {
      problem = connection.#lastError ?? (error instanceof Error ? error.message : String(error));
    }
    if (problem === undefined) return connection;
    connection.close();
    throw new StateUnavailable("unreachable", `cannot keep state in ${placeOf(url)}: ${problem}`);
  }

  /** Runs a script in one trip, or rejects with `StateUnavailable`; errors of the script itself come as they are. */
  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    return this.#withinTime(async () => {
      const problem = await this.#verdict;
      if (problem !== undefined)
        throw new StateUnavailable("unreachable", `Redis cannot be used: ${problem}`);
      const all = [...keys, ...args];
      try {
        return (await this.#client.evalsha(script.hash, keys.length, ...all)) as Reply;
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
        return (await this.#client.eval(script.source, keys.length, ...all)) as Reply;
      }
    });
  }

  /** Runs other commands within the time limit of a trip. */
  async ask<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    return this.#withinTime(() => command(this.#client));
  }

  /** Looks again whether the server may be used, which can change while we are connected. */
  async problem(): Promise<string | undefined> {
    this.#verdict = this.#inspect();
    return this.#verdict;
  }

  close(): void {
    this.#client.disconnect();
  }

  async #firstConnection(within: number): Promise<void> {
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no connection within ${within} ms`)), within).unref();
    });
    await Promise.race([this.#client.connect(), late]);
  }

  async #withinTime<T>(trip: () => Promise<T>): Promise<T> {
    if (this.#client.status !== "ready") throw unreachable(this.#lastError ?? "there is no connection");
    if (this.#trips >= mostTrips) throw unreachable("too many trips are under way");
    this.#trips++;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const expire = () => reject(unreachable(`no answer within ${this.#timeout} ms`));
      // After the sockets were looked at: the answer may be here, and we who were late.
      timer = setTimeout(() => setImmediate(expire), this.#timeout);
    });
    try {
      return await Promise.race([trip(), late]);
    } catch (error) {
      throw isConnectionError(error) ? unreachable(error.message, error) : error;
    } finally {
      clearTimeout(timer);
      this.#trips--;
    }
  }

  async #inspect(): Promise<string | undefined> {
    try {
      return problemOf(await this.#withinTime(() => this.#client.info()));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** Why a server that says this of itself must not hold state, or nothing. */
export function problemOf(info: string): string | undefined {
  const fields = new Map(info.split(/\r?\n/).map((line) => line.split(":", 2) as [string, string]));
  const version = fields.get("redis_version") ?? "unknown";
  if (!(Number.parseInt(version, 10) >= 7)) return `its version is ${version}, and at least 7 is needed`;
  const policy = fields.get("maxmemory_policy");
  if (policy !== "noeviction") {
    return `its maxmemory-policy is ${policy ?? "unknown"}: it would forget what was spent to make room; set it to noeviction`;
  }
  return undefined;
}

/** A new name for a beginning. */
export function newEpoch(): string {
  return randomUUID();
}

/** Where a URL points, without its credentials. */
export function placeOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return "this address";
  }
}

function unreachable(why: string, cause?: unknown): StateUnavailable {
  return new StateUnavailable(
    "unreachable",
    `Redis is out of reach: ${why}`,
    cause === undefined ? {} : { cause },
  );
}

/** Whatever is not the scripts' own doing: no connection, no permission, still loading, no longer the master. */
function isConnectionError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    !(error instanceof StateUnavailable) &&
    !/^(OOM|WRONGTYPE)\b/.test(error.message)
  );
}
