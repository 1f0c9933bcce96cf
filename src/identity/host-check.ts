/** Keeps a web page that is open in a browser from calling a service on this machine. */
import { isIPv4 } from "node:net";

/** Whether a service that listens on `host` is reachable only from this machine. No name other than `localhost` is trusted. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase();
  if (bare === "localhost" || bare === "::1" || bare === "[::1]") return true;
  return bare.startsWith("127.") && isIPv4(bare);
}

/** The host names and origins that a service accepts. */
export interface HostRules {
  /** Names that `Host` may have besides loopback ones; undefined is any name. */
  readonly hosts: readonly string[] | undefined;
  /** Whole origins (`https://console.example`) that pages may post from. */
  readonly origins: readonly string[];
}

/** The parts of a request that state its destination and its origin. */
export interface Addressed {
  /** Every `Host` header. */
  readonly hosts: readonly string[];
  /** The request target: `/decide`, or with the host (RFC 9112 section 3.2.2). */
  readonly target: string;
  readonly origin: string | undefined;
}

/**
 * Returns why a request is refused, or undefined if it may come from a client of this service.
 *
 * `Host` reveals a page under a name that resolves to this machine (DNS rebinding); `Origin` reveals any other page.
 * Programs send no `Origin`, so every origin is refused unless it is configured. Two `Host` headers could be read
 * differently by a proxy and by this service, so they are refused (RFC 9112 section 3.2: a 400).
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

/** Returns the path and query of a request target: `/decide` for `http://localhost/decide`. */
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
