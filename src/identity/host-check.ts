/** What keeps a web page that somebody has open from talking to a service on this machine. */
import { isIPv4 } from "node:net";

/** Whether a service that listens on `host` can be reached from this machine alone. Another name than `localhost` is not trusted to. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase();
  if (bare === "localhost" || bare === "::1" || bare === "[::1]") return true;
  return bare.startsWith("127.") && isIPv4(bare);
}

/** Which names and pages a service answers to. */
export interface HostRules {
  /** Names beyond loopback ones that `Host` may say; undefined is any name at all. */
  readonly hosts: readonly string[] | undefined;
  /** Whole origins (`https://console.example`) that pages may post from. */
  readonly origins: readonly string[];
}

/**
 * Why a request may not have come from a program that knows this service, or undefined.
 *
 * A page under a name that resolves to this machine (DNS rebinding) is betrayed by its `Host`, any other page by its
 * `Origin`. Programs send no `Origin`, so there is none that is ours unless it is configured.
 */
export function refusalOf(
  host: string | undefined,
  origin: string | undefined,
  rules: HostRules,
): "host" | "origin" | undefined {
  if (rules.hosts !== undefined && !isOurs(host, rules.hosts)) return "host";
  if (origin !== undefined && !rules.origins.includes(origin)) return "origin";
  return undefined;
}

function isOurs(header: string | undefined, hosts: readonly string[]): boolean {
  const name =
    header === undefined ? undefined : /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(header)?.[1];
  if (name === undefined) return false;
  return isLoopback(name) || hosts.includes(name.toLowerCase());
}
