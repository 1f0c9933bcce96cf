/** The service as an OpenAPI 3.1 document, made of the endpoints and so of the schemas that judge requests. */
import { id } from "../model/common.js";
import { problem } from "../model/problem.js";
import type { Endpoint } from "./endpoint.js";
import { jsonSchemaOf } from "./wire-schema.js";

const PROBLEM_STATUSES: Readonly<Record<string, string>> = {
  "400": "Malformed: every mistake with its JSON pointer.",
  "401": "No valid credential.",
  "403": "The credential does not permit this, or the request was meant for another host.",
  "404": "No such thing.",
  "409": "Contradicts what is known, such as a key used again for another call.",
  "413": "The body is too large.",
  "415": "The body is not JSON.",
  "422": "Cannot be carried out.",
  "429": "The service is overloaded.",
  "503": "The service cannot decide or answer now.",
};
const PUBLIC_PROBLEMS: readonly string[] = ["403", "429", "503"];

/** The whole document, ready to be serialised. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const each of endpoints) {
    const path = paths[each.path] ?? {};
    path[each.method.toLowerCase()] = operationOf(each);
    paths[each.path] = path;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Writ",
      version,
      description: "Policy engine for AI agents: allows or denies each tool call before it happens.",
      license: { name: "MIT", identifier: "MIT" },
    },
    // Wherever the document was fetched from.
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Problem: jsonSchemaOf(problem, "output") },
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "An API key, or a JWT of a configured issuer.",
        },
      },
    },
  };
}

function operationOf(each: Endpoint): object {
  const { scopes } = each;
  const scoped =
    scopes === "public" || scopes.length === 0
      ? ""
      : ` Takes the scope ${scopes.map((scope) => `\`${scope}\``).join(" or ")}.`;
  return {
    operationId: each.name,
    summary: each.summary,
    ...(scoped === "" ? {} : { description: scoped.trim() }),
    ...(scopes === "public" ? { security: [] } : { security: [{ bearer: [] }] }),
    ...(each.path.includes("{id}") || each.query !== undefined ? { parameters: parametersOf(each) } : {}),
    ...(each.body === undefined ? {} : { requestBody: bodyOf(each, each.body) }),
    responses: responsesOf(each),
  };
}

function parametersOf({ path, query }: Endpoint): object[] {
  const inPath = path.includes("{id}")
    ? [{ name: "id", in: "path", required: true, schema: jsonSchemaOf(id, "input") }]
    : [];
  if (query === undefined) return inPath;
  const { properties = {} } = jsonSchemaOf(query, "input");
  return [
    ...inPath,
    ...Object.entries(properties as object).map(([name, schema]) => ({ name, in: "query", schema })),
  ];
}

function bodyOf({ bodyOptional }: Endpoint, body: NonNullable<Endpoint["body"]>): object {
  return {
    required: bodyOptional !== true,
    content: { "application/json": { schema: jsonSchemaOf(body, "input") } },
  };
}

function responsesOf({ status, answer, contentType, scopes }: Endpoint): object {
  const content =
    answer !== undefined
      ? { content: { "application/json": { schema: jsonSchemaOf(answer, "output") } } }
      : contentType !== undefined
        ? { content: { [contentType]: { schema: { type: "string" } } } }
        : {};
  const problems = Object.entries(PROBLEM_STATUSES)
    .filter(([each]) => scopes !== "public" || PUBLIC_PROBLEMS.includes(each))
    .map(([each, description]) => [each, { description, ...PROBLEM }]);
  return { [status]: { description: "Done.", ...content }, ...Object.fromEntries(problems) };
}

const PROBLEM = {
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};
