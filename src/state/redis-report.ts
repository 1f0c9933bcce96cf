/** A Redis server's report about itself, and whether it may hold state. */

/**
 * What certainly survives a failure of a server: `disk` if each commit is on its disk before it is answered, `replicas`
 * if enough replicas have it, or neither.
 */
export type Trust = "disk" | "replicas" | "none";

export interface ServerReport {
  /** Why this server must not hold state. */
  readonly problem: string | undefined;
  readonly trust: Trust;
  /** Bytes in use, and the maximum; `limit` is 0 if the server sets none. */
  readonly memory: { readonly used: number; readonly limit: number };
}

/** The report of a server that could not be asked. */
export function unknownServer(problem: string): ServerReport {
  return { problem, trust: "none", memory: { used: 0, limit: 0 } };
}

/** Reads the answers to `INFO` and `CONFIG GET appendfsync`; the latter is empty if the server forbids it. */
export function reportOf(info: string, settings: readonly string[]): ServerReport {
  const fields = new Map(info.split(/\r?\n/).map((line) => line.split(":", 2) as [string, string]));
  const isOnDisk = fields.get("aof_enabled") === "1" && settings[1] === "always";
  return {
    problem: problemOf(fields),
    trust: isOnDisk ? "disk" : "none",
    memory: { used: numberIn(fields, "used_memory"), limit: numberIn(fields, "maxmemory") },
  };
}

function problemOf(fields: ReadonlyMap<string, string>): string | undefined {
  const version = fields.get("redis_version") ?? "unknown";
  if (fields.get("redis_mode") === "sentinel")
    return "it is a Sentinel: name the master, or what leads to it";
  if (!(Number.parseInt(version, 10) >= 7)) return `its version is ${version}, and at least 7 is needed`;
  if (fields.get("cluster_enabled") === "1" || fields.get("redis_mode") === "cluster")
    return "it is a cluster, which is not supported: use a single master, with replicas if you like";
  const policy = fields.get("maxmemory_policy");
  if (policy !== "noeviction") {
    return `its maxmemory-policy is ${policy ?? "unknown"}: it would forget what was spent to make room; set it to noeviction`;
  }
  return undefined;
}

function numberIn(fields: ReadonlyMap<string, string>, name: string): number {
  const value = Number(fields.get(name));
  return Number.isFinite(value) ? value : 0;
}
