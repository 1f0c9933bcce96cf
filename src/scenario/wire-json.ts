/** Converts what an author wrote in a test to the JSON that a caller would have sent. */
import type { Program } from "../check/program.js";
import type { Value as Written } from "../syntax/ast.js";
import { formatSpan } from "../values/time.js";
import type { JsonValue, RecordType, Type } from "../values/type.js";

type Resolve = Program["resolve"];

/**
 * Returns a written value as JSON of a type, with the names on the wire. Nothing is checked or filled in: the engine
 * reads the result like any request. A field that the type does not have keeps its name.
 */
export function wireJson(written: Written, type: Type | undefined, resolve: Resolve): JsonValue {
  switch (written.kind) {
    case "string":
    case "number":
    case "bool":
      return written.value;
    case "duration":
    case "timestamp":
      return written.raw;
    case "span":
      return formatSpan({ kind: "span", from: written.from, to: written.to });
    case "name":
      return resolve("label", written.name.text) ?? written.name.text;
    case "list": {
      const of = type?.kind === "list" || type?.kind === "set" ? type.of : undefined;
      return written.items.map((item) => wireJson(item, of, resolve));
    }
    case "record":
      return wireRecord(written, type, resolve);
  }
}

/** Returns a written record as a JSON object. It has no prototype, so `__proto__` is a field like any other. */
export function wireRecord(
  written: Extract<Written, { kind: "record" }> | undefined,
  type: Type | undefined,
  resolve: Resolve,
): Record<string, JsonValue> {
  const json: Record<string, JsonValue> = Object.create(null);
  for (const { name, value } of written?.entries ?? []) {
    const field = type?.kind === "record" ? fieldOf(type, name.text) : undefined;
    const of = type?.kind === "map" ? type.of : field?.type;
    json[field?.wire ?? name.text] = wireJson(value, of, resolve);
  }
  return json;
}

function fieldOf(type: RecordType, name: string): RecordType["fields"][number] | undefined {
  return type.fields.find((field) => field.name === name);
}
