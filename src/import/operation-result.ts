/** What an operation answers when it has done its work, where that is one shape of JSON that the language can say. */
import type { FieldType, Type } from "../values/type.js";
import { SchemaReader } from "./json-schema.js";
import { chooseMedia } from "./media-type.js";
import { follow } from "./openapi-document.js";
import { NO_HINT } from "./scalar-schema.js";
import { isSchema, own, type Schema } from "./schema.js";

/** What an answer carries, as far as it is said. */
export interface OperationResult {
  /** Undefined where it cannot be said, or there is none. */
  readonly type: Type | undefined;
  /** Why it is not said. */
  readonly remark?: string;
  readonly about: ReadonlyMap<FieldType, string>;
  /** What reading it has cost. */
  readonly nodes: number;
}

/** A result of more parts than a person reviews is left out. */
const MAX_NODES = 300;

/** The result from the answers with a status of 200 to 299. */
export function readResult(document: Schema, operation: Schema): OperationResult {
  const responses = own(operation, "responses");
  const reader = new SchemaReader(document, { nodes: MAX_NODES, leaveOut: "writeOnly" });
  const nothing = (remark?: string): OperationResult => ({
    type: undefined,
    ...(remark === undefined ? {} : { remark: `no result is declared: ${remark}` }),
    about: reader.about,
    nodes: reader.nodes,
  });
  if (!isSchema(responses)) return nothing();
  const types: Type[] = [];
  for (const status of Object.keys(responses)
    .filter((key) => /^2(?:\d\d|XX)$/i.test(key))
    .sort()) {
    const found = follow(document, own(responses, status));
    if ("why" in found) return nothing(found.why);
    const media = chooseMedia(own(found.schema, "content"));
    if (media === undefined) continue;
    if (!media.isJson) return nothing("it is no JSON");
    const read = media.schema === undefined ? undefined : reader.read(media.schema, NO_HINT, 1);
    if (reader.isOverfull) return nothing("it has too many parts");
    if (read === undefined || read.type.kind === "json")
      return nothing(read?.remarks[0] ?? "its shape is not published");
    if (read.nullable) return nothing("it may be null");
    types.push(withoutDefaults(read.type, reader.about));
  }
  const [first] = types;
  if (first === undefined) return nothing();
  if (types.some((type) => JSON.stringify(type) !== JSON.stringify(first)))
    return nothing("it depends on the status");
  return { type: first, about: reader.about, nodes: reader.nodes };
}

/** Nothing fills in what an answer leaves out. */
function withoutDefaults(type: Type, about: Map<FieldType, string>): Type {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return { ...type, of: withoutDefaults(type.of, about) };
    case "record":
      return {
        ...type,
        fields: type.fields.map((field) => {
          const { default: fallback, ...rest } = field;
          const plain: FieldType = {
            ...rest,
            optional: field.optional || fallback !== undefined,
            type: withoutDefaults(field.type, about),
          };
          about.set(plain, about.get(field) ?? "");
          return plain;
        }),
      };
    default:
      return type;
  }
}
