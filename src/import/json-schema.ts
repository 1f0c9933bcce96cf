/**
 * Converts untrusted JSON Schema to types of the language: nothing is fetched, recursion ends, and every size is
 * limited. What the language cannot express becomes `json`, or the next wider type, with a remark that states why. A
 * type is narrower than its schema only in these respects, which keep a request small:
 * - A text without `maxLength` gets the language's 4,096 characters, and 20,000 where its name or description speaks of
 *     content (a body, a file, code, a query): those are sent in full, and a bound that refuses honest calls does not
 *   stay.
 * - A list without `maxItems` gets 256 elements.
 * - Fields that the schema does not name are refused, even where the schema lets them pass; so is null.
 */
import { normalise } from "../values/normalise.js";
import {
  DEFAULT_ELEMENTS_MAX,
  type FieldType,
  type RecordType,
  type Type,
  type Value,
} from "../values/type.js";
import { JOINED, joinRecords } from "./join-records.js";
import { mergeSchemas } from "./merge-schemas.js";
import { distinctNames, isPlainName, numberLiteral, plainLine, withHash } from "./names.js";
import {
  as,
  choice,
  type Hint,
  type ImportedType,
  isOnlyNull,
  JSON_TYPE,
  join,
  json,
  MAX_OPTIONS,
  NO_HINT,
  number,
  ONLY_NULL,
  text,
} from "./scalar-schema.js";
import { count, isSchema, listOf, own, resolvePointer, type Schema, textOf } from "./schema.js";

/** The result of reading the schema of one tool. */
export interface ImportedRecord {
  readonly type: RecordType;
  /** The schema's description and remarks for each field, also of nested records. */
  readonly about: ReadonlyMap<FieldType, string>;
  /** Remarks on the whole. */
  readonly remarks: readonly string[];
  /** Wire names of fields, at the top, for which no type was published. */
  readonly untyped: readonly string[];
}

const MAX_DEPTH = 12;
const MAX_FIELDS = 256;
const MAX_NODES = 4000;
const MAX_ELEMENTS = 10_000;
const MAX_HINT = 4_096;
/** This many field names, or parts of a schema, cost as much as one schema. */
const STEPS_A_NODE = 4;
/** The remark about a reference that leads out of the document. */
export const ELSEWHERE = "its schema stands elsewhere and is never fetched";

/** Returns the arguments of a tool from its input schema; anything but the schema of an object has no fields. */
export function importRecord(schema: unknown): ImportedRecord {
  const reader = new SchemaReader(schema);
  const { type, remarks } = reader.read(schema, NO_HINT, 0);
  const record: RecordType = type.kind === "record" ? type : { kind: "record", fields: [] };
  const untyped = record.fields.filter((field) => reader.untyped.has(field)).map((field) => field.wire);
  const other =
    type.kind === "record" || !isSchema(schema) ? [] : ["its arguments are no plain object of named fields"];
  return { type: record, about: reader.about, remarks: [...other, ...remarks], untyped };
}

/** Whether a schema states its fields, even if it states that there are none. */
export function saysFields(schema: unknown): boolean {
  if (!isSchema(schema)) return false;
  const several = ["allOf", "anyOf", "oneOf", "$ref"].some((key) => own(schema, key) !== undefined);
  const named = own(schema, "properties");
  return several || isSchema(named) || own(schema, "additionalProperties") === false;
}

/** Writ's JSON reader refuses the key, because some programs use it as the prototype of an object. */
const UNSENDABLE = "__proto__";

interface NamedField {
  /** Undefined if it cannot be written. */
  readonly name: string | undefined;
  readonly wire: string;
  readonly called: string;
  readonly required: boolean;
}

/** Options for reading schemas within a larger document. */
export interface SchemaReading {
  /** How many schemas are read before the rest becomes `json`. */
  readonly nodes?: number;
  /** Fields with this mark are left out: read-only fields are not sent, and write-only fields are not returned. */
  readonly leaveOut?: "readOnly" | "writeOnly";
}

/** Reads schemas whose references lead into one document, and accumulates what it finds. */
export class SchemaReader {
  /** The schema's description and remarks for each field, also of nested records. */
  readonly about = new Map<FieldType, string>();
  /** Fields for which no type was published. */
  readonly untyped = new Set<FieldType>();
  readonly #root: unknown;
  readonly #open: string[] = [];
  readonly #nodesMax: number;
  readonly #leaveOut: string | undefined;
  #nodes = 0;

  constructor(root: unknown, { nodes = MAX_NODES, leaveOut }: SchemaReading = {}) {
    this.#root = root;
    this.#nodesMax = nodes;
    this.#leaveOut = leaveOut;
  }

  /** The number of schemas read so far, which is the cost. */
  get nodes(): number {
    return this.#nodes;
  }

  /** Whether there were too many schemas, so that some of them became `json`. */
  get isOverfull(): boolean {
    return this.#nodes > this.#nodesMax;
  }

  /** `hint` is the context of the schema. */
  read(schema: unknown, hint: Hint, depth: number): ImportedType {
    if (depth > MAX_DEPTH) return json("it is nested too deeply");
    if (++this.#nodes > this.#nodesMax) return json("the schema is too large");
    if (schema === true || schema === undefined) return json();
    if (!isSchema(schema)) return json("this is no schema");
    const about = `${hint.about} ${textOf(schema, "description") ?? ""}`.trim().slice(0, MAX_HINT);
    const read = this.#schema(schema, { ...hint, about }, depth);
    // OpenAPI 3.0 has no type `null` and uses this keyword.
    return own(schema, "nullable") === true ? { ...read, nullable: true } : read;
  }

  #schema(schema: Schema, hint: Hint, depth: number): ImportedType {
    const ref = textOf(schema, "$ref");
    if (ref !== undefined) return this.#reference(ref, hint, depth);
    for (const key of ["anyOf", "oneOf"]) {
      const variants = own(schema, key);
      if (Array.isArray(variants)) return this.#variants(schema, variants, hint, depth);
    }
    const parts = own(schema, "allOf");
    if (Array.isArray(parts)) return this.#merged(schema, parts, hint, depth);
    return this.#plain(schema, hint, depth);
  }

  #plain(schema: Schema, hint: Hint, depth: number): ImportedType {
    const fixed = own(schema, "const");
    const choices = fixed === undefined ? own(schema, "enum") : [fixed];
    if (Array.isArray(choices)) return choice(choices);
    const written = own(schema, "type");
    const kinds = (Array.isArray(written) ? written : [written ?? impliedKind(schema)]).filter(
      (kind): kind is string => typeof kind === "string",
    );
    const nullable = kinds.includes("null");
    if (nullable && kinds.every((candidate) => candidate === "null")) return { ...json(ONLY_NULL), nullable };
    const [kind, other] = kinds.filter((candidate) => candidate !== "null");
    if (other !== undefined) {
      const isNumber = kinds.every((candidate) => ["integer", "number", "null"].includes(candidate));
      if (!isNumber)
        return { ...json(`it is one of several kinds: ${plainLine(kinds.join(", "), 60)}`), nullable };
    }
    return { ...this.#ofKind(other === undefined ? kind : "number", schema, hint, depth), nullable };
  }

  #ofKind(kind: string | undefined, schema: Schema, hint: Hint, depth: number): ImportedType {
    switch (kind) {
      case "string":
        return text(schema, hint);
      case "integer":
      case "number":
        return number(schema, kind);
      case "boolean":
        return as({ kind: "bool" });
      case "array":
        return this.#list(schema, hint, depth);
      case "object":
        return this.#object(schema, hint, depth);
      case undefined:
        return json();
      default:
        return json(`there is no kind \`${plainLine(kind, 40)}\``);
    }
  }

  #list(schema: Schema, hint: Hint, depth: number): ImportedType {
    const items = own(schema, "items");
    const isTuple = Array.isArray(items) || own(schema, "prefixItems") !== undefined;
    const element = isTuple ? json("its elements differ by place") : this.read(items, hint, depth + 1);
    const remarks = [...element.remarks];
    if (element.nullable) remarks.push("its elements may be null in the schema, and not here");
    const least = count(schema, "minItems") ?? 0;
    const max = Math.min(
      Math.max(count(schema, "maxItems") ?? Math.max(DEFAULT_ELEMENTS_MAX, least), 1),
      MAX_ELEMENTS,
    );
    const min = least > 0 && least <= max ? { min: least } : {};
    if (own(schema, "uniqueItems") !== true)
      return as({ kind: "list", of: element.type, ...min, max }, remarks);
    if (holdsJson(element.type)) {
      return as({ kind: "list", of: element.type, ...min, max }, [...remarks, "its elements are to differ"]);
    }
    if (least > 0) remarks.push(`at least ${least} elements`);
    return as({ kind: "set", of: element.type, max }, remarks);
  }

  #object(schema: Schema, hint: Hint, depth: number): ImportedType {
    const properties = own(schema, "properties");
    const more = own(schema, "additionalProperties");
    if (isSchema(properties) && (Object.keys(properties).length > 0 || more === false)) {
      return this.#record(schema, properties, hint, depth);
    }
    if (depth === 0) return as({ kind: "record", fields: [] });
    if (own(schema, "patternProperties") !== undefined) {
      return as({ kind: "map", of: JSON_TYPE, max: DEFAULT_ELEMENTS_MAX }, ["its names follow patterns"]);
    }
    const member = isSchema(more) ? this.read(more, NO_HINT, depth + 1) : json();
    const max = Math.min(Math.max(count(schema, "maxProperties") ?? DEFAULT_ELEMENTS_MAX, 1), MAX_ELEMENTS);
    return as({ kind: "map", of: member.type, max }, member.remarks);
  }

  #record(schema: Schema, properties: Schema, hint: Hint, depth: number): ImportedType {
    const required = new Set(listOf(own(schema, "required")));
    const remarks: string[] = [];
    const fields: FieldType[] = [];
    const published = Object.keys(properties);
    this.#nodes += Math.floor(published.length / STEPS_A_NODE);
    const wires = published.filter((wire) => !this.#isLeftOut(own(properties, wire)));
    const unnamed = [...required].filter(
      (wire) => typeof wire === "string" && !Object.hasOwn(properties, wire),
    );
    const all = [...wires, ...(unnamed as string[])];
    const names = distinctNames(all.filter(isPlainName), "field");
    for (const wire of all.slice(0, MAX_FIELDS)) {
      const called = hint.called?.get(wire) ?? wire;
      const named = { name: names.get(wire), wire, called, required: required.has(wire) };
      const field = this.#fieldOr(named, properties, depth);
      if (typeof field === "string") remarks.push(field);
      else fields.push(field);
    }
    if (all.length > MAX_FIELDS)
      remarks.push(`${all.length - MAX_FIELDS} fields beyond ${MAX_FIELDS} are left out`);
    const more = own(schema, "additionalProperties");
    if (more === true || isSchema(more))
      remarks.push("the schema also lets other fields pass, which are refused here");
    return as({ kind: "record", fields }, remarks);
  }

  #isLeftOut(schema: unknown): boolean {
    return this.#leaveOut !== undefined && isSchema(schema) && own(schema, this.#leaveOut) === true;
  }

  /** Returns the field, or a text that it is left out. */
  #fieldOr(named: NamedField, properties: Schema, depth: number): FieldType | string {
    const { name, wire } = named;
    if (name === undefined) return "a field with a name of hidden characters or without end is left out";
    if (wire === UNSENDABLE) return `\`${UNSENDABLE}\` is left out: no request can have a field of this name`;
    const field = this.#field({ ...named, name }, own(properties, wire), depth);
    return field ?? `\`${plainLine(wire, 40)}\` is left out: it may be null alone`;
  }

  #field(
    { name, wire, called, required }: NamedField & { readonly name: string },
    schema: unknown,
    depth: number,
  ): FieldType | undefined {
    const read = this.read(schema, { name: called, about: "" }, depth + 1);
    if (read.remarks.includes(ONLY_NULL)) return undefined;
    const remarks = [...read.remarks];
    const given = isSchema(schema) ? own(schema, "default") : undefined;
    const fallback =
      given === undefined || given === null ? undefined : defaultFor(read.type, given, remarks);
    if (read.nullable && this.#leaveOut === "writeOnly")
      remarks.push("null in the schema, which does not fit");
    else if (read.nullable)
      remarks.push(required ? "null in the schema: leave it out" : "leave it out rather than send null");
    const field: FieldType = {
      name,
      wire,
      optional: fallback === undefined && (!required || read.nullable),
      type: read.type,
      ...(fallback === undefined ? {} : { default: fallback }),
      labels: [],
      advisory: false,
    };
    const said = isSchema(schema) ? (textOf(schema, "description") ?? textOf(schema, "title") ?? "") : "";
    this.about.set(
      field,
      [plainLine(said, 80), ...new Set(remarks)].filter((part) => part !== "").join("; "),
    );
    if (read.type === JSON_TYPE && read.remarks.length === 0) this.untyped.add(field);
    return field;
  }

  #reference(ref: string, hint: Hint, depth: number): ImportedType {
    if (!ref.startsWith("#")) return json(ELSEWHERE);
    if (this.#open.includes(ref)) return json("it holds itself");
    const target = resolvePointer(this.#root, ref);
    if (target === undefined) return json("its schema is not there");
    this.#open.push(ref);
    const read = this.read(target, hint, depth);
    this.#open.pop();
    return read;
  }

  /** Returns the type of one of several variants, if all have one kind: then the widest accepts them all. */
  #variants(schema: Schema, variants: readonly unknown[], hint: Hint, depth: number): ImportedType {
    const nullable = variants.some(isOnlyNull);
    const real = variants.filter((variant) => !isOnlyNull(variant)).slice(0, MAX_OPTIONS);
    if (nullable && real.length === 0) return { ...json(ONLY_NULL), nullable };
    if (own(schema, "properties") !== undefined)
      return { ...this.#extended(schema, real, hint, depth), nullable };
    const types = real.map((variant) => this.read(variant, hint, depth + 1));
    const remarks = types.flatMap((read) => read.remarks);
    const isNullable = nullable || types.some((read) => read.nullable);
    const records = types.flatMap(({ type }) => (type.kind === "record" ? [type] : []));
    if (records.length > 1 && records.length === types.length) {
      const type = joinRecords(records, this.about);
      return { type, nullable: isNullable, remarks: [...remarks, JOINED] };
    }
    const joined = join(types.map((read) => read.type));
    if (joined === undefined) return { ...json("it is one of several kinds"), nullable: isNullable };
    return { type: joined, nullable: isNullable, remarks };
  }

  /** Combines its own fields with those of variants, which become optional. */
  #extended(schema: Schema, variants: readonly unknown[], hint: Hint, depth: number): ImportedType {
    const base = this.#plain(schema, hint, depth);
    const more = variants
      .filter(
        (variant) => isSchema(variant) && ["properties", "$ref", "allOf"].some((key) => own(variant, key)),
      )
      .map((variant) => this.read(variant, hint, depth + 1).type);
    const records = more.flatMap((type) => (type.kind === "record" ? [type] : []));
    if (base.type.kind !== "record" || records.length === 0)
      return { ...base, remarks: [...base.remarks, JOINED] };
    const known = new Set(base.type.fields.map((field) => field.wire));
    const taken = new Set(base.type.fields.map((field) => field.name));
    const joined = joinRecords([{ kind: "record", fields: [] }, ...records], this.about);
    const added = joined.fields
      .filter((field) => !known.has(field.wire))
      .map((field) => this.#renamed(field, taken));
    const fields = [...base.type.fields, ...added].slice(0, MAX_FIELDS);
    return as({ kind: "record", fields }, [...base.remarks, JOINED]);
  }

  /** Returns the field under a unique name. */
  #renamed(field: FieldType, taken: ReadonlySet<string>): FieldType {
    if (!taken.has(field.name)) return field;
    const renamed = { ...field, name: withHash(field.name, field.wire, taken) };
    this.about.set(renamed, this.about.get(field) ?? "");
    return renamed;
  }

  /** Returns the type of `allOf`, if the parts merge into one schema. */
  #merged(schema: Schema, parts: readonly unknown[], hint: Hint, depth: number): ImportedType {
    const { allOf: _, ...rest } = schema;
    const merged = mergeSchemas([...parts, rest], (ref) => this.#target(ref));
    this.#nodes += Math.floor(merged.steps / STEPS_A_NODE);
    if ("why" in merged) return json(merged.why);
    const refs = parts.flatMap((part) => (isSchema(part) ? (textOf(part, "$ref") ?? []) : []));
    this.#open.push(...refs);
    const read = this.read(merged.schema, hint, depth);
    this.#open.length -= refs.length;
    return read;
  }

  #target(ref: string): Schema | string {
    if (!ref.startsWith("#")) return ELSEWHERE;
    if (this.#open.includes(ref)) return "it holds itself";
    const target = resolvePointer(this.#root, ref);
    return isSchema(target) ? target : "its schema is not there";
  }
}

function defaultFor(type: Type, given: unknown, remarks: string[]): Value | undefined {
  const writable = ["bool", "int", "number", "text", "union"].includes(type.kind);
  const read = writable ? normalise(type, given) : undefined;
  const isLiteral = typeof given !== "number" || numberLiteral(given) !== undefined;
  if (read?.ok && isLiteral && String(given).length <= 200) return read.value;
  remarks.push(`the tool takes ${plainLine(JSON.stringify(given) ?? "", 40)} where it is left out`);
  return undefined;
}

function holdsJson(type: Type): boolean {
  switch (type.kind) {
    case "json":
      return true;
    case "list":
    case "set":
    case "map":
      return holdsJson(type.of);
    case "record":
      return type.fields.some((field) => holdsJson(field.type));
    default:
      return false;
  }
}

function impliedKind(schema: Schema): string | undefined {
  if (own(schema, "properties") !== undefined || own(schema, "additionalProperties") !== undefined)
    return "object";
  if (own(schema, "items") !== undefined || own(schema, "prefixItems") !== undefined) return "array";
  return own(schema, "maxLength") !== undefined || own(schema, "format") !== undefined ? "string" : undefined;
}
