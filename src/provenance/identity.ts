/**
 * The one normal form under which a value is known to provenance, wherever it is met: in a prompt, in a result, as an
 * argument. Case, quotes, punycode, blanks in an IBAN and the scheme of a web address do not make it another one.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { parse as parseHost } from "tldts";
import { parseDomain } from "../values/domain.js";
import { parseEmail } from "../values/email.js";
import { parseIp } from "../values/ip.js";
import { DEFAULT_TEXT_MAX, type Email, type Ip, type Type, type Url, type Value } from "../values/type.js";
import { parseUrl } from "../values/url.js";
import { isIdentityField } from "./identity-field.js";

const NAME_MAX = 64;
const NAME_WORDS_MAX = 5;
const OPENING = /^[\s"'`([{<*_“”‘’«»„‚#@]+/u;
const CLOSING = /[\s"'`*_“”‘’«»,;:!?.…]$/u;
const PAIRS: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
  [">", "<"],
]);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const IBAN = /^[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,30}$/;
const DIGITS = /^[+(]{0,2}[0-9](?:[ ()./-]{0,2}[0-9]){5,33}$/;
const ID = /^[a-z0-9][a-z0-9_.:#-]{1,127}$/;
const FILE = /^(?:[a-z0-9_][a-z0-9_.-]{0,200})\.[a-z][a-z0-9]{0,7}$/;

/**
 * The normal form of an argument as a whole, and undefined where it is free text, which no sighting can vouch for. A
 * short name counts only in a field that by its name holds one (`recipient`, `channel_id`). Lists and records have no
 * identity of their own: see `identitiesOf`.
 */
export function identityOf(type: Type, value: Value, field?: string): string | undefined {
  switch (type.kind) {
    case "email":
      return (value as Email).text.toLowerCase();
    case "url":
      return urlIdentity(value as Url);
    case "ip":
      return (value as Ip).text;
    case "domain":
      return value as string;
    case "path":
      return pathIdentity(value as string, type.root);
    case "union":
      return nameForm(value as string);
    case "int":
    case "number":
      return field !== undefined && isIdentityField(field) ? String(value) : undefined;
    case "text":
      return textIdentity(value as string, field);
    default:
      return undefined;
  }
}

/** The identities of all leaves of a value; undefined as soon as one of them is free text. */
export function identitiesOf(type: Type, value: Value, field?: string): readonly string[] | undefined {
  switch (type.kind) {
    case "list":
    case "set":
      return allOf((value as readonly Value[]).map((element) => identitiesOf(type.of, element, field)));
    case "map":
      return allOf(
        [...(value as ReadonlyMap<string, Value>)].map(([key, member]) => identitiesOf(type.of, member, key)),
      );
    case "record": {
      const record = value as Readonly<Record<string, Value | undefined>>;
      const present = type.fields.filter((member) => record[member.name] !== undefined);
      return allOf(present.map((member) => identitiesOf(member.type, record[member.name]!, member.name)));
    }
    default: {
      const identity = identityOf(type, value, field);
      return identity === undefined ? undefined : [identity];
    }
  }
}

/** The normal form of a text that as a whole is one identifier; punctuation around it does not count. */
export function normalForm(text: string): string | undefined {
  if (text.length > DEFAULT_TEXT_MAX) return undefined;
  const bare = trimmed(text);
  if (bare.length < 3) return undefined;
  return addressForm(bare) ?? numberForm(bare.toLowerCase());
}

/** The normal form of a short name, such as a user's or a channel's; undefined for anything longer. */
export function nameForm(text: string): string | undefined {
  if (text.length > 4 * NAME_MAX || /[\r\n]/.test(text.trim())) return undefined;
  const name = trimmed(text).normalize("NFC").toLowerCase().replace(/\s+/gu, " ");
  if (name === "" || name.length > NAME_MAX || name.split(" ").length > NAME_WORDS_MAX) return undefined;
  return name;
}

/** A text without the quotes, brackets and punctuation around it; a bracket that is part of it stays. */
export function trimmed(text: string): string {
  const start = OPENING.exec(text)?.[0].length ?? 0;
  const depth = new Map<string, number>();
  for (let i = start; i < text.length; i++) {
    const character = text[i]!;
    depth.set(character, (depth.get(character) ?? 0) + 1);
  }
  let end = text.length;
  while (end > start) {
    const last = text[end - 1]!;
    const opening = PAIRS.get(last);
    const stays = opening !== undefined && (depth.get(opening) ?? 0) >= (depth.get(last) ?? 0);
    if (stays || (opening === undefined && !CLOSING.test(last))) break;
    depth.set(last, depth.get(last)! - 1);
    end--;
  }
  return text.slice(start, end);
}

function textIdentity(text: string, field: string | undefined): string | undefined {
  const form = normalForm(text);
  if (form !== undefined) return form;
  return field !== undefined && isIdentityField(field) ? nameForm(text) : undefined;
}

function addressForm(bare: string): string | undefined {
  if (bare.includes("://")) {
    const url = parseUrl(bare);
    return url === undefined ? undefined : urlIdentity(url);
  }
  if (bare.includes("@")) return parseEmail(bare.replace(/^mailto:/i, ""))?.text.toLowerCase();
  const ip = parseIp(bare);
  if (ip !== undefined) return ip.text;
  const host = /^[^/?#:]+/.exec(bare)?.[0] ?? "";
  if (isPublicDomain(host)) {
    const url = parseUrl(`https://${bare}`);
    if (url !== undefined) return urlIdentity(url);
  }
  return bare.includes("/") && !/\s/.test(bare) && !/^[0-9 ()./-]+$/.test(bare)
    ? pathIdentity(bare)
    : undefined;
}

function numberForm(bare: string): string | undefined {
  if (UUID.test(bare)) return bare;
  if (IBAN.test(bare)) return bare.replace(/[ -]/g, "");
  if (DIGITS.test(bare)) return phoneForm(bare) ?? bare.replace(/[^0-9+]/g, "");
  const hasDigit = /[0-9]/.test(bare);
  const isId = ID.test(bare) && hasDigit && (/[a-z]/.test(bare) || bare.length >= 6);
  return isId || FILE.test(bare) ? bare : undefined;
}

function phoneForm(bare: string): string | undefined {
  return bare.startsWith("+") ? parsePhoneNumberFromString(bare)?.number : undefined;
}

/** `https://acme.com/`, `http://acme.com` and `acme.com` are one place; another path or query is another. */
function urlIdentity(url: Url): string {
  if (url.scheme !== "http" && url.scheme !== "https") return trimmed(url.text);
  const bare = trimmed(url.text).slice(url.scheme.length + 3);
  return bare === `${url.host}/` ? url.host : bare;
}

/** Relative to the root of its type, where there is one: as people name files. */
function pathIdentity(path: string, root?: string): string {
  const inside = root !== undefined && root !== "/" && path.startsWith(`${root}/`);
  return (inside ? path.slice(root.length + 1) : path.replace(/^(?:\.\/)+/, "")).toLowerCase();
}

function isPublicDomain(host: string): boolean {
  if (!host.includes(".")) return false;
  const domain = parseDomain(host);
  if (domain === undefined) return false;
  const parsed = parseHost(domain, { allowPrivateDomains: true, validateHostname: false });
  return parsed.domain !== null && (parsed.isIcann === true || parsed.isPrivate === true);
}

function allOf(parts: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const all: string[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    all.push(...part);
  }
  return all;
}
