/** Equality of values. */
import { canonicalJson, toWire } from "./canonical.js";
import type { Email, Ip, Type, Url, Value } from "./type.js";

/**
 * Returns a function from values of one type to a text, number or boolean that is the same exactly if the values are
 * equal. It serves to look values up and to compare sets regardless of order. `@advisory` fields are ignored.
 */
export function compileKey(type: Type): (value: Value) => string | number | boolean {
  switch (type.kind) {
    case "email":
    case "url":
    case "ip":
      return (value) => (value as Email | Url | Ip).text;
    case "list":
    case "set":
    case "map":
    case "record":
    case "span":
    case "json":
      return (value) => canonicalJson(toWire(type, value, { sortSets: true, withoutAdvisory: true }));
    default:
      return (value) => value as string | number | boolean;
  }
}

/** Returns an equality test for values of one type. Sets are equal regardless of their order. */
export function compileEqual(type: Type): (a: Value, b: Value) => boolean {
  const key = compileKey(type);
  return (a, b) => a === b || key(a) === key(b);
}

/**
 * Whether two values are equal by structure alone, without a type. Lists are compared in order, and so are sets,
 * because without a type they look like lists: compare sets with `compileEqual`.
 */
export function equal(a: Value | bigint | undefined, b: Value | bigint | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((element, index) => equal(element, b[index]));
  }
  if (a instanceof Map || b instanceof Map) {
    if (!(a instanceof Map) || !(b instanceof Map) || a.size !== b.size) return false;
    for (const [key, element] of a) if (!b.has(key) || !equal(element, b.get(key))) return false;
    return true;
  }
  const left = a as Readonly<Record<string, Value>>;
  const right = b as Readonly<Record<string, Value>>;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}
