/** The wire's zod schemas as JSON Schema (2020-12), and as compiled validators. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";

/** A JSON Schema object, as ajv, fastify and OpenAPI 3.1 take it. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Undefined for a value that fits; at least one and at most `MAX_ERRORS` errors otherwise. The value is never changed. */
export type ShapeCheck = (value: unknown) => readonly ErrorObject[] | undefined;

/** A caller with more mistakes than these is told of these. */
export const MAX_ERRORS = 20;

/**
 * A schema for what the service reads (`input`) or writes (`output`).
 * `z.json()` becomes the empty schema: whatever comes out of a JSON parser fits it, and walking it would cost.
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema, $defs, ...root } = z.toJSONSchema(schema, { io, override: nameDiscriminator });
  const json = new Set(Object.entries($defs ?? {}).map(([name, each]) => anyJson(name, each)));
  return withoutReferences(root, json) as JsonSchema;
}

/** Lets a validator look at one branch only, and its errors speak of that branch alone. */
function nameDiscriminator({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const { def } = zodSchema._zod;
  if (def.type !== "union" || !("discriminator" in def)) return;
  jsonSchema.type = "object";
  jsonSchema.discriminator = { propertyName: def.discriminator };
}

function anyJson(name: string, schema: z.core.JSONSchema.JSONSchema): string {
  if (schema.anyOf?.length !== 6)
    throw new Error(`${name} is no z.json(), and nothing else may be recursive`);
  return `#/$defs/${name}`;
}

function withoutReferences(node: unknown, json: ReadonlySet<string>): unknown {
  if (Array.isArray(node)) return node.map((each) => withoutReferences(each, json));
  if (typeof node !== "object" || node === null) return node;
  if ("$ref" in node && json.has(String(node.$ref))) return {};
  const entries = Object.entries(node).filter(([key, value]) => key !== "propertyNames" || hasBound(value));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutReferences(value, json)]));
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
