/** Types as the language writes them, with what a reviewer should know beside each field. */
import {
  DEFAULT_ELEMENTS_MAX,
  DEFAULT_TEXT_MAX,
  type FieldType,
  type RecordType,
  type Type,
} from "../values/type.js";
import { numberLiteral, textLiteral } from "./names.js";

/** A record over several lines, one a field, as it appears after `args`; `indent` is that of its closing brace. */
export function writeRecord(type: RecordType, about: ReadonlyMap<FieldType, string>, indent: string): string {
  if (type.fields.length === 0) return "{ }";
  const lines = type.fields.flatMap((field) => {
    const remark = about.get(field) ?? "";
    const written = `${indent}  ${writeField(field, about, `${indent}  `)}`;
    // After a record of several lines, a remark would be far from the name.
    if (remark === "") return [written];
    return written.includes("\n") ? [`${indent}  // ${remark}`, written] : [`${written}  // ${remark}`];
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function writeField(field: FieldType, about: ReadonlyMap<FieldType, string>, indent: string): string {
  const type = writeType(field.type, about, indent);
  const fallback = field.default === undefined ? "" : ` = ${writeValue(field.default)}`;
  const wire = field.wire === field.name ? "" : ` as ${textLiteral(field.wire)}`;
  return `${field.name}${field.optional ? "?" : ""}: ${type}${fallback}${wire}`;
}

/** A type in one line, or over several where it holds a record; `indent` is that of its closing brace. */
export function writeType(type: Type, about: ReadonlyMap<FieldType, string>, indent: string): string {
  switch (type.kind) {
    case "int":
    case "number":
      return type.kind + range(type.min, type.max);
    case "text":
      return type.min === undefined && type.max === DEFAULT_TEXT_MAX
        ? "text"
        : `text<${size(type.min, type.max)}>`;
    case "union":
      return type.options.map(textLiteral).join(" | ");
    case "list":
    case "set":
    case "map": {
      const min = type.kind === "list" ? type.min : undefined;
      const bound = min === undefined && type.max === DEFAULT_ELEMENTS_MAX ? "" : `, ${size(min, type.max)}`;
      return `${type.kind}<${writeType(type.of, about, indent)}${bound}>`;
    }
    case "record":
      return writeRecord(type, about, indent);
    default:
      return type.kind;
  }
}

function writeValue(value: unknown): string {
  if (typeof value === "number") return numberLiteral(value) ?? "0";
  return typeof value === "string" ? textLiteral(value) : String(value);
}

function range(min: number | undefined, max: number | undefined): string {
  if (min === undefined || max === undefined) return "";
  return `<${numberLiteral(min)}..${numberLiteral(max)}>`;
}

function size(min: number | undefined, max: number): string {
  return min === undefined ? String(max) : `${min}..${max}`;
}
