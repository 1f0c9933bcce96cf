/**
 * Describes the service as an OpenAPI 3.1 document, generated from the endpoints and the schemas that check requests.
 */
import type { z } from "zod";
import { id } from "../model/common.js";
import { problem } from "../model/problem.js";
import type { Endpoint } from "./endpoint.js";
import { examplesOf } from "./examples.js";
import { problemComponents, problemResponses } from "./open-api-problems.js";
import { type JsonSchema, namedSchemasOf } from "./wire-schema.js";

/** Tags by the first word of the path. */
const TAGS: Readonly<Record<string, readonly [name: string, description: string]>> = {
  decide: ["decisions", "Decide calls before they are made, and report what became of them."],
  outcomes: ["decisions", ""],
  sessions: ["sessions", "Remember what a model has seen and what its user said."],
  transactions: ["transactions", "Bound several calls to one piece of work."],
  approvals: ["approvals", "Answer what policies ask people for."],
};
const OPERATIONS = ["operations", "Observe the service."] as const;

/** Returns the whole document, ready to be serialised. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): object {
  const components = new Components();
  components.add(problem, "output");
  const paths: Record<string, Record<string, object>> = {};
  for (const each of endpoints) {
    const path = paths[each.path] ?? {};
    path[each.method.toLowerCase()] = operationOf(each, components);
    paths[each.path] = path;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Writ",
      version,
      summary: "A policy engine for AI agents.",
      description: "Policy engine for AI agents: allows or denies each tool call before it happens.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The service that this document was read from." }],
    tags: tags(),
    paths,
    components: {
      schemas: components.sorted(),
      responses: problemComponents(),
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description:
            "An API key, or a JWT of a configured issuer. Not checked while no authentication is configured.",
        },
      },
    },
  };
}

/** Collects named schemas, each once, and the references to them. */
class Components {
  readonly #schemas = new Map<string, unknown>();

  /** Returns a reference if the schema has a name, else the schema itself, with references inside. */
  add(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const { schema: own, definitions } = namedSchemasOf(schema, io);
    for (const [name, each] of Object.entries(definitions)) this.#schemas.set(name, refer(each, definitions));
    return refer(own, definitions) as JsonSchema;
  }

  sorted(): object {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Rewrites references to those of the document, including the values of a discriminator. */
function refer(node: unknown, definitions: Readonly<Record<string, JsonSchema>>): unknown {
  if (Array.isArray(node)) return node.map((each) => refer(each, definitions));
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => {
    if (key === "$ref" && typeof value === "string") return [key, componentOf(value)];
    if (key === "discriminator" && "oneOf" in node)
      return [key, { ...value, mapping: mappingOf(node.oneOf, value.propertyName, definitions) }];
    return [key, refer(value, definitions)];
  });
  return Object.fromEntries(entries);
}

function mappingOf(
  branches: unknown,
  property: string,
  definitions: Readonly<Record<string, JsonSchema>>,
): object {
  const named = (branches as readonly { readonly $ref: string }[]).map(({ $ref }) => {
    const { properties } = definitions[$ref.slice("#/$defs/".length)] as {
      readonly properties: Readonly<Record<string, { readonly const: string }>>;
    };
    return [properties[property]?.const, componentOf($ref)];
  });
  return Object.fromEntries(named);
}

function componentOf(reference: string): string {
  return reference.replace("#/$defs/", "#/components/schemas/");
}

function tags(): object[] {
  const named = [...Object.values(TAGS), OPERATIONS].filter(([, description]) => description !== "");
  return named.map(([name, description]) => ({ name, description }));
}

function operationOf(each: Endpoint, components: Components): object {
  const { scopes, path, query, body } = each;
  const scoped =
    scopes === "public"
      ? "Needs no credential."
      : scopes.length === 0
        ? "Takes any credential."
        : `Takes the scope ${scopes.map((scope) => `\`${scope}\``).join(" or ")}.`;
  const [tag] = TAGS[path.split("/")[1] ?? ""] ?? OPERATIONS;
  return {
    operationId: each.name,
    tags: [tag],
    summary: each.summary,
    description: scoped,
    security: scopes === "public" ? [] : [{ bearer: [] }],
    ...(path.includes("{id}") || query !== undefined ? { parameters: parametersOf(each, components) } : {}),
    ...(body === undefined ? {} : { requestBody: bodyOf(each, body, components) }),
    responses: responsesOf(each, components),
  };
}

function parametersOf({ path, query }: Endpoint, components: Components): object[] {
  const what = path.split("/")[1]?.replace(/s$/, "");
  const inPath = path.includes("{id}")
    ? [
        {
          name: "id",
          in: "path",
          required: true,
          description: `The id of the ${what}.`,
          schema: components.add(id, "input"),
        },
      ]
    : [];
  if (query === undefined) return inPath;
  const { properties = {} } = components.add(query, "input") as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
  };
  const inQuery = Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: false,
    description,
    schema,
  }));
  return [...inPath, ...inQuery];
}

function bodyOf(
  { bodyOptional, name }: Endpoint,
  body: NonNullable<Endpoint["body"]>,
  components: Components,
): object {
  const examples = examplesOf(name);
  return {
    required: bodyOptional !== true,
    content: {
      "application/json": {
        schema: components.add(body, "input"),
        ...(examples === undefined ? {} : { examples }),
      },
    },
  };
}

function responsesOf(each: Endpoint, components: Components): object {
  const description = each.status === 201 ? "Opened." : "Done.";
  return {
    [each.status]: { description, ...contentOf(each, components) },
    ...problemResponses(problemStatuses(each)),
  };
}

function contentOf({ answer, contentType }: Endpoint, components: Components): object {
  if (answer !== undefined)
    return { content: { "application/json": { schema: components.add(answer, "output") } } };
  if (contentType === undefined) return {};
  // Parameters of the type are not part of its name.
  const [type = ""] = contentType.split(";");
  return { content: { [type]: { schema: { type: type === "application/json" ? "object" : "string" } } } };
}

function problemStatuses({ body, scopes, path, unlimited, method }: Endpoint): readonly string[] {
  return [
    "400",
    ...(scopes === "public" ? [] : ["401"]),
    "403",
    ...(path.includes("{id}") || body !== undefined ? ["404"] : []),
    ...(body !== undefined || method === "DELETE" ? ["409"] : []),
    ...(body === undefined ? [] : ["413", "415", "422"]),
    ...(unlimited === true ? [] : ["429"]),
    "503",
  ];
}
