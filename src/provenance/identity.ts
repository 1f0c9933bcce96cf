/**
 * The texts that identify a value for provenance. An argument is identified exactly, by the normal form of its type:
 * with marks around it or in another case it is another value. Alternative spellings come from the text in which it is
 * searched: see `writtenForms`.
 */
import { parse as parseHost } from "tldts";
import { parseDomain } from "../values/domain.js";
import { parseEmail } from "../values/email.js";
import { parseIp } from "../values/ip.js";
import { DEFAULT_TEXT_MAX, type Email, type Ip, type Type, type Url, type Value } from "../values/type.js";
import { parseUrl } from "../values/url.js";
import { isIdentityField } from "./identity-field.js";

const MAX_NAME = 64;
const MAX_NAME_WORDS = 5;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const IBAN = /^[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,30}$/i;
export const DIGITS = /^[+(]{0,2}[0-9](?:[ ()./-]{0,2}[0-9]){5,33}$/;
const ID = /^[a-z0-9][a-z0-9_.:#-]{1,127}$/i;
const FILE = /^(?:[a-z0-9_][a-z0-9_.-]{0,200})\.[a-z][a-z0-9]{0,7}$/i;

/**
 * Returns the identities of an argument as a whole; none for free text, because nothing can vouch for it. A short name
 * counts only in a field whose name is that of an identity (`recipient`, `channel_id`). A file below a root has two:
 * the full path, and the path relative to the root, which people write.
 */
export function identitiesOf(type: Type, value: Value, field?: string): readonly string[] {
  switch (type.kind) {
    case "email":
    case "url":
    case "ip":
      return [(value as Email | Url | Ip).text];
    case "domain":
    case "union":
      return [value as string];
    case "path":
      return pathIdentities(value as string, type.root);
    case "int":
    case "number":
      return field !== undefined && isIdentityField(field) ? [String(value)] : [];
    case "text":
      return isIdentifier(value as string) || (isNameField(field) && isName(value as string))
        ? [value as string]
        : [];
    default:
      return [];
  }
}

/** Whether a text as a whole, without marks around it, is an address, number, id, file or path. */
export function isIdentifier(text: string): boolean {
  if (text.length < 3 || text.length > DEFAULT_TEXT_MAX) return false;
  if (text.includes("://")) return parseUrl(text) !== undefined;
  if (text.includes("@")) return parseEmail(text) !== undefined;
  return parseIp(text) !== undefined || isWebAddress(text) || isPathLike(text) || isNumberOrId(text);
}

/** Whether a text is short enough to be the name of a person or thing. */
export function isName(text: string): boolean {
  return (
    text.length <= MAX_NAME && /\S/u.test(text) && !/[\r\n]/.test(text) && wordsIn(text) <= MAX_NAME_WORDS
  );
}

/** A web address without its scheme, such as `acme.com/a`: its host is a public name. */
export function isWebAddress(text: string): boolean {
  const host = /^[^/?#:]+/.exec(text)?.[0] ?? "";
  return isPublicDomain(host) && parseUrl(`https://${text}`) !== undefined;
}

/** A file or folder as people and tools write it: with a slash, without a blank, and not a date or number. */
export function isPathLike(text: string): boolean {
  return text.includes("/") && !/\s/u.test(text) && !/^[0-9 ()./-]+$/.test(text);
}

function isNumberOrId(text: string): boolean {
  if (UUID.test(text) || IBAN.test(text) || DIGITS.test(text) || FILE.test(text)) return true;
  return ID.test(text) && /[0-9]/.test(text) && (/[a-z]/i.test(text) || text.length >= 6);
}

function isNameField(field: string | undefined): boolean {
  return field !== undefined && isIdentityField(field);
}

function wordsIn(text: string): number {
  return text.trim().split(/\s+/u).length;
}

function pathIdentities(path: string, root: string | undefined): readonly string[] {
  const isInside = root !== undefined && root !== "/" && path.startsWith(`${root}/`);
  return isInside ? [path, path.slice(root.length + 1)] : [path];
}

function isPublicDomain(host: string): boolean {
  if (!host.includes(".")) return false;
  const domain = parseDomain(host);
  if (domain === undefined) return false;
  const parsed = parseHost(domain, { allowPrivateDomains: true, validateHostname: false });
  return parsed.domain !== null && (parsed.isIcann === true || parsed.isPrivate === true);
}
