/** One of several objects, as the one record that takes them all. */
import type { FieldType, RecordType } from "../values/type.js";
import { distinctNames } from "./names.js";
import { JSON_TYPE, join } from "./scalar-schema.js";

/** What a reviewer should know where records were joined. */
export const JOINED = "which fields go together is not said here";

/**
 * The record with the fields of all: one that some of them lack may be left out, and one that they disagree about is what
 * takes both. What is known of a field is kept in `about` for the field that takes its place.
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
