/**
 * The normal forms of addresses, names and paths, written a second time: character by character and part by part, where the
 * product uses patterns. Only the tables of Unicode and of public suffixes, and the platform's reading of IPv6, are shared.
 */
import { isIPv6 } from "node:net";
import { domainToASCII, domainToUnicode } from "node:url";
import { getPublicSuffix, parse as parseHost } from "tldts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const isIn = (characters: string, text: string): boolean =>
  [...text].every((one) => characters.includes(one));
const hasControl = (text: string): boolean => /[\p{C}\p{Zl}\p{Zp}]/u.test(text);

// --- domains ----------------------------------------------------------------------------------------------

/** Lower-case punycode; undefined for what browsers would map, mix scripts in or read as a number. */
export function domainForm(text: string): string | undefined {
  if (text === "" || text.length > 253) return undefined;
  const isAscii = [...text].every((one) => one > " " && one < "\u007f");
  const lower = text.toLowerCase();
  if (!isAscii && [...lower].every((one) => one < "\u007f")) return undefined;
  const ascii = isAscii ? lower : domainToASCII(lower);
  if (ascii === "" || (!isAscii && domainToUnicode(ascii) !== lower.normalize("NFC"))) return undefined;
  const labels = ascii.split(".");
  const fits = (label: string): boolean =>
    label !== "" &&
    label.length <= 63 &&
    isIn(`${LETTERS}${DIGITS}_-`, label) &&
    !label.startsWith("-") &&
    !label.endsWith("-");
  if (ascii.length > 253 || !labels.every(fits)) return undefined;
  const last = labels.at(-1) as string;
  const isNumber = isIn(DIGITS, last) || (last.startsWith("0x") && isIn(`${DIGITS}abcdef`, last.slice(2)));
  if (isNumber) return undefined;
  for (const label of labels.filter((each) => each.startsWith("xn--") || each.includes("xn--"))) {
    const unicode = domainToUnicode(label);
    if (domainToASCII(unicode) !== label || !isOneScript(unicode)) return undefined;
  }
  return ascii;
}

const WRITING = [
  ["Latin"],
  ["Greek"],
  ["Cyrillic"],
  ["Han", "Hiragana", "Katakana"],
  ["Bopomofo"],
  ["Hangul"],
].map((scripts) => new RegExp(`[${scripts.map((script) => `\\p{Script=${script}}`).join("")}]`, "u"));
function isOneScript(label: string): boolean {
  const groups = new Set<number>();
  let others = 0;
  for (const character of label) {
    const group = WRITING.findIndex((each) => each.test(character));
    if (group >= 0) groups.add(group);
    else if (!/[\p{Script=Common}\p{Script=Inherited}]/u.test(character)) others++;
  }
  return groups.size === 0 || (groups.size === 1 && others === 0);
}

// --- ip ---------------------------------------------------------------------------------------------------

/** An address as its bytes, four or sixteen; undefined where it is none. */
export function ipBytes(text: string): readonly number[] | undefined {
  const four = text.split(".");
  const isFour =
    four.length === 4 &&
    four.every((part) => part !== "" && isIn(DIGITS, part) && String(Number(part)) === part);
  if (isFour) return four.every((part) => Number(part) < 256) ? four.map(Number) : undefined;
  if (!isIPv6(text) || text.includes("%")) return undefined;
  // The platform writes any IPv6 address in full groups of hexadecimal digits.
  const [left = "", right] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split("::");
  const groups = (side: string): string[] => (side === "" ? [] : side.split(":"));
  const [head, tail] = [groups(left), groups(right ?? "")];
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  const bytes = all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return startsWith(bytes, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]) ? bytes.slice(12) : bytes;
}
function startsWith(bytes: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}

export function ipForm(text: string): string | undefined {
  const bytes = ipBytes(text);
  if (bytes === undefined) return undefined;
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from(
    { length: 8 },
    (_, i) => (bytes[2 * i] as number) * 256 + (bytes[2 * i + 1] as number),
  );
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]/`).hostname.slice(1, -1);
}

/** The IPv4 address inside of an IPv6 one: the prefix that says so, and where it begins. */
const EMBEDDING: readonly (readonly [prefix: readonly number[], at: number, reversed?: true])[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0], 12],
  [[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 12],
  [[0, 0x64, 0xff, 0x9b, 0, 1], 12],
  [[0x20, 0x02], 2],
  [[0x20, 0x01, 0, 0], 12, true],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 12],
];
export function embeddedBytes(bytes: readonly number[]): readonly number[] | undefined {
  if (bytes.length === 4) return undefined;
  const isBare = bytes.slice(0, 15).every((byte) => byte === 0) && (bytes[15] as number) < 2;
  const found = isBare ? undefined : EMBEDDING.find(([prefix]) => startsWith(bytes, prefix));
  return found && bytes.slice(found[1], found[1] + 4).map((byte) => (found[2] ? 255 - byte : byte));
}

/** Whether the first bits of two addresses are the same; of an embedded address as well. */
export function isInBlock(address: string, block: string): boolean {
  const bytes = ipBytes(address) as readonly number[];
  return [bytes, embeddedBytes(bytes)].some((each) => each !== undefined && isInOwnBlock(each, block));
}

function isInOwnBlock(bytes: readonly number[], block: string): boolean {
  const [network = "", length = ""] = block.split("/");
  const base = ipBytes(network) as readonly number[];
  const prefix = Number(length) - (base.length === 4 && network.includes(":") ? 96 : 0);
  const bits = (of: readonly number[]): string =>
    of.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bytes.length === base.length && bits(bytes).slice(0, prefix) === bits(base).slice(0, prefix);
}

/** The blocks that are not public, from the registries of special addresses (RFC 6890 and what followed it). */
const BLOCKS: readonly (readonly [kind: string, blocks: string])[] = [
  ["loopback", "0.0.0.0/8 127.0.0.0/8 ::/128 ::1/128"],
  ["private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7 fec0::/10"],
  ["link_local", "169.254.0.0/16 fe80::/10"],
  [
    "special",
    `192.0.0.0/24 192.0.2.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 192.88.99.0/24 224.0.0.0/4 240.0.0.0/4
     192.31.196.0/24 192.52.193.0/24 192.175.48.0/24
     2001::/23 2001:db8::/32 2620:4f:8000::/48 3fff::/20`,
  ],
];
export function addressKind(text: string): string {
  const bytes = ipBytes(text) as readonly number[];
  const own = ownKind(bytes);
  const isIsatap =
    bytes.length === 16 && [0, 2].some((first) => startsWith(bytes.slice(8), [first, 0, 0x5e, 0xfe]));
  const inner = embeddedBytes(bytes) ?? (isIsatap ? bytes.slice(12) : undefined);
  if (inner === undefined || !["public", "special"].includes(own)) return own;
  const kind = addressKind(inner.join("."));
  return kind === "public" ? "special" : kind;
}

function ownKind(bytes: readonly number[]): string {
  for (const [kind, blocks] of BLOCKS) {
    for (const block of blocks.split(/\s+/)) {
      const isSame = (ipBytes(block.split("/")[0] as string) as readonly number[]).length === bytes.length;
      if (isSame && isInOwnBlock(bytes, block)) return kind;
    }
  }
  return bytes.length === 4 || ((bytes[0] as number) & 0xe0) === 0x20 ? "public" : "special";
}
const WITH_ADDRESS =
  "nip.io sslip.io xip.io localtest.me lvh.me lacolhost.com vcap.me traefik.me metadata.goog".split(" ");
export function nameKind(host: string): string {
  const labels = host.split(".");
  const top = labels.at(-1) as string;
  if (["localhost", "localdomain"].includes(top)) return "loopback";
  if (["alt", "arpa", "invalid", "onion", "test"].includes(top)) return "special";
  if (labels.length === 1) return "private";
  if (top === "example") return "public";
  const isKnown = parseHost(`x.${top}`, { validateHostname: false }).isIcann === true;
  const isInside = WITH_ADDRESS.some((name) => host === name || host.endsWith(`.${name}`));
  return isKnown && getPublicSuffix(host, { validateHostname: false }) !== null && !isInside
    ? "public"
    : "private";
}

// --- email, url, path -------------------------------------------------------------------------------------

export function emailForm(text: string): { local: string; domain: string } | undefined {
  const parts = text.split("@");
  const [local = "", host = ""] = parts;
  if (parts.length !== 2 || local.length > 64) return undefined;
  const plain = `${LETTERS}${LETTERS.toUpperCase()}${DIGITS}#$&'*+/=?^_\`{|}~-`;
  if (!local.split(".").every((atom) => atom !== "" && isIn(plain, atom))) return undefined;
  if (local.includes("=?")) return undefined;
  const domain = domainForm(host);
  return domain?.includes(".") ? { local, domain } : undefined;
}

export interface UrlForm {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly host_kind: string;
  readonly path: string;
}
const PORTS: Readonly<Record<string, string>> = { http: "80", https: "443", ws: "80", wss: "443", ftp: "21" };
export function urlForm(text: string): UrlForm | undefined {
  if (
    text.length > 4096 ||
    hasControl(text) ||
    /[\p{Z}]/u.test(text) ||
    [...'"<>\\^`{|}'].some((one) => text.includes(one))
  )
    return undefined;
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", at + 1)) {
    const hex = text.slice(at + 1, at + 3).toLowerCase();
    if (hex.length < 2 || !isIn(`${DIGITS}abcdef`, hex)) return undefined;
  }
  const colon = text.indexOf("://");
  const scheme = text.slice(0, Math.max(0, colon)).toLowerCase();
  if (scheme === "" || scheme.length > 32 || !LETTERS.includes(scheme[0] as string)) return undefined;
  if (!isIn(`${LETTERS}${DIGITS}+.-`, scheme)) return undefined;
  const behind = text.slice(colon + 3);
  const cut = (of: string, marks: string): number => {
    const places = [...marks].map((mark) => of.indexOf(mark)).filter((at) => at >= 0);
    return Math.min(of.length, ...places);
  };
  const authority = behind.slice(0, cut(behind, "/?#"));
  const rest = behind.slice(authority.length);
  const path = rest.slice(0, cut(rest, "?#"));
  const place = authorityForm(scheme, authority);
  const plainPath = pathOfUrl(path);
  if (place === undefined || plainPath === undefined) return undefined;
  const normal = `${scheme}://${place.written}${plainPath}${escapesOf(rest.slice(path.length))}`;
  if (normal.length > 4096) return undefined;
  return { text: normal, scheme, host: place.host, host_kind: place.kind, path: plainPath };
}
function authorityForm(
  scheme: string,
  authority: string,
): { host: string; kind: string; written: string } | undefined {
  const bracket = authority.startsWith("[") ? authority.indexOf("]") : -1;
  if (authority.includes("@") || authority.includes("%") || (authority.startsWith("[") && bracket < 0))
    return undefined;
  const colon = bracket < 0 ? authority.indexOf(":") : authority.indexOf(":", bracket);
  const name = colon < 0 ? authority : authority.slice(0, colon);
  const port = colon < 0 ? undefined : authority.slice(colon + 1);
  if (
    port !== undefined &&
    (!isIn(DIGITS, port) || port === "" || port.startsWith("0") || Number(port) > 65535)
  )
    return undefined;
  const suffix = port === undefined || PORTS[scheme] === port ? "" : `:${port}`;
  if (bracket >= 0) {
    if (name.length !== bracket + 1) return undefined;
    const inner = name.slice(1, -1);
    const host = inner.includes(":") ? ipForm(inner) : undefined;
    if (host === undefined) return undefined;
    return { host, kind: addressKind(host), written: (host.includes(":") ? `[${host}]` : host) + suffix };
  }
  if (name.includes("[") || name.includes("]")) return undefined;
  const address = ipForm(name);
  const host = address ?? domainForm(name);
  if (host === undefined) return undefined;
  return { host, kind: address === undefined ? nameKind(host) : addressKind(host), written: host + suffix };
}
/** Escapes in capitals where one is needed, and none elsewhere; what lies beyond ASCII escaped. */
function escapesOf(part: string): string {
  const unreserved = `${LETTERS}${LETTERS.toUpperCase()}${DIGITS}._~-`;
  let out = "";
  for (let i = 0; i < part.length; ) {
    const character = String.fromCodePoint(part.codePointAt(i) as number);
    if (character === "%") {
      const plain = String.fromCharCode(Number.parseInt(part.slice(i + 1, i + 3), 16));
      out += unreserved.includes(plain) ? plain : part.slice(i, i + 3).toUpperCase();
      i += 3;
    } else {
      out += character > "\u007f" ? encodeURIComponent(character) : character;
      i += character.length;
    }
  }
  return out;
}
function pathOfUrl(raw: string): string | undefined {
  const path = raw === "" ? "/" : escapesOf(raw);
  const segments = path.split("/").slice(1);
  for (const [i, segment] of segments.entries()) {
    if (segment === "" && i < segments.length - 1) return undefined;
    let decoded: string;
    try {
      decoded = decodeURIComponent(segment);
    } catch {
      return undefined;
    }
    // A byte order mark is kept by one decoder and lost by another.
    if (hasControl(decoded) || decoded === "." || decoded === "..") return undefined;
    const bare = decoded.normalize("NFKC");
    if ([..."/\\;%"].some((mark) => bare.includes(mark)) || bare === "." || bare === "..") return undefined;
    if (bare !== decoded && [..."?#"].some((mark) => bare.includes(mark))) return undefined;
  }
  return path;
}

export function pathForm(text: string, root?: string): string | undefined {
  if (text === "" || text.length > 4096 || hasControl(text)) return undefined;
  if (text.includes("\\") || text.includes("$") || text.startsWith("//")) return undefined;
  const lower = text.toLowerCase();
  if (["%2e", "%2f", "%5c", "%25", "%00"].some((hidden) => lower.includes(hidden))) return undefined;
  const percents = lower.split("%").slice(1, -1);
  if (
    percents.some(
      (name) => name !== "" && isIn(`${LETTERS}${DIGITS}_()`, name) && isIn(`${LETTERS}_`, name[0] as string),
    )
  )
    return undefined;
  const segments = text.split("/");
  if (segments.some((each) => each.trim() !== each)) return undefined;
  const folded = [...text].filter((each) => each > "\x7f").map((each) => each.normalize("NFKC"));
  if (folded.some((each) => [...each].some((part) => "./\\:~$%".includes(part)))) return undefined;
  const [first = ""] = segments;
  const colon = first.indexOf(":");
  if (
    colon > 0 &&
    isIn(`${LETTERS}${DIGITS}+.-`, first.slice(0, colon).toLowerCase()) &&
    LETTERS.includes(lower[0] as string)
  )
    return undefined;
  if (segments.some((each) => each.startsWith("~") || (/^[a-z]:$/i.test(each) && each.length === 2)))
    return undefined;
  if (!text.startsWith("/") && root === undefined) return undefined;
  const kept: string[] = [];
  for (const segment of text.startsWith("/") ? segments : [...(root as string).split("/"), ...segments]) {
    if (segment === "..") {
      if (kept.length === 0) return undefined;
      kept.pop();
    } else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const normal = `/${kept.join("/")}`;
  if (normal.length > 4096) return undefined;
  if (root === undefined) return normal;
  const below = root.split("/").filter((each) => each !== "");
  return below.every((segment, i) => kept[i] === segment) ? normal : undefined;
}
