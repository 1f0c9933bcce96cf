/**
 * The arguments of an operation: its parameters and the fields of its body, side by side. Where a parameter has the
 * name of another or of a field, it is called `NAME__PLACE` on the wire. Cookies and credentials are not arguments: the
 * program that executes the call sets them, and no agent should choose them.
 */
import type { FieldType, RecordType } from "../values/type.js";
import type { SchemaReader } from "./json-schema.js";
import { type ChosenMedia, chooseMedia } from "./media-type.js";
import { plainLine, withHash } from "./names.js";
import { follow, type Operation } from "./openapi-document.js";
import { type ImportedType, NO_HINT } from "./scalar-schema.js";
import { isSchema, own, type Schema, textOf } from "./schema.js";

/** The arguments of an operation. */
export interface OperationArguments {
  readonly args: RecordType;
  readonly remarks: readonly string[];
  readonly untyped: readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly place: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: unknown;
}

/** Reads them, or says why the operation cannot be called by arguments that are known. */
export function readArguments(
  document: Schema,
  operation: Operation,
  credentials: ReadonlySet<string>,
  reader: SchemaReader,
): OperationArguments | { readonly why: string } {
  const remarks: string[] = [];
  const parameters = readParameters(document, operation, credentials, remarks);
  if ("why" in parameters) return parameters;
  const body = readBody(document, operation, reader, remarks);
  if ("why" in body) return body;
  const names = [...body.fields.map((field) => field.wire), ...parameters.map(({ name }) => name)];
  const count = (name: string): number => names.filter((each) => each === name).length;
  const properties: Record<string, unknown> = Object.create(null);
  const called = new Map<string, string>();
  const required: string[] = [];
  const wires = new Set(body.fields.map((field) => field.wire));
  for (const parameter of parameters) {
    const { name, place } = parameter;
    const plain = count(name) > 1 ? `${name}__${place}` : name;
    const wire = wires.has(plain) ? withHash(plain, `${place} ${name}`, wires) : plain;
    wires.add(wire);
    if (wire !== name)
      remarks.push(`the parameter ${plainLine(name, 60)} of the ${place} is \`${plainLine(wire, 70)}\` here`);
    called.set(wire, name);
    properties[wire] = parameter.schema;
    if (parameter.required) required.push(wire);
  }
  const { type, remarks: said } = reader.read(
    { type: "object", properties, required, additionalProperties: false },
    { ...NO_HINT, called },
    0,
  );
  const fields = type.kind === "record" ? [...type.fields] : [];
  const taken = new Set(fields.map((field) => field.name));
  for (const field of body.fields) {
    const name = taken.has(field.name) ? withHash(field.name, field.wire, taken) : field.name;
    taken.add(name);
    fields.push(renamed(field, name, reader));
  }
  const untyped = fields.filter((field) => reader.untyped.has(field)).map((field) => field.wire);
  return { args: { kind: "record", fields }, remarks: [...remarks, ...said], untyped };
}

function renamed(field: FieldType, name: string, reader: SchemaReader): FieldType {
  if (field.name === name) return field;
  const moved = { ...field, name };
  reader.about.set(moved, reader.about.get(field) ?? "");
  if (reader.untyped.has(field)) reader.untyped.add(moved);
  return moved;
}

function readParameters(
  document: Schema,
  operation: Operation,
  credentials: ReadonlySet<string>,
  remarks: string[],
): readonly Parameter[] | { readonly why: string } {
  const byPlace = new Map<string, Parameter>();
  const left: string[] = [];
  for (const written of operation.parameters) {
    const found = follow(document, written);
    if ("why" in found) return { why: `a parameter: ${found.why}` };
    const name = textOf(found.schema, "name");
    const place = textOf(found.schema, "in");
    if (name === undefined || name === "") return { why: "a parameter has no name" };
    const isArgument = place === "path" || place === "query" || place === "header";
    if (!isArgument || credentials.has(`${place}:${name}`.toLowerCase())) {
      left.push(name);
      continue;
    }
    const required = place === "path" || own(found.schema, "required") === true;
    // The operation's own parameters come after those of its path, and replace them.
    byPlace.set(`${place} ${name}`, { name, place, required, schema: schemaOf(found.schema) });
  }
  if (left.length > 0)
    remarks.push(`left to the program that runs the call: ${plainLine([...new Set(left)].join(", "), 100)}`);
  return [...byPlace.values()];
}

/** The schema of a parameter, with what the parameter says of itself. */
function schemaOf(parameter: Schema): unknown {
  const schema = own(parameter, "schema") ?? chooseMedia(own(parameter, "content"))?.schema;
  if (!isSchema(schema))
    return textOf(parameter, "description") === undefined
      ? {}
      : { description: textOf(parameter, "description") };
  const description = textOf(parameter, "description") ?? textOf(schema, "description");
  return description === undefined ? schema : { ...schema, description };
}

interface Body {
  readonly fields: readonly FieldType[];
}

function readBody(
  document: Schema,
  { body }: Operation,
  reader: SchemaReader,
  remarks: string[],
): Body | { readonly why: string } {
  const written = own(body, "requestBody");
  if (written === undefined) return { fields: [] };
  const found = follow(document, written);
  if ("why" in found) return { why: `its body: ${found.why}` };
  const media = chooseMedia(own(found.schema, "content"));
  if (media === undefined) return { fields: [] };
  if (!media.isJson) remarks.push(`the body is sent as ${plainLine(media.type, 60)}`);
  const isRequired = own(found.schema, "required") === true;
  const read =
    media.schema === undefined ? undefined : reader.read(media.schema, { name: "body", about: "" }, 1);
  if (read?.type.kind === "record" && read.type.fields.length > 0) {
    remarks.push(...read.remarks);
    if (isRequired && !read.nullable) return { fields: read.type.fields };
    return { fields: optional(read.type.fields, reader, remarks) };
  }
  return { fields: wholeBody(media, read, isRequired, textOf(found.schema, "description"), reader) };
}

/** A body that may be missing as a whole: then so may each of its fields. */
function optional(
  fields: readonly FieldType[],
  reader: SchemaReader,
  remarks: string[],
): readonly FieldType[] {
  const needed = fields.filter((field) => !field.optional && field.default === undefined);
  if (needed.length === 0) return fields;
  const names = needed.map((field) => field.wire).join(", ");
  remarks.push(`the body may be left out as a whole; with one, it needs ${plainLine(names, 100)}`);
  return fields.map((field) => {
    if (!needed.includes(field)) return field;
    const loose = { ...field, optional: true };
    reader.about.set(loose, reader.about.get(field) ?? "");
    if (reader.untyped.has(field)) reader.untyped.add(loose);
    return loose;
  });
}

/** A body without named fields is one argument. */
function wholeBody(
  media: ChosenMedia,
  read: ImportedType | undefined,
  isRequired: boolean,
  description: string | undefined,
  reader: SchemaReader,
): readonly FieldType[] {
  const isText = read === undefined && !media.isJson;
  const type = isText
    ? ({ kind: "text", max: 20_000 } as const)
    : (read?.type ?? ({ kind: "json" } as const));
  const field: FieldType = {
    name: "body",
    wire: "body",
    optional: !isRequired || read?.nullable === true,
    type,
    labels: [],
    advisory: false,
  };
  const said = [plainLine(description ?? "", 80), ...new Set(read?.remarks ?? [])];
  reader.about.set(field, said.filter((part) => part !== "").join("; "));
  if (type.kind === "json" && (read?.remarks.length ?? 0) === 0) reader.untyped.add(field);
  return [field];
}
