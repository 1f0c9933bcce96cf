/** Merges the schemas of `allOf` into one equivalent schema. */
import { isSchema, listOf, own, type Schema } from "./schema.js";

/** The merged schema, or why there is none; and how many parts and names were read. */
export type Merged = ({ readonly schema: Schema } | { readonly why: string }) & { readonly steps: number };

const MAX_PARTS = 64;
/** Keywords with text about a schema; if parts differ, the first is kept. */
const ABOUT = ["title", "description", "default", "example", "examples", "deprecated", "xml", "externalDocs"];

/** Merges the parts. `follow` returns the target of a reference, or a text if it cannot be followed. */
export function mergeSchemas(parts: readonly unknown[], follow: (ref: string) => Schema | string): Merged {
  const flat: Schema[] = [];
  const cost = { steps: 0 };
  const why = flatten(parts, follow, flat, [], cost);
  let { steps } = cost;
  if (why !== undefined) return { why, steps };
  const merged = new Map<string, unknown>();
  const properties = new Map<string, unknown>();
  const required = new Set<unknown>();
  for (const part of flat) {
    const named = own(part, "properties");
    if (isSchema(named)) {
      for (const [name, schema] of Object.entries(named)) {
        steps++;
        const earlier = properties.get(name);
        properties.set(name, earlier === undefined ? schema : { allOf: [earlier, schema] });
      }
    }
    for (const name of listOf(own(part, "required"))) required.add(name);
    for (const [key, value] of Object.entries(part)) {
      steps++;
      if (key === "properties" || key === "required") continue;
      const earlier = merged.get(key);
      if (earlier === undefined) merged.set(key, value);
      else if (!ABOUT.includes(key) && !key.startsWith("x-") && !isSame(earlier, value)) {
        const both = tighter(key, earlier, value);
        if (both === undefined) return { why: `its parts differ in \`${key.slice(0, 40)}\``, steps };
        merged.set(key, both);
      }
    }
  }
  if (properties.size > 0 || required.size > 0) {
    if (merged.has("type") && merged.get("type") !== "object")
      return { why: "its parts are of several kinds", steps };
    merged.set("type", "object");
    if (properties.size > 0) merged.set("properties", record(properties));
    merged.set("required", [...required]);
  }
  return { schema: record(merged), steps };
}

function flatten(
  parts: readonly unknown[],
  follow: (ref: string) => Schema | string,
  flat: Schema[],
  open: readonly string[],
  cost: { steps: number },
): string | undefined {
  for (const part of parts) {
    cost.steps++;
    if (part === true || part === null) continue;
    if (!isSchema(part)) return "one of its parts is no schema";
    const ref = own(part, "$ref");
    const nested = own(part, "allOf");
    let why: string | undefined;
    if (typeof ref === "string") {
      if (open.includes(ref)) return "it holds itself";
      const target = follow(ref);
      why = typeof target === "string" ? target : flatten([target], follow, flat, [...open, ref], cost);
    } else if (Array.isArray(nested)) {
      const { allOf: _, ...rest } = part;
      why = flatten([rest, ...nested], follow, flat, open, cost);
    } else flat.push(part);
    if (why !== undefined) return why;
    if (flat.length > MAX_PARTS) return "it is put together of too many parts";
  }
  return undefined;
}

/** Returns the tighter of two bounds; undefined for other keywords. */
function tighter(key: string, one: unknown, other: unknown): unknown {
  if (key === "nullable") return one === true && other === true;
  if (key === "additionalProperties") return one === false || other === false ? false : (one ?? other);
  if (typeof one !== "number" || typeof other !== "number") return undefined;
  if (/^min|^exclusiveMin/.test(key)) return Math.max(one, other);
  return /^max|^exclusiveMax/.test(key) ? Math.min(one, other) : undefined;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  return one.every((item, index) => item === other[index]);
}

/** Names come from outside, so the object has no prototype that one of them could hide. */
function record(members: ReadonlyMap<string, unknown>): Schema {
  return Object.assign(Object.create(null) as Record<string, unknown>, Object.fromEntries(members));
}
