/** The wire's zod schemas as JSON Schema (2020-12), and as compiled validators. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";

/** A JSON Schema object, as ajv, fastify and OpenAPI 3.1 take it. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Undefined for a value that fits; at least one and at most `MAX_ERRORS` errors otherwise. The value is never changed. */
export type ShapeCheck = (value: unknown) => readonly ErrorObject[] | undefined;

/** A caller with more mistakes than these is told of these. */
export const MAX_ERRORS = 20;

/** A schema and the named ones that it refers to as `#/$defs/NAME`. */
export interface NamedSchemas {
  readonly schema: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/**
 * A schema for what the service reads (`input`) or writes (`output`), everything inline, for a validator.
 * `z.json()` becomes the empty schema: whatever comes out of a JSON parser fits it, and walking it would cost.
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema, $defs = {}, ...root } = z.toJSONSchema(schema, { io, override: forValidators });
  const { named } = splitDefinitions($defs);
  return inlined(root, named) as JsonSchema;
}

/** The same as it is published: named schemas stay references, with what only a reader needs beside what is judged. */
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

/** Lets a validator look at one branch only, and its errors speak of that branch alone. */
function nameDiscriminator({ zodSchema, jsonSchema }: Overridden): void {
  const { def } = zodSchema._zod;
  if (def.type !== "union" || !("discriminator" in def)) return;
  jsonSchema.type = "object";
  jsonSchema.discriminator = { propertyName: def.discriminator };
}

/** Apart: the schemas with a name, and those that zod makes of `z.json()`, the only ones that may be recursive. */
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

/** Without references: of a name what it names, of anything else, which is `z.json()`, nothing. */
function inlined(node: unknown, named: Readonly<Record<string, JsonSchema>>): unknown {
  return mapSchema(node, (reference, beside) => {
    const target = named[reference.slice("#/$defs/".length)];
    return target === undefined ? {} : { ...(inlined(target, named) as object), ...beside };
  });
}

function withoutJson(node: unknown, json: ReadonlySet<string>): unknown {
  return mapSchema(node, (reference, { description }) => ({
    // zod repeats beside a reference what it refers to, as validators have it.
    ...(json.has(reference) ? {} : { $ref: reference }),
    ...(description === undefined ? {} : { description }),
  }));
}

/** A copy with each reference replaced, and without bounds on keys that bound nothing. */
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

/** `{ "type": "string" }` says nothing of a key. */
function hasBound(names: object): boolean {
  return Object.keys(names).some((key) => key !== "type");
}

const OPTIONS = {
  strict: true,
  discriminator: true,
  // Whatever was sent is what is judged: a validator that mends a request decides about another one.
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  verbose: true,
  // That our schemas are valid ones is for a test to ask: compiling what checks them takes longer than all the rest.
  meta: false,
  validateSchema: false,
  // Making the code shorter takes as long as writing it, and gains a fiftieth when it runs.
  code: { optimize: false },
} as const;

/**
 * A validator of what the service reads, that stops at the first mistake and only then, for a caller's sake, looks for
 * the others: a body made of mistakes costs no more than a body made of data.
 *
 * It is compiled when it is first asked, and what looks for the others when the first caller errs: most services never
 * need most of these, and none needs them to start.
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
 * Throws where what is about to be sent is not what its schema says: a field too many could tell what nobody may know,
 * and one too few could be read as anything. The error names the place and repeats no value.
 * What checks it is compiled when the first answer is sent.
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

/** Whether a value has few enough parts for all its mistakes to be looked for. */
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
