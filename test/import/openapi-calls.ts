/** Calls of the operations of an OpenAPI document, built from its schemas alone, to hold what was imported against. */
import { resolve, sampleArguments } from "./sample-arguments.js";

type Json = Readonly<Record<string, unknown>>;

export interface BuiltCall {
  /** The operation's id, or its method and path. */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Names of arguments that the document requires. */
  readonly required: readonly string[];
}

/** A call of each operation with every argument that its document names, whose references lead into the document. */
export function callsOf(document: Json): readonly BuiltCall[] {
  const calls: BuiltCall[] = [];
  for (const [path, item] of Object.entries(document.paths as Json)) {
    for (const method of ["get", "post", "put", "patch", "delete"]) {
      const operation = (item as Json)[method] as Json | undefined;
      if (operation === undefined) continue;
      const name = (operation.operationId as string | undefined) ?? `${method.toUpperCase()} ${path}`;
      const parameters = [
        ...(((item as Json).parameters as Json[]) ?? []),
        ...((operation.parameters as Json[]) ?? []),
      ];
      calls.push({ name, ...callOf(document, parameters, operation) });
    }
  }
  return calls;
}

function callOf(document: Json, parameters: readonly Json[], operation: Json): Omit<BuiltCall, "name"> {
  const given = parameters
    .map((each) => deref(document, each))
    .filter((each) => each !== undefined && each.in !== "cookie" && each.name !== "X-API-Key");
  const body = operation.requestBody as Json | undefined;
  const media = Object.entries((body?.content as Json) ?? {}).find(
    ([type]) => !type.includes("xml"),
  )?.[1] as Json;
  const schema = media === undefined ? undefined : ((media.schema as Json | undefined) ?? { type: "string" });
  const sent = schema === undefined ? {} : sampleIn(document, schema);
  const isFlat = typeof sent === "object" && !Array.isArray(sent);
  const fields = (isFlat ? sent : { body: sent }) as Record<string, unknown>;
  const args: Record<string, unknown> = { ...fields };
  const required: string[] = [];
  if (body?.required === true) required.push(...(isFlat ? requiredOf(document, schema ?? {}) : ["body"]));
  for (const parameter of given) {
    const wire = Object.hasOwn(fields, parameter.name as string)
      ? `${parameter.name}__${parameter.in}`
      : (parameter.name as string);
    const content = (parameter.content as Json | undefined)?.["application/json"] as Json | undefined;
    args[wire] = sampleIn(document, (parameter.schema ?? content?.schema) as Json);
    if (parameter.required === true) required.push(wire);
  }
  return { args, required };
}

function requiredOf(document: Json, schema: Json): readonly string[] {
  const found = deref(document, schema);
  const parts = ((found.allOf as Json[] | undefined) ?? []).flatMap((part) => requiredOf(document, part));
  return [...((found.required as string[] | undefined) ?? []), ...parts];
}

function sampleIn(document: Json, schema: Json): unknown {
  return sampleArguments({ ...schema, components: document.components });
}

function deref(document: Json, value: Json): Json {
  return typeof value.$ref === "string" ? (resolve(value.$ref, document) as Json) : value;
}
