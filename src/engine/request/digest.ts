/** Digests over canonical JSON (RFC 8785): the same call gives the same digest on every machine. */
import { createHash, createHmac } from "node:crypto";
import { canonicalJson } from "../../values/canonical.js";
import type { JsonValue } from "../../values/type.js";

/** `sha256:` and the base64url digest of the canonical text. */
export function digestOf(json: JsonValue): string {
  return `sha256:${createHash("sha256").update(canonicalJson(json)).digest("base64url")}`;
}

/** A short digest for a part of a key. */
export function shortDigest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/** The keyed hash under which a value is remembered: 132 bits, useless without the key. */
export function keyedHash(key: Uint8Array, ...parts: readonly string[]): string {
  return createHmac("sha256", key).update(parts.join("\u001f")).digest("base64url").slice(0, 22);
}
