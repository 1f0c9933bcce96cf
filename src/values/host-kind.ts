/** Classifies addresses and hosts by where they lead, from their text alone. */
import ipaddr from "ipaddr.js";
import { parse as parseHost } from "tldts";
import type { HostKind } from "./type.js";

/** Maps ranges of `ipaddr.js` to kinds; any other range is `special`. */
const KINDS: ReadonlyMap<string, HostKind> = new Map([
  ["unicast", "public"],
  ["private", "private"],
  ["carrierGradeNat", "private"],
  ["uniqueLocal", "private"],
  ["deprecatedSiteLocal", "private"],
  ["loopback", "loopback"],
  ["linkLocal", "link_local"],
]);

/** Names that no public resolver resolves, or that each machine resolves itself (RFC 6761, 7686, 9476). */
const SPECIAL_TLDS: ReadonlySet<string> = new Set(["alt", "arpa", "invalid", "onion", "test"]);
/** Reserved for documentation, so it never resolves; in examples and tests it means a public host. */
const DOCUMENTATION_TLD = "example";
/** Public names that are known to lead to a non-public address, always or for certain names below them. */
const LEADING_INSIDE: ReadonlySet<string> = new Set([
  "nip.io",
  "sslip.io",
  "xip.io",
  "localtest.me",
  "lvh.me",
  "lacolhost.com",
  "vcap.me",
  "traefik.me",
  "metadata.goog",
]);

/** Returns the kind of an IPv4 address, given as 32 bits. */
export function hostKindOf4(bits: bigint): HostKind {
  const n = Number(bits);
  // 0/8 is `this host`: a connection to 0.0.0.0 is one to the machine itself.
  if (n >>> 24 === 0) return "loopback";
  return kindOf(new ipaddr.IPv4([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]));
}

/**
 * Returns the kind of an IPv6 address, given as 128 bits, or the kind of the IPv4 address that it embeds if the IPv6
 * address has no kind itself. An address that embeds a public one is `special`: the network decides where it leads.
 */
export function hostKindOf6(bits: bigint, embedded: bigint | undefined): HostKind {
  const own = ownKindOf6(bits);
  const inner = embedded ?? isatapIn(bits);
  if (inner === undefined || (own !== "public" && own !== "special")) return own;
  const kind = hostKindOf4(inner);
  return kind === "public" ? "special" : kind;
}

/**
 * The IPv4 address in an ISATAP interface identifier (RFC 5214), `…:0:5efe:a.b.c.d` or `…:200:5efe:a.b.c.d` below any prefix.
 * It counts for the kind alone: anyone can choose it inside a public prefix, so a comparison with a network would widen an allow.
 */
function isatapIn(bits: bigint): bigint | undefined {
  return ((bits >> 32n) & 0xfdff_ffffn) === 0x5efen ? bits & 0xffff_ffffn : undefined;
}

function ownKindOf6(bits: bigint): HostKind {
  if (bits === 0n) return "loopback";
  const bytes = Array.from({ length: 16 }, (_, i) => Number((bits >> BigInt(120 - 8 * i)) & 0xffn));
  const kind = kindOf(new ipaddr.IPv6(bytes));
  // Global addresses are assigned only from 2000::/3.
  return kind === "public" && bits >> 125n !== 1n ? "special" : kind;
}

function kindOf(address: ipaddr.IPv4 | ipaddr.IPv6): HostKind {
  return KINDS.get(address.range()) ?? "special";
}

/**
 * Returns the kind of a normalised domain name: `localhost` and names below it are `loopback`; a name whose last label
 * is not a public top-level domain (`intranet`, `db.internal`, `printer.local`) is `private`. Names are not resolved,
 * so the client that connects must refuse an address that is not public.
 */
export function hostKindOfName(host: string): HostKind {
  const last = host.slice(host.lastIndexOf(".") + 1);
  if (last === "localhost" || last === "localdomain") return "loopback";
  if (SPECIAL_TLDS.has(last)) return "special";
  if (!host.includes(".")) return "private";
  if (last === DOCUMENTATION_TLD) return "public";
  const parsed = parseHost(host, { validateHostname: false });
  if (parsed.isIcann !== true) return "private";
  return LEADING_INSIDE.has(parsed.domain ?? host) ? "private" : "public";
}
