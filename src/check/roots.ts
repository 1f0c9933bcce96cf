import type { FieldType, RecordType, Type } from "../values/type.js";
import { DEFAULT_ELEMENTS_MAX, DEFAULT_TEXT_MAX } from "../values/type.js";
import type { Bundle } from "./bundle.js";
import type { FunctionName, NameSpace, Root } from "./program.js";

/** Words that mean a root in any condition. */
export const ROOT_NAMES: ReadonlySet<string> = new Set<Root>([
  "args",
  "tool",
  "user",
  "agent",
  "chain",
  "context",
  "session",
  "txn",
  "labels",
  "now",
  "reported",
]);

/** Words that mean a function in a call. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set<FunctionName>([
  "size",
  "keys",
  "values",
  "under",
  "lower",
  "contains",
  "starts_with",
  "ends_with",
  "texts",
  "weekday",
  "hour",
  "minute",
  "labels_of",
  "stated",
]);

const text: Type = { kind: "text", max: DEFAULT_TEXT_MAX };
const count: Type = { kind: "int", min: 0 };
/** Texts that name a declaration: a literal compared with one must be such a name. Compare by identity. */
export const ROLE_TEXT: Type = { ...text };
/** A declared name of an agent. */
export const AGENT_TEXT: Type = { ...text };
/** A declared name of a tool. */
export const TOOL_TEXT: Type = { ...text };
/** The id of a tag. */
export const TAG_TEXT: Type = { ...text };
/** A declared name of a kind of transaction. */
export const TRANSACTION_TEXT: Type = { ...text };
/** The path of a URL, which unlike a file path may end in `/` and contains escapes. Compare by identity. */
export const URL_PATH: Type = { kind: "path" };
/** The kind of name that a text of such a type is. */
export const NAMING_TYPES: ReadonlyMap<Type, NameSpace> = new Map([
  [ROLE_TEXT, "role"],
  [AGENT_TEXT, "agent"],
  [TOOL_TEXT, "tool"],
  [TAG_TEXT, "tag"],
  [TRANSACTION_TEXT, "transaction"],
]);

function setOf(of: Type): Type {
  return { kind: "set", of, max: DEFAULT_ELEMENTS_MAX };
}
/** A key of a map: a word, not prose. Compare by identity. */
export const KEY_TEXT: Type = { ...text };
/** A set of labels. */
export const LABELS: Type = setOf({ kind: "label" });

function field(name: string, type: Type, optional = false): FieldType {
  return { name, wire: name, optional, type, labels: [], advisory: false };
}
function record(name: string, fields: readonly FieldType[]): RecordType {
  return { kind: "record", name, fields };
}

/** Built-in fields of the roots that a `schema` may add to. */
export const BUILT_IN_FIELDS = {
  user: [
    field("id", text),
    field("roles", setOf(ROLE_TEXT)),
    field("groups", setOf(text)),
    field("scopes", setOf(text)),
    field("acr", text, true),
    field("auth_time", { kind: "time" }, true),
  ],
  agent: [field("id", AGENT_TEXT), field("owner", text, true), field("scopes", setOf(text))],
  context: [],
} as const satisfies { readonly [schema: string]: readonly FieldType[] };

const hop = record("hop", [
  field("type", { kind: "union", options: ["user", "agent"] }),
  field("id", text),
  field("scopes", setOf(text)),
]);

/** The type of every root but `args`, which depends on the targeted tools. */
export function rootTypes(bundle: Bundle): ReadonlyMap<string, Type> {
  const hops: Type = { kind: "list", of: hop, max: bundle.delegationDepth + 1 };
  return new Map<Root, Type>([
    ["user", record("user", [...BUILT_IN_FIELDS.user, ...bundle.schemas.user.fields])],
    ["agent", record("agent", [...BUILT_IN_FIELDS.agent, ...bundle.schemas.agent.fields])],
    ["context", record("context", bundle.schemas.context.fields)],
    ["chain", record("chain", [field("depth", count), field("hops", hops)])],
    [
      "tool",
      record("tool", [
        field("name", TOOL_TEXT),
        field("tier", { kind: "int", min: 1, max: 3 }),
        field("action", { kind: "union", options: ["read", "write", "admin"] }),
        field("irreversible", { kind: "bool" }),
        field("tags", setOf(TAG_TEXT)),
      ]),
    ],
    ["session", record("session", [field("labels", LABELS), field("steps", count)])],
    [
      "txn",
      record("txn", [
        field("id", text),
        field("kind", TRANSACTION_TEXT),
        field("steps", count),
        field("age", { kind: "duration" }),
      ]),
    ],
    ["labels", LABELS],
    ["now", { kind: "time" }],
    ["reported", { kind: "number" }],
  ]);
}

/** Roots that a request may lack. */
export const OPTIONAL_ROOTS: ReadonlySet<string> = new Set<Root>(["user", "txn", "reported"]);
