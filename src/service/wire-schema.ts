/** Converts the zod schemas of the wire to JSON Schema (2020-12) and to compiled validators. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";

/** A JSON Schema object, as ajv, fastify and OpenAPI 3.1 accept it. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Returns undefined if the value fits, else one to `MAX_ERRORS` errors. Never changes the value. */
export type ShapeCheck = (value: unknown) => readonly ErrorObject[] | undefined;

/** Maximum number of errors reported per value. */
export const MAX_ERRORS = 20;

/** A schema and the named schemas that it refers to as `#/$defs/NAME`. */
export interface NamedSchemas {
  readonly schema: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/**
 * Returns the schema of what the service reads (`input`) or writes (`output`), with everything inline, for a validator.
 * `z.json()` becomes the empty schema: all output of a JSON parser fits it, and walking it would take time.
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema, $defs = {}, ...root } = z.toJSONSchema(schema, { io, override: forValidators });
  const { named } = splitDefinitions($defs);
  return inlined(root, named) as JsonSchema;
}

/** Returns the schema as it is published: named schemas stay references, and descriptions for readers are kept. */
export function namedSchemasOf(schema: z.ZodType, io: "input" | "output"): NamedSchemas {
  const { $schema, $defs = {}, ...root } = z.toJSONSchema(schema, { io, override: forReaders });
  const { named, json } = splitDefinitions($defs);
  const tidy = (node: unknown) => withoutJson(node, json) as JsonSchema;
  return {
    schema: tidy(root),
    definitions: Object.fromEntries(Object.entries(named).map(([name, each]) => [name, tidy(each)])),
  };
}

interface Overridden {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

function forValidators({ zodSchema, jsonSchema }: Overridden): void {
  for (const key of ["id", "exclusive", "documented", "description"]) delete jsonSchema[key];
  nameDiscriminator({ zodSchema, jsonSchema });
}

function forReaders({ zodSchema, jsonSchema }: Overridden): void {
  for (const key of ["id", "exclusive", "documented"]) delete jsonSchema[key];
  nameDiscriminator({ zodSchema, jsonSchema });
  const { exclusive, documented } = z.globalRegistry.get(zodSchema) ?? {};
  if (jsonSchema.$ref !== undefined) return;
  Object.assign(jsonSchema, documented);
  if (exclusive === undefined) return;
  jsonSchema.allOf = exclusive.map((fields) => ({ oneOf: fields.map((field) => ({ required: [field] })) }));
}

/** Makes a validator check one branch only, so that its errors are about that branch alone. */
function nameDiscriminator({ zodSchema, jsonSchema }: Overridden): void {
  const { def } = zodSchema._zod;
  if (def.type !== "union" || !("discriminator" in def)) return;
  jsonSchema.type = "object";
  jsonSchema.discriminator = { propertyName: def.discriminator };
}

/** Separates the named schemas from those that zod generates for `z.json()`, the only ones that may be recursive. */
function splitDefinitions(definitions: Readonly<Record<string, z.core.JSONSchema.JSONSchema>>) {
  const named: Record<string, JsonSchema> = {};
  const json = new Set<string>();
  for (const [name, each] of Object.entries(definitions)) {
    if (!name.startsWith("__schema")) named[name] = each as JsonSchema;
    else if (each.anyOf?.length === 6) json.add(`#/$defs/${name}`);
    else throw new Error(`${name} is no z.json(), and nothing else may be recursive`);
  }
  return { named, json };
}

/**
 * Replaces each reference to a named schema with that schema, and any other reference, which is `z.json()`, with the
 * empty one.
 */
function inlined(node: unknown, named: Readonly<Record<string, JsonSchema>>): unknown {
  return mapSchema(node, (reference, beside) => {
    const target = named[reference.slice("#/$defs/".length)];
    return target === undefined ? {} : { ...(inlined(target, named) as object), ...beside };
  });
}

function withoutJson(node: unknown, json: ReadonlySet<string>): unknown {
  return mapSchema(node, (reference, { description }) => ({
    // zod repeats the target of a reference beside it, for validators.
    ...(json.has(reference) ? {} : { $ref: reference }),
    ...(description === undefined ? {} : { description }),
  }));
}

/** Returns a copy with each reference replaced, and without bounds on keys that restrict nothing. */
function mapSchema(node: unknown, replace: (reference: string, beside: JsonSchema) => object): unknown {
  if (Array.isArray(node)) return node.map((each) => mapSchema(each, replace));
  if (typeof node !== "object" || node === null) return node;
  const { $ref, ...rest } = node as { readonly $ref?: unknown };
  const entries = Object.entries(rest).filter(
    ([key, value]) => key !== "propertyNames" || hasBound(value as object),
  );
  const copy = Object.fromEntries(entries.map(([key, value]) => [key, mapSchema(value, replace)]));
  return typeof $ref === "string" ? replace($ref, copy) : copy;
}

/** `{ "type": "string" }` does not restrict a key. */
function hasBound(names: object): boolean {
  return Object.keys(names).some((key) => key !== "type");
}

const OPTIONS = {
  strict: true,
  discriminator: true,
  // Validate exactly what was sent: a validator that corrects a request would decide about a different one.
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  verbose: true,
  // A test checks that our schemas are valid: compiling the meta-schema takes longer than everything else.
  meta: false,
  validateSchema: false,
  // Optimizing the generated code takes as long as generating it, and saves 2 % when it runs.
  code: { optimize: false },
} as const;

/**
 * Compiles a validator for input. It stops at the first mistake, and only then collects the others for the caller, so
 * that a body full of mistakes costs no more than a body full of data.
 *
 * It is compiled on first use, and the collecting one on the first mistake: most services never need most of these, and
 * none needs them to start.
 */
export function compileShape(schema: z.ZodType): ShapeCheck {
  let first: ValidateFunction | undefined;
  let every: ValidateFunction | undefined;
  return (value) => {
    first ??= new Ajv2020(OPTIONS).compile(jsonSchemaOf(schema, "input"));
    if (first(value)) return undefined;
    const only = first.errors ?? [];
    if (!isSmall(value)) return only.slice(0, MAX_ERRORS);
    every ??= new Ajv2020({ ...OPTIONS, allErrors: true }).compile(jsonSchemaOf(schema, "input"));
    return every(value) ? only : (every.errors ?? only).slice(0, MAX_ERRORS);
  };
}

/**
 * Makes a check that throws if an answer does not fit its schema: an extra field could disclose a secret, and a missing
 * one could be misread. The error names the location and repeats no value. The check is compiled when the first answer
 * is sent.
 */
export function compileAnswerGuard(schema: z.ZodType): (answer: unknown) => void {
  let fits: ValidateFunction | undefined;
  return (answer) => {
    fits ??= new Ajv2020(OPTIONS).compile(jsonSchemaOf(schema, "output"));
    if (fits(answer)) return;
    const { instancePath = "", message = "does not fit" } = fits.errors?.[0] ?? {};
    throw new Error(`The answer does not fit its schema: ${instancePath} ${message}`);
  };
}

/** Whether a value has few enough parts to collect all its mistakes. */
function isSmall(value: unknown): boolean {
  let parts = 0;
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    const inner = Object.values(next);
    parts += inner.length;
    if (parts > 2_000) return false;
    open.push(...inner);
  }
  return true;
}
