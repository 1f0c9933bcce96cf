/**
 * URLs, limited to the part of the grammar that all parsers read alike. A URL that the WHATWG standard and RFC 3986
 * split differently does not parse, because a rule on the host is useless if the tool connects to another one.
 */
import { parseDomain } from "./domain.js";
import { hostKindOfName } from "./host-kind.js";
import { parseIp } from "./ip.js";
import { DEFAULT_TEXT_MAX, type HostKind, type Url } from "./type.js";
import { hasOneReading } from "./url-path.js";

const SHAPE = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?(#.*)?$/;
/** Blanks, control and format characters, and the marks that one of the two standards refuses or rewrites. */
const FORBIDDEN = /[\s\p{C}\p{Z}"<>\\^`{|}]/u;
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/;
const UNRESERVED = /[A-Za-z0-9._~-]/;
const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ["http", "80"],
  ["https", "443"],
  ["ws", "80"],
  ["wss", "443"],
  ["ftp", "21"],
]);
const encoder = new TextEncoder();

/**
 * Reads an absolute URL with a host; undefined for anything else, including `mailto:`, `file:///` and `javascript:`.
 * The normal form has a lower-case scheme and host, no default port, `/` for an empty path, and no unnecessary escapes.
 * URLs with user information and paths that servers read differently are refused: see `hasOneReading`.
 */
export function parseUrl(text: string): Url | undefined {
  if (text.length > DEFAULT_TEXT_MAX || FORBIDDEN.test(text) || BAD_PERCENT.test(text)) return undefined;
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, rawScheme = "", authority = "", rawPath = "", query = "", fragment = ""] = match;
  const scheme = rawScheme.toLowerCase();
  const place = parseAuthority(scheme, authority);
  const path = rawPath === "" ? "/" : plain(rawPath);
  if (place === undefined || !hasOneReading(path)) return undefined;
  const normal = `${scheme}://${place.written}${place.port}${path}${plain(query)}${plain(fragment)}`;
  if (normal.length > DEFAULT_TEXT_MAX) return undefined;
  return { kind: "url", text: normal, scheme, host: place.host, host_kind: place.kind, path };
}

/** The path of a URL as `Url.path` has it; blanks and what lies beyond ASCII may be written as they are read. */
export function parseUrlPath(text: string): string | undefined {
  const written = text.replaceAll(" ", "%20");
  if (!/^\/[^?#]*$/.test(written) || written.length > DEFAULT_TEXT_MAX) return undefined;
  if (FORBIDDEN.test(written) || BAD_PERCENT.test(written)) return undefined;
  const path = plain(written);
  return hasOneReading(path) ? path : undefined;
}

/** A glob over such paths, its letters written as theirs. */
export function urlPathPattern(pattern: string): string {
  return plain(pattern.replaceAll(" ", "%20"));
}

interface Authority {
  readonly host: string;
  readonly kind: HostKind;
  /** The host as written in a URL: an IPv6 address is in brackets. */
  readonly written: string;
  readonly port: string;
}

function parseAuthority(scheme: string, authority: string): Authority | undefined {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:@[\]%]+)(?::([1-9][0-9]{0,4}))?$/.exec(authority);
  if (match === null) return undefined;
  const [, rawHost = "", port] = match;
  if (port !== undefined && Number(port) > 65535) return undefined;
  const suffix = port === undefined || DEFAULT_PORTS.get(scheme) === port ? "" : `:${port}`;
  const bracketed = rawHost.startsWith("[");
  const ip = parseIp(bracketed ? rawHost.slice(1, -1) : rawHost);
  if (bracketed !== (ip !== undefined && rawHost.includes(":"))) return undefined;
  if (ip !== undefined) {
    const written = ip.family === 6 ? `[${ip.text}]` : ip.text;
    return { host: ip.text, kind: ip.address_kind, written, port: suffix };
  }
  const host = parseDomain(rawHost);
  return host === undefined ? undefined : { host, kind: hostKindOfName(host), written: host, port: suffix };
}

/** Returns a part with upper-case escapes, unreserved characters unescaped, and non-ASCII characters as escaped UTF-8. */
function plain(part: string): string {
  if (!/[^\x21-\x24\x26-\x7e]/.test(part)) return part;
  return part.replace(/%[0-9A-Fa-f]{2}|[^\0-\x7f]+/g, (piece) => {
    if (!piece.startsWith("%")) return escaped(piece);
    const character = String.fromCharCode(Number.parseInt(piece.slice(1), 16));
    return UNRESERVED.test(character) ? character : piece.toUpperCase();
  });
}

function escaped(text: string): string {
  let out = "";
  for (const byte of encoder.encode(text)) out += `%${byte.toString(16).toUpperCase()}`;
  return out;
}
