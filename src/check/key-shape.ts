/**
 * The part of a record that is compared if it is a key: the fields that all records at that key declare, under their
 * names in the language, without advisory fields. A note, a wire name or a field that only one tool has does not change
 * the key.
 */
import { under } from "../values/path.js";
import type { FieldType, RecordType, Type } from "../values/type.js";
import { joinTypes, longest } from "./relate-types.js";

/**
 * The shape of a key of this type; undefined if values are written as they were sent. If they are written in another form,
 * that form is part of the shape: a text that becomes an email address is another key, so what was kept under the text does
 * not count as everything that was kept under the address.
 */
export function keyShape(type: Type): Type | undefined {
  const shape = shapeOf(type);
  return shape.kind === "json" ? undefined : shape;
}

/** Bounds and options do not affect how a value is written, and changing them must not reset a count. */
function shapeOf(type: Type): Type {
  switch (type.kind) {
    case "record":
      return { kind: "record", fields: comparedFields(type).map(bare) };
    case "list":
    case "set":
    case "map":
      return { kind: type.kind, of: shapeOf(type.of), max: 0 };
    case "email":
    case "url":
    case "ip":
    case "time":
    case "duration":
    case "span":
    case "domain":
    case "path":
      return { kind: type.kind };
    default:
      return { kind: "json" };
  }
}

function bare({ name, type }: FieldType): FieldType {
  return { name, wire: name, optional: true, type: shapeOf(type), labels: [], advisory: false };
}

/** The fields that are compared, in a fixed order. */
function comparedFields(record: RecordType): readonly FieldType[] {
  return record.fields
    .filter(({ advisory }) => !advisory)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Why no value of one type ever equals one of the other, as keys; undefined if some may be equal. */
export function neverEqual(left: Type, right: Type): string | undefined {
  if (joinTypes(left, right) === undefined) return "the types have no value in common";
  if (left.kind === "record" && right.kind === "record") return recordsNeverEqual(left, right);
  if ("of" in left && "of" in right) {
    const maybeEmpty = !(left.kind === "list" && left.min) || !(right.kind === "list" && right.min);
    return maybeEmpty ? undefined : neverEqual(left.of, right.of);
  }
  return overlap(left, right) ? undefined : "the types have no value in common";
}

function recordsNeverEqual(left: RecordType, right: RecordType): string | undefined {
  const shared = comparedFields(left).flatMap((field) => {
    const other = comparedFields(right).find(({ name }) => name === field.name);
    return other === undefined ? [] : [{ field, other }];
  });
  if (shared.length === 0) return "the records share no field that may be compared";
  for (const { field, other } of shared) {
    if (field.optional && other.optional) continue;
    if (neverEqual(field.type, other.type) !== undefined) return `\`${field.name}\` is never equal in both`;
  }
  return undefined;
}

function overlap(left: Type, right: Type): boolean {
  if (left.kind === "union") {
    return right.kind === "union"
      ? left.options.some((option) => right.options.includes(option))
      : overlap(right, left);
  }
  if (left.kind === "text") {
    if (right.kind === "union") return right.options.some((option) => fitsLength(left, [...option].length));
    if (right.kind !== "text") return false;
    return (left.min ?? 0) <= longest(right) && (right.min ?? 0) <= longest(left);
  }
  if (left.kind === "path" && right.kind === "path") {
    if (left.root === undefined || right.root === undefined) return true;
    return under(left.root, right.root) || under(right.root, left.root);
  }
  if ((left.kind === "int" || left.kind === "number") && (right.kind === "int" || right.kind === "number")) {
    const low = Math.max(left.min ?? -Infinity, right.min ?? -Infinity);
    return low <= Math.min(left.max ?? Infinity, right.max ?? Infinity);
  }
  return true;
}

function fitsLength(type: Type & { readonly kind: "text" }, length: number): boolean {
  return length <= type.max && length >= (type.min ?? 0);
}
