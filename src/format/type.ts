import type { Annotation, Field, RecordType, TypeArg, TypeExpr } from "../syntax/ast.js";
import { type Doc, group, indent, join, line } from "./doc.js";
import { type Brackets, type Entry, enclose } from "./enclose.js";
import type { Original } from "./original.js";
import { quoted, valueDoc } from "./value.js";

/** Fields on one line are two blanks apart, because no comma separates them. */
const FIELDS: Brackets = { open: "{", close: "}", flat: " ", broken: "", pad: " " };

/** Returns a type; `head` is printed before the brace of a record, in its group. */
export function typeDoc(original: Original, type: TypeExpr, head: Doc = ""): Doc {
  switch (type.kind) {
    case "record-type":
      return recordTypeDoc(original, type, head);
    case "union-type": {
      const options = type.options.map((option) => quoted(option.value));
      return [head, group(indent(join([line, "| "], options)))];
    }
    case "named-type": {
      if (type.args.length === 0) return [head, type.name.text];
      const args = type.args.map((arg) => typeArgDoc(original, arg));
      return [head, type.name.text, "<", join(", ", args), ">"];
    }
  }
}

function typeArgDoc(original: Original, arg: TypeArg): Doc {
  if (arg.kind === "range") return original.spelledRange(arg.span, arg.from, arg.to);
  if (arg.kind === "size") return original.spelled(arg.span, arg.value);
  return typeDoc(original, arg);
}

/** Returns a record of fields; `head` is printed before its brace. */
export function recordTypeDoc(original: Original, record: RecordType, head: Doc = ""): Doc {
  const entries = record.fields.map(
    (field): Entry => ({
      node: field,
      start: field.annotations[0]?.span.start ?? field.span.start,
      doc: fieldDoc(original, field),
    }),
  );
  return enclose(original, record, entries, FIELDS, { head });
}

function fieldDoc(original: Original, field: Field): Doc {
  return [
    field.annotations.map((annotation) => [annotationDoc(original, annotation), " "]),
    field.name.text,
    field.optional ? "?: " : ": ",
    typeDoc(original, field.type),
    field.default === undefined ? "" : [" = ", valueDoc(original, field.default)],
    field.wire === undefined ? "" : ` as ${quoted(field.wire.value)}`,
  ];
}

/** `@id("BASE-1")`. */
export function annotationDoc(original: Original, annotation: Annotation): Doc {
  if (annotation.values.length === 0) return `@${annotation.name.text}`;
  const values = annotation.values.map((value) => valueDoc(original, value));
  return [`@${annotation.name.text}(`, join(", ", values), ")"];
}
