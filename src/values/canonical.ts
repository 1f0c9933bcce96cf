/** Turns values back into JSON, and JSON into the canonical text that digests are computed from. */
import { formatDuration } from "./duration.js";
import { formatSpan, formatTime } from "./time.js";
import type { Email, Ip, JsonValue, RecordType, RecordValue, TimeSpan, Type, Url, Value } from "./type.js";
import { isWellFormed } from "./well-formed.js";

export interface WireOptions {
  /** Leaves out fields that are `@advisory`, at any depth. */
  readonly withoutAdvisory?: boolean;
  /** Writes the elements of a set in a fixed order, regardless of the order they came in: for digests, not for tools. */
  readonly sortSets?: boolean;
}

const NO_OPTIONS: WireOptions = {};

/**
 * Returns a value as JSON with the names on the wire and every text in normal form. `normalise` turns it back into an
 * equal value. The objects have no prototype, so a field called `__proto__` is only a field.
 */
export function toWire(type: Type, value: Value, options: WireOptions = NO_OPTIONS): JsonValue {
  switch (type.kind) {
    case "email":
    case "url":
    case "ip":
      return (value as Email | Url | Ip).text;
    case "time":
      return formatTime(value as number);
    case "duration":
      return formatDuration(value as number);
    case "span":
      return formatSpan(value as TimeSpan);
    case "list":
      return (value as readonly Value[]).map((element) => toWire(type.of, element, options));
    case "set":
      return setToWire(type.of, value as readonly Value[], options);
    case "map":
      return mapToWire(type.of, value as ReadonlyMap<string, Value>, options);
    case "record":
      return recordToWire(type, value as RecordValue, options);
    default:
      return value as JsonValue;
  }
}

/**
 * Returns the canonical text of JSON by RFC 8785: names sorted by UTF-16 units, numbers as ECMAScript writes them, no
 * blanks. Throws for values that the RFC cannot write: a number that is not finite, half a surrogate pair.
 */
export function canonicalJson(json: JsonValue): string {
  if (typeof json === "string") return canonicalText(json);
  if (typeof json === "number") {
    if (!Number.isFinite(json)) throw new TypeError("a number that is not finite has no canonical JSON");
    return JSON.stringify(json);
  }
  if (json === null || typeof json !== "object") return String(json);
  if (isList(json)) {
    let list = "";
    for (const element of json) list += `${list === "" ? "" : ","}${canonicalJson(element)}`;
    return `[${list}]`;
  }
  let members = "";
  for (const key of Object.keys(json).sort()) {
    members += `${members === "" ? "" : ","}${canonicalText(key)}:${canonicalJson(json[key]!)}`;
  }
  return `{${members}}`;
}

function canonicalText(text: string): string {
  if (!isWellFormed(text)) throw new TypeError("half a surrogate pair has no canonical JSON");
  return JSON.stringify(text);
}

function isList(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}

function setToWire(of: Type, value: readonly Value[], options: WireOptions): JsonValue {
  const elements = value.map((element) => toWire(of, element, options));
  if (options.sortSets !== true) return elements;
  const keyed = elements.map((element) => ({ element, key: canonicalJson(element) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ element }) => element);
}

function mapToWire(of: Type, value: ReadonlyMap<string, Value>, options: WireOptions): JsonValue {
  const json: Record<string, JsonValue> = Object.create(null);
  for (const [key, element] of value) json[key] = toWire(of, element, options);
  return json;
}

function recordToWire(type: RecordType, value: RecordValue, options: WireOptions): JsonValue {
  const json: Record<string, JsonValue> = Object.create(null);
  for (const field of type.fields) {
    const member = value[field.name];
    if (member === undefined || (field.advisory && options.withoutAdvisory === true)) continue;
    json[field.wire] = toWire(field.type, member, options);
  }
  return json;
}
