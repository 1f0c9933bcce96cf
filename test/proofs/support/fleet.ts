/** Where replicas can keep what they share: every proof that says "wherever state is kept" runs over these. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasRedis, RedisServer } from "../../state/redis-server.js";
import { newFolder, writ } from "./command.js";
import { Replica } from "./replica.js";

/** Replicas over one store. */
export interface Fleet {
  readonly kind: Kind;
  readonly replicas: readonly Replica[];
  readonly state: string;
  readonly redis: RedisServer | undefined;
  /** One more, over the same store. */
  join(): Promise<Replica>;
  end(): Promise<void>;
}

export type Kind = "memory" | "file" | "redis";

/** The kinds that can run here. */
export const kinds: readonly Kind[] = ["memory", "file", ...(hasRedis ? (["redis"] as const) : [])];
/** Those that several processes share. */
export const sharedKinds: readonly Kind[] = kinds.filter((kind) => kind !== "memory");

/** As many replicas as the kind can have: one in memory, two on a file, three on Redis. Leaves nothing behind where one fails. */
export async function fleet(kind: Kind, config?: object, ...redisSettings: string[]): Promise<Fleet> {
  const undo: (() => unknown)[] = [];
  const end = async () => {
    for (const each of undo.splice(0).reverse()) await each();
  };
  try {
    return { ...(await begin(kind, config, redisSettings, undo)), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function begin(
  kind: Kind,
  config: object | undefined,
  redisSettings: readonly string[],
  undo: (() => unknown)[],
): Promise<Omit<Fleet, "end">> {
  const folder = newFolder();
  undo.push(folder.remove);
  const redis = kind === "redis" ? await RedisServer.start(...redisSettings) : undefined;
  undo.push(() => redis?.remove());
  const state = { memory: "memory:", file: `file:${join(folder.path, "state")}`, redis: redis?.url ?? "" }[
    kind
  ];
  const keys = join(folder.path, "keys.json");
  const configFile = join(folder.path, "config.json");
  // Proofs send hundreds of calls at once and want an answer to each, however slow the machine.
  const whole = { limits: { queue_ms: 60_000 }, ...config };
  writeFileSync(configFile, JSON.stringify(whole), { mode: 0o600 });
  await writ("keys", "create", keys);
  if (kind !== "memory") await writ("state", "init", "--state", state, "--yes");
  const joinOne = async () => {
    const replica = await Replica.start({ state, keys, config: configFile });
    undo.push(() => replica.kill());
    return replica;
  };
  const count = { memory: 1, file: 2, redis: 3 }[kind];
  const started = await Promise.allSettled(Array.from({ length: count }, joinOne));
  const replicas = started.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  return { kind, replicas, state, redis, join: joinOne };
}
