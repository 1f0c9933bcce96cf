/** A valid call of a tool, built from its JSON schema alone, to hold what was imported against. */

type Schema = Readonly<Record<string, unknown>>;

/** Arguments with every field that the schema names; deterministic, and without following `$ref` more than a little. */
export function sampleArguments(inputSchema: unknown): unknown {
  return sample(inputSchema, inputSchema, 0) ?? {};
}

function sample(schema: unknown, root: unknown, depth: number, name = ""): unknown {
  if (!isSchema(schema) || depth > 8) return depth === 0 ? {} : "sample";
  if (typeof schema.$ref === "string") return sample(resolve(schema.$ref, root), root, depth + 1, name);
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((part) => sample(part, root, depth + 1, name));
    return Object.assign({}, ...parts);
  }
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum.find((option) => option !== null);
  for (const key of ["anyOf", "oneOf"]) {
    const variants = schema[key];
    if (Array.isArray(variants)) {
      return sample(
        variants.find((variant) => isSchema(variant) && variant.type !== "null"),
        root,
        depth + 1,
        name,
      );
    }
  }
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  switch (type ?? (isSchema(schema.properties) ? "object" : undefined)) {
    case "integer":
    case "number":
      return numberOf(schema);
    case "boolean":
      return true;
    case "array":
      return Array.from({ length: Math.max(Number(schema.minItems ?? 1), 1) }, () =>
        sample(schema.items, root, depth + 1, name),
      );
    case "object": {
      const properties = isSchema(schema.properties)
        ? Object.entries(schema.properties).filter(
            ([, member]) => !isSchema(member) || member.readOnly !== true,
          )
        : [];
      return Object.fromEntries(
        properties.map(([key, member]) => [key, sample(member, root, depth + 1, key)]),
      );
    }
    default:
      return textOf(schema, name);
  }
}

function numberOf(schema: Schema): number {
  if (typeof schema.minimum === "number")
    return Math.ceil(schema.minimum) + (schema.exclusiveMinimum === true ? 1 : 0);
  if (typeof schema.exclusiveMinimum === "number") return Math.floor(schema.exclusiveMinimum) + 1;
  return typeof schema.maximum === "number" ? Math.min(1, Math.floor(schema.maximum)) : 1;
}

function textOf(schema: Schema, name: string): string {
  switch (schema.format) {
    case "email":
      return "ana@acme.com";
    case "uri":
      return "https://acme.com/x";
    case "date-time":
      return "2026-12-20T00:00:00Z";
    case "date":
      return "2026-12-20";
    case "duration":
      return "PT5M";
    case "ipv4":
      return "10.0.0.1";
    case "ipv6":
      return "2001:db8::1";
    case "hostname":
      return "acme.com";
    case "uuid":
      return "550e8400-e29b-41d4-a716-446655440000";
    default:
      if (
        /(?:path|dir|directory|cwd)s?$/i.test(name) ||
        /\bpaths? (?:to|of|for|where)\b/i.test(String(schema.description))
      )
        return "/srv/sample";
      if (/(?:url|uri|href|webhook)s?$/i.test(name)) return "https://acme.com/x";
      if (/e?mail(?:_?address)?s?$/i.test(name)) return "ana@acme.com";
      return "sample"
        .repeat(Math.ceil(Number(schema.minLength ?? 1) / 6))
        .slice(0, Number(schema.maxLength ?? 4096));
  }
}

/** What a reference inside a document leads to. */
export function resolve(ref: string, root: unknown): unknown {
  let at = root;
  for (const key of ref.split("/").slice(1)) at = isSchema(at) ? at[key] : undefined;
  return at;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
