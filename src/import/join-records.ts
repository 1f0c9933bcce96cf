/** Joins several object types into one record that accepts them all. */
import type { FieldType, RecordType } from "../values/type.js";
import { distinctNames } from "./names.js";
import { JSON_TYPE, join } from "./scalar-schema.js";

/** The remark for a reviewer about joined records. */
export const JOINED = "which fields go together is not said here";

/**
 * Returns a record with the fields of all: a field that some of them lack is optional, and a field that they disagree
 * about gets a type that accepts both. `about` keeps what is known of a field for the field that replaces it.
 */
export function joinRecords(records: readonly RecordType[], about: Map<FieldType, string>): RecordType {
  const byWire = new Map<string, FieldType[]>();
  for (const { fields } of records) {
    for (const field of fields) {
      const known = byWire.get(field.wire);
      if (known === undefined) byWire.set(field.wire, [field]);
      else known.push(field);
    }
  }
  const names = distinctNames(byWire.keys(), "field");
  const fields: FieldType[] = [];
  for (const [wire, all] of byWire) {
    const [first] = all as [FieldType];
    const isEverywhere = all.length === records.length && all.every((field) => !field.optional);
    const type = join(all.map((field) => field.type)) ?? JSON_TYPE;
    const { default: _, ...rest } = first;
    const joined = { ...rest, name: names.get(wire) ?? first.name, type, optional: !isEverywhere };
    about.set(joined, about.get(first) ?? "");
    fields.push(joined);
  }
  return { kind: "record", fields };
}
