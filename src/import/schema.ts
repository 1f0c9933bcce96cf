/** Reading JSON that claims to be a schema, and trusting nothing about it. */
import { unescapePointer } from "../values/json-pointer.js";

/** An object of unknown members; read them with `own`. */
export type Schema = Readonly<Record<string, unknown>>;

/** Whether a value may be a schema at all: an object. A schema of `true` or `false` is none here. */
export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Only what an object itself says: `constructor` is no key of an empty schema. */
export function own(schema: Schema, key: string): unknown {
  return Object.hasOwn(schema, key) ? schema[key] : undefined;
}

/** A text under a key, cut to a length that is safe to look through. */
export function textOf(schema: Schema, key: string): string | undefined {
  const value = own(schema, key);
  return typeof value === "string" ? value.slice(0, 4096) : undefined;
}

/** A list under a key; nothing but a list is one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 10_000) : [];
}

/** A count under a key: a whole number from 0. */
export function count(schema: Schema, key: string): number | undefined {
  const value = own(schema, key);
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** A finite number, or nothing. */
export function finite(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** What a reference such as `#/$defs/tree` leads to in a document; undefined where nothing is there. */
export function resolvePointer(root: unknown, ref: string): unknown {
  let at: unknown = root;
  for (const step of ref.split("/").slice(1, 20)) {
    const key = unescapePointer(decoded(step));
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isSchema(at) ? own(at, key) : undefined;
  }
  return at;
}

/** A pointer in an address has its odd characters escaped (RFC 6901, section 6). */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
