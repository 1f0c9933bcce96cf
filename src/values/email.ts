/** E-mail addresses: the plain form of RFC 5321, without quoted local parts, comments or address literals. */
import { parseDomain } from "./domain.js";
import type { Email } from "./type.js";

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/**
 * Reads one bare address; undefined for anything else, so for `Ana <ana@acme.com>` and for two addresses. The local part
 * is kept as written: whether `Ana@` and `ana@` are one mailbox is for its domain to say.
 */
export function parseEmail(text: string): Email | undefined {
  const at = text.lastIndexOf("@");
  if (at < 1 || at > 64) return undefined;
  const local = text.slice(0, at);
  if (!LOCAL.test(local)) return undefined;
  const domain = parseDomain(text.slice(at + 1));
  if (domain === undefined || !domain.includes(".")) return undefined;
  return { kind: "email", text: `${local}@${domain}`, local, domain };
}
