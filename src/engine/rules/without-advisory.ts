/** The part of a call that is compared: everything except fields that are only shown to people. */
import { canonicalJson } from "../../values/canonical.js";
import type { JsonValue, Type } from "../../values/type.js";

/** JSON of a type, with wire names, less its advisory fields at any depth; the elements of a set are texts in one order. */
export function withoutAdvisory(type: Type, json: unknown): JsonValue {
  if (typeof json !== "object" || json === null) return json as JsonValue;
  if (type.kind === "record") {
    const kept = type.fields.filter((field) => !field.advisory && Object.hasOwn(json, field.wire));
    return blankOf(
      kept.map((field) => [
        field.wire,
        withoutAdvisory(field.type, (json as Readonly<Record<string, unknown>>)[field.wire]),
      ]),
    );
  }
  if (type.kind === "map") {
    return blankOf(Object.entries(json).map(([key, member]) => [key, withoutAdvisory(type.of, member)]));
  }
  if ((type.kind !== "list" && type.kind !== "set") || !Array.isArray(json)) return json as JsonValue;
  const elements = json.map((element) => withoutAdvisory(type.of, element));
  if (type.kind === "list") return elements;
  return elements.map(canonicalJson).sort();
}

/** An object that inherits nothing, so a field called `__proto__` is only a field. */
function blankOf(members: readonly (readonly [string, JsonValue])[]): JsonValue {
  const json: Record<string, JsonValue> = Object.create(null);
  for (const [key, member] of members) json[key] = member;
  return json;
}
