/** The part of JSON Schema that says texts, numbers and choices, as types of the language. */
import { DEFAULT_TEXT_MAX, type Type } from "../values/type.js";
import { guessTextType } from "./guess-type.js";
import { numberLiteral, plainLine } from "./names.js";
import { count, finite, isSchema, own, type Schema, textOf } from "./schema.js";

/** A type and what a reviewer should know about it. */
export interface ImportedType {
  readonly type: Type;
  /** Also admits null: the field that holds it may be left out instead. */
  readonly nullable: boolean;
  readonly remarks: readonly string[];
}

/** What is said around a schema: the name of the field, and its descriptions. */
export interface Hint {
  readonly name: string;
  readonly about: string;
  /** Names of the value's fields in the description, if they differ from those on the wire. */
  readonly called?: ReadonlyMap<string, string>;
}

/** For a value that has no name. */
export const NO_HINT: Hint = { name: "", about: "" };

/** Represents what the language cannot express. Compare by identity, because a `json` in a schema looks the same. */
export const JSON_TYPE: Type = { kind: "json" };
/** Options of a choice, and variants of a schema, that are looked at. */
export const MAX_OPTIONS = 256;
const MAX_TEXT = 1_000_000;
const MAX_CONTENT = 20_000;
const CONTENT =
  /\b(?:body|content|contents|html|markdown|code|snippet|script|source|sql|query|prompt|message|messages|text|description|summary|comment|diff|patch|payload|data|base64|yaml|json|xml|csv|template|instructions|thought|document|expression|function)\b/i;
const FORMATS: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["email", { kind: "email" }],
  ["idn-email", { kind: "email" }],
  ["uri", { kind: "url" }],
  ["url", { kind: "url" }],
  ["iri", { kind: "url" }],
  ["date-time", { kind: "time" }],
  ["duration", { kind: "duration" }],
  ["ipv4", { kind: "ip" }],
  ["ipv6", { kind: "ip" }],
  ["hostname", { kind: "domain" }],
  ["idn-hostname", { kind: "domain" }],
  ["uuid", { kind: "text", min: 36, max: 36 }],
  ["date", { kind: "text", min: 10, max: 10 }],
]);

/** Said of what may be null and nothing else. */
export const ONLY_NULL = "only null is allowed";

/** Whether a schema, as one of several, admits null alone. */
export function isOnlyNull(schema: unknown): boolean {
  if (schema === null) return true;
  if (!isSchema(schema)) return false;
  const [type, choices] = [own(schema, "type"), own(schema, "enum")];
  const isNull = (value: unknown): boolean => value === null || value === "null";
  return (
    type === "null" ||
    (Array.isArray(type) && type.length > 0 && type.every(isNull)) ||
    own(schema, "const") === null ||
    (Array.isArray(choices) && choices.length > 0 && choices.every((choice) => choice === null))
  );
}

/** The type for what cannot be said, with the reason why. */
export function json(...remarks: readonly string[]): ImportedType {
  return as(JSON_TYPE, remarks);
}

/** A type that does not admit null. */
export function as(type: Type, remarks: readonly string[] = []): ImportedType {
  return { type, nullable: false, remarks };
}

/** A text, by its format where the language has a type for it, else by its length. */
export function text(schema: Schema, hint: Hint): ImportedType {
  const remarks: string[] = [];
  const pattern = textOf(schema, "pattern");
  if (pattern !== undefined) remarks.push(`the schema asks for the pattern ${plainLine(pattern, 60)}`);
  const format = textOf(schema, "format");
  const known = format === undefined ? undefined : FORMATS.get(format);
  if (known !== undefined) return as(known, remarks);
  const guessed = guessTextType(hint.name, format, hint.about);
  if (guessed !== undefined) return as(guessed.type, [...remarks, guessed.remark]);
  if (format !== undefined) remarks.push(`the schema asks for the format ${plainLine(format, 40)}`);
  const least = Math.min(count(schema, "minLength") ?? 0, MAX_TEXT);
  const said = count(schema, "maxLength");
  const usual = Math.max(
    CONTENT.test(`${spaced(hint.name)} ${hint.about}`) ? MAX_CONTENT : DEFAULT_TEXT_MAX,
    least,
  );
  const max = Math.min(Math.max(said ?? usual, 1), MAX_TEXT);
  return as(least > 0 && least <= max ? { kind: "text", min: least, max } : { kind: "text", max }, remarks);
}

function spaced(name: string): string {
  return name.replace(/[_-]|(?<=[a-z])(?=[A-Z])/g, " ");
}

/** A number with inclusive bounds; one that has a bound on one side gets the largest exact whole number on the other. */
export function number(schema: Schema, written: "integer" | "number"): ImportedType {
  const remarks: string[] = [];
  const multiple = own(schema, "multipleOf");
  const kind = written === "integer" || multiple === 1 ? "int" : "number";
  if (multiple !== undefined && multiple !== 1)
    remarks.push(`a multiple of ${plainLine(String(multiple), 20)}`);
  const low = end(schema, "minimum", "exclusiveMinimum", kind, 1, remarks);
  const high = end(schema, "maximum", "exclusiveMaximum", kind, -1, remarks);
  if (low === undefined && high === undefined) return as({ kind }, remarks);
  const min = low ?? -Number.MAX_SAFE_INTEGER;
  const max = high ?? Number.MAX_SAFE_INTEGER;
  if (min > max) return as({ kind }, [...remarks, "the schema's bounds exclude each other"]);
  return as({ kind, min, max }, remarks);
}

/** One bound, inclusive; an exclusive one of a number is kept as the next wider one, with a remark. */
function end(
  schema: Schema,
  inclusive: string,
  exclusive: string,
  kind: "int" | "number",
  inward: 1 | -1,
  remarks: string[],
): number | undefined {
  const outer = finite(own(schema, inclusive));
  const strict = own(schema, exclusive);
  const inner = strict === true ? outer : finite(strict);
  let bound =
    inner === undefined
      ? outer
      : outer === undefined
        ? inner
        : inward * Math.max(inward * inner, inward * outer);
  if (bound === undefined) return undefined;
  const isStrict = inner !== undefined && bound === inner;
  if (kind === "int") {
    const whole = inward === 1 ? Math.ceil(bound) : Math.floor(bound);
    bound = isStrict && whole === bound ? whole + inward : whole;
    bound = Math.min(Math.max(bound, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  } else if (isStrict) remarks.push(`${bound} itself is excluded`);
  return numberLiteral(bound) === undefined ? undefined : bound;
}

/** The allowed values of an `enum` or `const`. */
export function choice(choices: readonly unknown[]): ImportedType {
  const nullable = choices.includes(null);
  const real = [...new Set(choices.slice(0, MAX_OPTIONS + 1))].filter((option) => option !== null);
  if (real.length === 0 && nullable) return { ...json(ONLY_NULL), nullable };
  if (real.length === 0) return json("no value is allowed");
  if (real.length > MAX_OPTIONS) return { ...json("too many values are allowed to list them"), nullable };
  if (real.every((option) => typeof option === "boolean"))
    return { type: { kind: "bool" }, nullable, remarks: [] };
  if (
    real.every(
      (option): option is number => typeof option === "number" && numberLiteral(option) !== undefined,
    )
  ) {
    const kind = real.every(Number.isInteger) ? "int" : "number";
    const min = Math.min(...real);
    const max = Math.max(...real);
    const isRange = kind === "int" && max - min + 1 === real.length;
    const remarks = isRange ? [] : [`the schema allows ${plainLine(real.join(", "), 60)} alone`];
    return { type: { kind, min, max }, nullable, remarks };
  }
  const texts = real.filter((option): option is string => typeof option === "string" && option.length <= 500);
  if (texts.length !== real.length)
    return { ...json("its allowed values are of several kinds, or too long"), nullable };
  return { type: { kind: "union", options: texts }, nullable, remarks: [] };
}

/** The one type that takes what any of these takes; undefined where only `json` does. */
export function join(types: readonly Type[]): Type | undefined {
  const [first] = types;
  if (first === undefined) return undefined;
  if (types.every((type) => JSON.stringify(type) === JSON.stringify(first))) return first;
  const options = types.flatMap((type) => (type.kind === "union" ? type.options : []));
  if (types.every((type) => type.kind === "union")) return { kind: "union", options: [...new Set(options)] };
  if (types.every((type) => type.kind === "int" || type.kind === "number")) {
    return { kind: types.every((type) => type.kind === "int") ? "int" : "number" };
  }
  const lengths = types.map((type) =>
    type.kind === "text"
      ? type.max
      : type.kind === "union"
        ? Math.max(...type.options.map((option) => option.length))
        : undefined,
  );
  if (lengths.includes(undefined)) return undefined;
  return { kind: "text", max: Math.max(...(lengths as number[]), 1) };
}
