/** Describes references in Markdown, for hovers and completion. */
import { describeType } from "../check/describe-type.js";
import { functionShape } from "../check/expressions/functions.js";
import type { Entry } from "../check/names.js";
import type { FunctionName, Root } from "../check/program.js";
import type { Reference } from "../check/reference.js";
import type { FieldType, Type } from "../values/type.js";
import type { Analysis } from "./analysis.js";

/** The maximum number of lines shown of a declaration. */
const MAX_LINES = 14;

/** Describes a reference; undefined if there is nothing to say. */
export function describeReference(reference: Reference, analysis: Analysis): string | undefined {
  switch (reference.kind) {
    case "declared":
    case "pattern": {
      const parts = reference.entries.slice(0, 5).map((entry) => describeEntry(entry, analysis));
      return parts.length === 0 ? undefined : parts.join("\n\n---\n\n");
    }
    case "field": {
      const [field] = reference.found;
      return field && describeField(field, analysis);
    }
    case "variable":
      return code(`${reference.text}: ${describeType(reference.variable.type)}`);
    case "root":
      return `${code(`${reference.text}: ${expanded(reference.type)}`)}\n\n${ROOTS[reference.root]}`;
    case "function":
      return describeFunction(reference.name);
    default:
      return undefined;
  }
}

/** Describes a declared name: its declaration, its documentation, and its qualified name if that differs. */
export function describeEntry(entry: Entry, analysis: Analysis): string {
  const { doc, span } = entry.declaration;
  const source = analysis.loaded.sources.get(span.file);
  const lines = (source?.slice(span) ?? entry.name).split(/\r\n|\r|\n/);
  const shown = lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), "  …"] : lines;
  const full = entry.id === entry.name ? [] : [`\`${entry.id}\` in \`${span.file}\``];
  return [code(shown.join("\n")), ...(doc === undefined ? [] : [doc.trim()]), ...full].join("\n\n");
}

/** Describes a field: its type and its documentation. */
export function describeField(field: FieldType, analysis: Analysis): string {
  const written = analysis.fields.get(field);
  const source = written && analysis.loaded.sources.get(written.span.file);
  const text = source === undefined || written === undefined ? undefined : source.slice(written.span);
  const shape = `${field.name}${field.optional ? "?" : ""}: ${expanded(field.type)}`;
  const guard = field.optional
    ? [`May be absent: guard it with \`has …\`, or give a value with \`… else …\`.`]
    : [];
  const differs = text !== undefined && text.length < 200 && text.replace(/\s+/g, " ") !== shape;
  return [code(shape), ...(differs ? [code(text)] : []), ...guard].join("\n\n");
}

/** Describes a function: its signature and its result. */
export function describeFunction(name: FunctionName): string {
  return `${code(functionShape(name))}\n\n${FUNCTIONS[name]}`;
}

/** Describes a root of conditions in a sentence. */
export function describeRoot(root: Root): string {
  return ROOTS[root];
}

function code(text: string): string {
  const fence = text.includes("```") ? "~~~~" : "```";
  return `${fence}writ\n${text}\n${fence}`;
}

/** A record without a name is shown by its fields. */
function expanded(type: Type): string {
  if (type.kind !== "record" || type.fields.length === 0 || type.fields.length > 24)
    return describeType(type);
  const fields = type.fields.map(
    (field) => `${field.name}${field.optional ? "?" : ""}: ${describeType(field.type)}`,
  );
  return `{ ${fields.join("  ")} }`;
}

const ROOTS: { readonly [root in Root]: string } = {
  args: "The arguments of the call: over several tools, the fields that they share.",
  tool: "The tool that is called, as the catalogue has it.",
  user: "The user at the beginning of the chain; absent if no user is involved.",
  agent: "The agent that acts, the last of the chain.",
  chain: "Everyone from the user to the acting agent.",
  context: "What the caller tells of the situation, as `schema context` declares it.",
  session: "What the model has seen in this session: its labels only grow.",
  txn: "The open transaction that the call belongs to, if it names one.",
  labels: "The labels that this call carries.",
  now: "The time of the decision.",
  reported: "What the outcome of the call will report.",
};

const FUNCTIONS: { readonly [name in FunctionName]: string } = {
  size: "How many elements a list, set or map has, or characters a text.",
  keys: "The keys of a map, as a list.",
  values: "The values of a map, as a list.",
  under: "Whether a path is a folder or lies below it.",
  lower: "A text in lower case.",
  contains: "Whether a text holds another one, anywhere and across lines.",
  starts_with: "Whether a text begins with another one.",
  ends_with: "Whether a text ends with another one.",
  texts:
    "Every text in the arguments: also keys, `json` and advisory fields. For `deny`, `require` and `limit` only.",
  weekday: 'The day of the week in a time zone: `"mon"` to `"sun"`.',
  hour: "The hour of the day in a time zone, 0 to 23.",
  minute: "The minute of the hour in a time zone, 0 to 59.",
  labels_of: "The labels of one argument, wherever its value was seen before.",
  stated: "Whether the user's own words name the value of an argument.",
};
