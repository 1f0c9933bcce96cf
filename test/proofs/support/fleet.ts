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

/** As many replicas as the kind can have: one in memory, two on a file, three on Redis. */
export async function fleet(kind: Kind, config?: object, ...redisSettings: string[]): Promise<Fleet> {
  const folder = newFolder();
  const redis = kind === "redis" ? await RedisServer.start(...redisSettings) : undefined;
  const state = { memory: "memory:", file: `file:${join(folder.path, "state")}`, redis: redis?.url ?? "" }[
    kind
  ];
  const keys = join(folder.path, "keys.json");
  const configFile = join(folder.path, "config.json");
  if (config !== undefined) writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  await writ("keys", "create", keys);
  if (redis !== undefined) await writ("state", "init", "--state", state, "--yes");
  const started: Replica[] = [];
  const joinOne = async () => {
    const replica = await Replica.start({
      state,
      keys,
      ...(config === undefined ? {} : { config: configFile }),
    });
    started.push(replica);
    return replica;
  };
  const count = { memory: 1, file: 2, redis: 3 }[kind];
  const replicas = await Promise.all(Array.from({ length: count }, joinOne));
  return {
    kind,
    replicas,
    state,
    redis,
    join: joinOne,
    end: async () => {
      await Promise.all(started.map((each) => each.kill()));
      await redis?.remove();
      folder.remove();
    },
  };
}
