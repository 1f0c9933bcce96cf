import fc from "fast-check";

/** Words of JSON Schema that both imports read, and one that is a name. */
export const SCHEMA_KEYS: readonly string[] = [
  ...["type", "properties", "items", "enum", "anyOf", "allOf", "$ref", "required", "default", "minimum"],
  ...["additionalProperties", "const", "format", "description", "maxLength", "uniqueItems", "a-b"],
];

/** JSON of any shape made of these keys and leaves, so that much of it looks like what a reader hopes for. */
export function anyJson(
  keys: readonly string[],
  leaves: readonly unknown[],
  maxDepth: number,
): fc.Arbitrary<unknown> {
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth },
      fc.constantFrom(...leaves),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie("node"), { maxKeys: 5 }),
    ),
  }));
  return node;
}
