/** An OpenAPI document: its version, its operations, and what its references lead to, inside it alone. */
import { isSchema, own, resolvePointer, type Schema, textOf } from "./schema.js";

/** One operation of a path, as far as it can be found. */
export interface Operation {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly id: string | undefined;
  readonly body: Schema;
  /** Those of the path before those of the operation, which take the place of the same ones; not resolved. */
  readonly parameters: readonly unknown[];
}

/** Something that an operation refers to: found, or why not. */
export type Found = { readonly schema: Schema } | { readonly why: string };

const METHODS = ["get", "head", "options", "trace", "put", "post", "patch", "delete"];
const MAX_HOPS = 10;
const MAX_PARAMETERS = 200;
/** How a document that spreads over several files becomes one. */
export const BUNDLE_HELP =
  "make one document of it first, for example with `npx @redocly/cli bundle FILE -o one.json`";

/** Throws a TypeError, with words for people, for what is no document of OpenAPI 3.0 or 3.1. */
export function requireOpenapi(document: unknown): Schema {
  if (!isSchema(document)) throw new TypeError("this is no OpenAPI document: it is no object");
  const swagger = own(document, "swagger");
  if (swagger !== undefined) {
    throw new TypeError(
      "this is Swagger 2.0, and OpenAPI 3.0 or 3.1 is read: convert it first, for example with `npx swagger2openapi FILE -o openapi.json`",
    );
  }
  const version = own(document, "openapi");
  if (version === undefined) throw new TypeError("this is no OpenAPI document: it has no field `openapi`");
  if (!/^3\.[01](?:\.|$)/.test(String(version))) {
    throw new TypeError(`OpenAPI 3.0 and 3.1 are read, and this is \`${String(version).slice(0, 20)}\``);
  }
  if (!isSchema(own(document, "paths"))) throw new TypeError("this OpenAPI document has no `paths`");
  return document;
}

/** Every operation in the order of the document, or why a path or one of its operations cannot be read. */
export function* operationsOf(
  document: Schema,
): Generator<Operation | { readonly path: string; readonly why: string }> {
  for (const [path, written] of Object.entries(own(document, "paths") as Schema)) {
    if (path.startsWith("x-")) continue;
    const item = follow(document, written);
    if ("why" in item) {
      yield { path, why: item.why };
      continue;
    }
    for (const method of METHODS) {
      const body = own(item.schema, method);
      if (body === undefined) continue;
      const at = `${method.toUpperCase()} ${path}`;
      if (!isSchema(body)) yield { path: at, why: "it is no operation" };
      else {
        const id = textOf(body, "operationId")?.trim();
        const parameters = [own(item.schema, "parameters"), own(body, "parameters")].flatMap((list) =>
          Array.isArray(list) ? list.slice(0, MAX_PARAMETERS) : [],
        );
        yield { method: method.toUpperCase(), path, id: id === "" ? undefined : id, body, parameters };
      }
    }
  }
}

/** An object of the document, or what a reference in its place leads to. */
export function follow(document: Schema, written: unknown): Found {
  let at = written;
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    if (!isSchema(at)) return { why: "what it refers to is not in the document" };
    const ref = own(at, "$ref");
    if (ref === undefined) return { schema: at };
    if (typeof ref !== "string" || !ref.startsWith("#")) {
      return { why: `it refers to another document, and nothing is fetched: ${BUNDLE_HELP}` };
    }
    at = resolvePointer(document, ref);
  }
  return { why: "its references lead in a circle" };
}

/** The names of headers and query parameters in which credentials are sent, as `in:name` in small letters. */
export function credentialPlaces(document: Schema): ReadonlySet<string> {
  const places = new Set(["header:accept", "header:content-type", "header:authorization"]);
  const components = own(document, "components");
  const schemes = isSchema(components) ? own(components, "securitySchemes") : undefined;
  if (!isSchema(schemes)) return places;
  for (const written of Object.values(schemes).slice(0, 1_000)) {
    const scheme = follow(document, written);
    if ("why" in scheme || own(scheme.schema, "type") !== "apiKey") continue;
    places.add(`${textOf(scheme.schema, "in")}:${textOf(scheme.schema, "name")}`.toLowerCase());
  }
  return places;
}
