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

/** How a request says where it is going and where it comes from. */
export interface Addressed {
  /** Every `Host` header. */
  readonly hosts: readonly string[];
  /** The request target: `/decide`, or with the host (RFC 9112 section 3.2.2). */
  readonly target: string;
  readonly origin: string | undefined;
}

/**
 * Why a request may not have come from a program that knows this service, or undefined.
 *
 * A page under a name that resolves to this machine (DNS rebinding) is betrayed by its `Host`, any other page by its
 * `Origin`. Programs send no `Origin`, so there is none that is ours unless it is configured. Two `Host` headers are one
 * for us and one for whatever stands between (RFC 9112 section 3.2: a 400).
 */
export function refusalOf(
  { hosts, target, origin }: Addressed,
  rules: HostRules,
): "hosts" | "host" | "origin" | undefined {
  if (hosts.length > 1) return "hosts";
  const named = [hosts[0], ...(target.startsWith("/") ? [] : [authorityOf(target)])];
  if (rules.hosts !== undefined && !named.every((host) => isOurs(host, rules.hosts ?? []))) return "host";
  if (origin !== undefined && !rules.origins.includes(origin)) return "origin";
  return undefined;
}

/** The path and query of a request target: `http://localhost/decide` is `/decide`. */
export function originForm(target: string): string {
  return target.startsWith("/") ? target : target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/^(?!\/)/, "/");
}

function authorityOf(target: string): string | undefined {
  return /^https?:\/\/([^/?#]*)/i.exec(target)?.[1];
}

function isOurs(header: string | undefined, hosts: readonly string[]): boolean {
  const name =
    header === undefined ? undefined : /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(header)?.[1];
  if (name === undefined) return false;
  return isLoopback(name) || hosts.includes(name.toLowerCase());
}
