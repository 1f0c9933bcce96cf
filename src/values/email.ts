/** E-mail addresses: the plain form of RFC 5321, without quoted local parts, comments or address literals. */
import { parseDomain } from "./domain.js";
import type { Email } from "./type.js";

/** RFC 5321 without `%` and `!`, which mailers use to route mail on to another host (`bob%evil.example@acme.com`). */
const LOCAL = /^[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*$/;
/** The start of an encoded word of RFC 2047; some mailers decode it before they read the address. */
const ENCODED_WORD = "=?";

/**
 * Reads one bare address; undefined for anything else, including `Ana <ana@acme.com>` and two addresses. The local part
 * is kept as written, because its domain decides whether `Ana@` and `ana@` are one mailbox. A local part that some
 * mailers decode to another address does not parse.
 */
export function parseEmail(text: string): Email | undefined {
  const at = text.lastIndexOf("@");
  if (at < 1 || at > 64) return undefined;
  const local = text.slice(0, at);
  if (!LOCAL.test(local) || local.includes(ENCODED_WORD)) return undefined;
  const domain = parseDomain(text.slice(at + 1));
  if (domain === undefined || !domain.includes(".")) return undefined;
  return { kind: "email", text: `${local}@${domain}`, local, domain };
}
