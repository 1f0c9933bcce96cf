/** IP addresses and CIDR blocks, read strictly: no octal, hex or short IPv4, no zone, no leading zeros. */
import { isIPv4, isIPv6 } from "node:net";
import { hostKindOf4, hostKindOf6 } from "./host-kind.js";
import type { Ip } from "./type.js";

/** A block of addresses. `prefix` counts from the top of a 32 or 128 bit address. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;
}

const MAPPED_HIGH = 0xffffn;

/**
 * Reads one address; undefined if it is malformed. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address,
 * so the long form cannot bypass a rule on `10.0.0.0/8`.
 */
export function parseIp(text: string): Ip | undefined {
  if (isIPv4(text)) return ipv4(bitsOf4(text));
  if (text.length > 45 || text.includes("%") || !isIPv6(text)) return undefined;
  const bits = bitsOf6(text);
  if (bits >> 32n === MAPPED_HIGH) return ipv4(bits & 0xffffffffn);
  const embedded = embeddedIn(bits);
  const address_kind = hostKindOf6(bits, embedded);
  return {
    kind: "ip",
    text: text6(bits),
    family: 6,
    bits,
    address_kind,
    ...(embedded === undefined ? {} : { embedded }),
  };
}

/** Reads `10.0.0.0/8`. A block with bits set below the prefix is refused, because the author meant another one. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([0-9A-Fa-f:.]{2,45})\/(0|[1-9][0-9]{0,2})$/.exec(text);
  if (match === null) return undefined;
  const written = match[1]!;
  const ip = parseIp(written);
  if (ip === undefined) return undefined;
  const mapped = ip.family === 4 && written.includes(":");
  const prefix = Number(match[2]) - (mapped ? 96 : 0);
  const width = ip.family === 4 ? 32 : 128;
  if (prefix < 0 || prefix > width) return undefined;
  const below = (1n << BigInt(width - prefix)) - 1n;
  return (ip.bits & below) === 0n ? { family: ip.family, bits: ip.bits, prefix } : undefined;
}

/**
 * Whether the address is in the block. An IPv6 address that leads to an IPv4 one is in the blocks of both; any other
 * address is in no block of the other IP version.
 */
export function inCidr(ip: Ip, block: Cidr): boolean {
  const bits = ip.family === block.family ? ip.bits : block.family === 4 ? ip.embedded : undefined;
  if (bits === undefined) return false;
  const shift = BigInt((block.family === 4 ? 32 : 128) - block.prefix);
  return bits >> shift === block.bits >> shift;
}

const LOW = 0xffffffffn;

/** Returns the IPv4 address that this IPv6 address embeds in one of the standard forms: a packet to it ends there. */
function embeddedIn(bits: bigint): bigint | undefined {
  const high = bits >> 32n;
  // `::a.b.c.d` (RFC 4291) but not `::` and `::1`, `::ffff:0:a.b.c.d` (RFC 2765), NAT64 (RFC 6052, and RFC 8215 at /96).
  if (high === 0n) return bits > 1n ? bits : undefined;
  if (high === 0xffff_0000n || high === 0x64_ff9b_0000_0000_0000_0000n) return bits & LOW;
  if (bits >> 80n === 0x64_ff9b_0001n) return bits & LOW;
  // 6to4 (RFC 3056); Teredo (RFC 4380), which writes the bits of its client reversed.
  if (bits >> 112n === 0x2002n) return (bits >> 80n) & LOW;
  return bits >> 96n === 0x2001_0000n ? ~bits & LOW : undefined;
}

function ipv4(bits: bigint): Ip {
  const n = Number(bits);
  const text = `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
  return { kind: "ip", text, family: 4, bits, address_kind: hostKindOf4(bits) };
}

function bitsOf4(text: string): bigint {
  let bits = 0;
  for (const part of text.split(".")) bits = bits * 256 + Number(part);
  return BigInt(bits);
}

function bitsOf6(text: string): bigint {
  const dotted = text.lastIndexOf(":") + 1;
  const hex = text.includes(".") ? text.slice(0, dotted) + hex4(text.slice(dotted)) : text;
  const [head = "", tail] = hex.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = new Array<string>(tail === undefined ? 0 : 8 - left.length - right.length).fill("0");
  let bits = 0n;
  for (const group of [...left, ...zeros, ...right])
    bits = (bits << 16n) | BigInt(Number.parseInt(group, 16));
  return bits;
}

function hex4(dotted: string): string {
  const bits = Number(bitsOf4(dotted));
  return `${(bits >>> 16).toString(16)}:${(bits & 0xffff).toString(16)}`;
}

/** RFC 5952: lower-case, the longest run of at least two zero groups as `::`, the first of equals. */
function text6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const runs = [
    ...groups
      .map((group) => (group === "0" ? "0" : "x"))
      .join("")
      .matchAll(/0{2,}/g),
  ];
  const longest = runs.reduce((best, run) => (run[0].length > best.length ? run[0] : best), "");
  const run = runs.find((candidate) => candidate[0] === longest);
  if (run === undefined) return groups.join(":");
  const left = groups.slice(0, run.index).join(":");
  return `${left}::${groups.slice(run.index + longest.length).join(":")}`;
}
