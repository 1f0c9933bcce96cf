import type { Type } from "../values/type.js";
import { DEFAULT_ELEMENTS_MAX, DEFAULT_TEXT_MAX } from "../values/type.js";

/** A type in the words of the language, as an author would write it; a record without a name is just "record". */
export function describeType(type: Type): string {
  switch (type.kind) {
    case "int":
    case "number":
      return `${type.kind}${bounds(type.min, type.max)}`;
    case "text":
      return type.max === DEFAULT_TEXT_MAX && type.min === undefined
        ? "text"
        : `text${bounds(type.min, type.max, true)}`;
    case "path":
      return type.root === undefined ? "path" : `path<${JSON.stringify(type.root)}>`;
    case "union":
      return type.options.map((option) => JSON.stringify(option)).join(" | ");
    case "list":
    case "set":
    case "map": {
      const max = type.max === DEFAULT_ELEMENTS_MAX ? "" : `, ${grouped(type.max)}`;
      return `${type.kind}<${describeType(type.of)}${max}>`;
    }
    case "record":
      return type.name ?? "record";
    default:
      return type.kind;
  }
}

function bounds(min: number | undefined, max: number | undefined, size = false): string {
  if (min === undefined && max === undefined) return "";
  if (size && (min === undefined || min === 0)) return `<${grouped(max ?? 0)}>`;
  return `<${min === undefined ? "" : grouped(min)}..${max === undefined ? "" : grouped(max)}>`;
}

/** A number as the language writes it: `10000` as `10_000`. */
export function grouped(number: number): string {
  if (!Number.isFinite(number)) return String(number);
  const [whole = "", fraction] = String(number).split(".");
  const separated = whole.replace(/\B(?=(\d{3})+(?!\d))/g, whole.replace("-", "").length > 4 ? "_" : "");
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}
