import { createHash, randomUUID } from "node:crypto";
import type { Redis, RedisOptions } from "ioredis";
import { Deadlines } from "./deadlines.js";
import { reportOf, type ServerReport, type Trust, unknownServer } from "./redis-report.js";
import type { Reply } from "./redis-wire.js";
import { StateUnavailable } from "./store.js";

/** Options of the connection to Redis. */
export interface RedisConnectionOptions {
  /** How long one trip may take before it fails as `unreachable`. */
  readonly timeout?: number;
  /** How long the first connection may take. */
  readonly connectTimeout?: number;
  /** How many replicas must acknowledge a commit before it is answered; none by default. */
  readonly waitReplicas?: number;
  /** Passed to the client, for options that a URL cannot contain: certificates, sentinels. */
  readonly client?: RedisOptions;
}

/** The input of a script: the number of keys, the keys, and the arguments. */
export type ScriptWords = readonly [keys: number, ...(string | number)[]];

/** A script and its name in Redis. */
export interface Script {
  readonly source: string;
  readonly hash: string;
}

export function scriptOf(source: string): Script {
  return { source, hash: createHash("sha1").update(source).digest("hex") };
}

const defaultTimeout = 250;
const defaultConnectTimeout = 5_000;
/** The maximum number of trips under way, so that a server that stops answering cannot fill our memory. */
const mostTrips = 10_000;

/**
 * A connection that answers within its time limit or fails, and reconnects by itself.
 *
 * Nothing is sent twice: a trip that failed may or may not have run, and only its caller can decide what that means.
 */
export class RedisConnection {
  readonly #client: Redis;
  readonly #timeout: number;
  /** How long a server may be silent while an answer is pending. */
  readonly #patience: number;
  /** Trips under way. */
  readonly #trips: Deadlines;
  readonly #waitReplicas: number;
  /** The server's report, read again at each connection; a default if the server could not be asked. */
  #report: Promise<ServerReport> | undefined;
  /** The same once it has arrived, so that no trip has to wait for it. */
  #known: ServerReport | undefined;
  /** Shared by all commits answered in this turn of the event loop. */
  #replicated: Promise<void> | undefined;
  #lastError: string | undefined;
  /** Set while a trip is late and nothing has arrived since. */
  #silence: NodeJS.Timeout | undefined;

  private constructor(client: Redis, timeout: number, waitReplicas: number) {
    this.#client = client;
    this.#timeout = timeout;
    this.#waitReplicas = waitReplicas;
    this.#patience = Math.max(2_000, 4 * timeout);
    this.#trips = new Deadlines(timeout);
    client.on("error", (error: Error) => {
      this.#lastError = error.message;
    });
    // Until the connection is ready, no command has a time limit from us. The client's own timeout also runs afterwards and would cost each command a timer and a listener.
    client.on("connect", () => {
      const { stream } = client;
      stream.setTimeout(this.#patience, () => stream.destroy(this.#unheard()));
    });
    client.on("ready", () => {
      client.stream.setTimeout(0);
      this.#judge();
    });
    client.on("close", () => {
      this.#heard();
      this.#forgetReport();
    });
  }

  /** Connects, or rejects with the problem in words for an operator, without the password. */
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
      // The client's own parser of integers is off by one just below 2^53.
      stringNumbers: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
      // After a failover, the server we are connected to may have become a replica.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
    });
    const connection = new RedisConnection(client, timeout, options.waitReplicas ?? 0);
    let problem: string | undefined;
    try {
      await connection.#firstConnection(connectTimeout);
      ({ problem } = await (connection.#report ?? connection.#judge()));
    } catch (error) {
      problem = connection.#lastError ?? (error instanceof Error ? error.message : String(error));
    }
    if (problem === undefined) return connection;
    connection.close();
    throw new StateUnavailable("unreachable", `cannot keep state in ${withoutCredentials(url)}: ${problem}`);
  }

  /**
   * Runs a script in one trip, or rejects with `StateUnavailable`; errors of the script itself are passed on unchanged.
   * The input may depend on what survives a failure of the server.
   */
  run(script: Script, words: (trust: Trust) => ScriptWords): Promise<Reply> {
    return this.#withinTime(() => {
      if (this.#known !== undefined) return this.#evaluate(script, words, this.#known);
      return (this.#report ?? this.#judge()).then((report) => this.#evaluate(script, words, report));
    });
  }

  /** Resolves once the configured number of replicas has every commit answered so far. */
  async replicated(): Promise<void> {
    if (this.#waitReplicas === 0) return;
    this.#replicated ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      this.#replicated = undefined;
      return this.#waitForReplicas();
    });
    await this.#replicated;
  }

  async #waitForReplicas(): Promise<void> {
    const has = Number(await this.ask((client) => client.wait(this.#waitReplicas, this.#timeout)));
    if (has >= this.#waitReplicas) return;
    throw unreachable(
      `${has} of ${this.#waitReplicas} replicas confirmed a commit within ${this.#timeout} ms`,
    );
  }

  /** Reconnects, because the server at this address does not, or no longer, accept commits. */
  reconnect(): void {
    this.#client.disconnect(true);
  }

  #evaluate(
    script: Script,
    wordsFor: (trust: Trust) => ScriptWords,
    { problem, trust }: ServerReport,
  ): Promise<Reply> {
    if (problem !== undefined) throw new StateUnavailable("unreachable", `Redis cannot be used: ${problem}`);
    const words = wordsFor(this.#waitReplicas > 0 ? "replicas" : trust);
    return this.#client.evalsha(script.hash, ...words).catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return this.#client.eval(script.source, ...words);
    }) as Promise<Reply>;
  }

  /** Runs other commands within the time limit of a trip. */
  async ask<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    return this.#withinTime(() => command(this.#client));
  }

  /** Returns the server's report as of now; it can change while the connection is open. */
  report(): Promise<ServerReport> {
    return this.#judge();
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

  #withinTime<T>(trip: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#client.status !== "ready") throw unreachable(this.#lastError ?? "there is no connection");
      if (this.#trips.size >= mostTrips) throw unreachable("too many trips are under way");
      const waiting = this.#trips.begin(() => {
        this.#suspect();
        reject(unreachable(`no answer within ${this.#timeout} ms`));
      });
      const fail = (error: unknown) => {
        this.#trips.end(waiting);
        // A refusal is an answer of the server; after any other error it has not answered.
        if (error instanceof Error && error.name === "ReplyError") this.#heard();
        reject(isConnectionError(error) ? unreachable(error.message, error) : error);
      };
      try {
        trip().then((value) => {
          this.#trips.end(waiting);
          this.#heard();
          resolve(value);
        }, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  #heard(): void {
    if (this.#silence === undefined) return;
    clearTimeout(this.#silence);
    this.#silence = undefined;
  }

  /** Disconnects from a server that accepts bytes and never answers, so that commands do not pile up. */
  #suspect(): void {
    this.#silence ??= setTimeout(() => {
      this.#silence = undefined;
      this.#client.stream.destroy(this.#unheard());
    }, this.#patience - this.#timeout).unref();
  }

  #unheard(): Error {
    return new Error(`nothing was heard of it for ${this.#patience} ms`);
  }

  /** Reads the server's report again; trips that begin meanwhile wait for it. */
  #judge(): Promise<ServerReport> {
    this.#forgetReport();
    const asked = this.#withinTime(() =>
      Promise.all([
        this.#client.info(),
        // A server may forbid CONFIG; then its disk settings are unknown.
        this.#client.config("GET", "appendfsync").catch(() => []),
      ]),
    );
    const report = asked.then(
      ([info, settings]) => {
        const found = reportOf(info, settings as readonly string[]);
        if (this.#report === report) this.#known = found;
        return found;
      },
      (error: unknown) => {
        // The report is still unknown, so the next trip asks again.
        if (this.#report === report) this.#forgetReport();
        return unknownServer(error instanceof Error ? error.message : String(error));
      },
    );
    this.#report = report;
    return report;
  }

  #forgetReport(): void {
    this.#report = undefined;
    this.#known = undefined;
  }
}

/** Returns a new name for an epoch. */
export function newEpoch(): string {
  return randomUUID();
}

/** Returns a URL without its credentials. */
export function withoutCredentials(url: string): string {
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
    `Redis is unreachable: ${why}`,
    cause === undefined ? {} : { cause },
  );
}

/** Whether an error is not the script's own: no connection, no permission, still loading, no longer the master. */
function isConnectionError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    !(error instanceof StateUnavailable) &&
    !/^(OOM|WRONGTYPE)\b/.test(error.message)
  );
}
