import type { Span } from "../source/source.js";
import type { Name, Value as SyntaxValue } from "../syntax/ast.js";
import { equal } from "../values/equal.js";
import { normalise } from "../values/normalise.js";
import type { JsonValue, Type, Value } from "../values/type.js";
import { parseUrlPath } from "../values/url.js";
import type { Bundle } from "./bundle.js";
import { describeType, grouped } from "./describe-type.js";
import { messages } from "./messages.js";
import { URL_PATH } from "./roots.js";

/** The type of something already reported: checks that meet it report nothing. Compare by identity. */
export const BROKEN: Type = { kind: "json" };

/**
 * The value that an author wrote, in the normal form of its type; undefined after a mistake is reported.
 *
 * Fields have their names in the language, not on the wire, and defaults of records are filled in.
 */
export function foldValue(bundle: Bundle, value: SyntaxValue, type: Type): Value | undefined {
  if (type === BROKEN) return undefined;
  switch (type.kind) {
    case "list":
    case "set":
      return foldList(bundle, value, type);
    case "map":
      return foldMap(bundle, value, type);
    case "record":
      return value.kind === "record" ? foldRecord(bundle, value, type) : wrong(bundle, value, type);
    case "span":
      if (value.kind !== "span") return wrong(bundle, value, type);
      if (value.from >= value.to) {
        return bundle.problems.add(messages.badLiteral(value.span, "this span ends before it begins"));
      }
      return { kind: "span", from: value.from, to: value.to };
    case "label":
      if (value.kind !== "name") return wrong(bundle, value, type, "labels are names, without quotes");
      return bundle.find("label", value.name, "label")?.id;
    case "json":
      return toJson(bundle, value);
    default:
      return foldScalar(bundle, value, type);
  }
}

function foldScalar(bundle: Bundle, value: SyntaxValue, type: Type): Value | undefined {
  switch (value.kind) {
    case "bool":
      return type.kind === "bool" ? value.value : wrong(bundle, value, type);
    case "number":
      if (type.kind !== "int" && type.kind !== "number") return wrong(bundle, value, type);
      return foldNumber(bundle, value.value, value.span, type);
    case "duration":
      return type.kind === "duration" ? value.ms : wrong(bundle, value, type);
    case "timestamp":
      return type.kind === "time" ? value.ms : wrong(bundle, value, type);
    case "string":
      return foldText(bundle, value.value, value.span, type);
    default:
      return wrong(bundle, value, type);
  }
}

function foldNumber(
  bundle: Bundle,
  value: number,
  span: Span,
  type: { readonly kind: "int" | "number"; readonly min?: number; readonly max?: number },
): number | undefined {
  if (type.kind === "int" && !Number.isSafeInteger(value)) {
    return bundle.problems.add(messages.badLiteral(span, `\`${grouped(value)}\` is no int`));
  }
  if (!Number.isFinite(value) || value < (type.min ?? -Infinity) || value > (type.max ?? Infinity)) {
    return bundle.problems.add(
      messages.badLiteral(span, `\`${grouped(value)}\` is not within \`${describeType(type as Type)}\``),
    );
  }
  return value;
}

/** A text literal as a value of a type that is written as text; undefined after it is reported that it is not one. */
export function foldText(bundle: Bundle, text: string, span: Span, type: Type): Value | undefined {
  const problem = (message: string) => bundle.problems.add(messages.badLiteral(span, message));
  switch (type.kind) {
    case "text": {
      const length = [...text].length;
      if (length > type.max || length < (type.min ?? 0)) {
        return problem(`a text of ${length} characters does not fit \`${describeType(type)}\``);
      }
      return text;
    }
    case "union":
      bundle.report({ kind: "choice", text, span, of: "option", options: type.options });
      return type.options.includes(text)
        ? text
        : bundle.problems.add(messages.notAnOption(text, span, type.options));
    case "email":
    case "url":
    case "domain":
    case "path":
    case "ip": {
      if (type === URL_PATH) return parseUrlPath(text) ?? problem(`\`${text}\` is no path of a URL`);
      const folded = normalise(type, text);
      return folded.ok
        ? folded.value
        : problem(`\`${text}\` is no ${type.kind}: ${folded.problems[0]?.message}`);
    }
    default:
      return bundle.problems.add(
        messages.wrongType(span, { kind: "text", max: 4096 }, `\`${describeType(type)}\``),
      );
  }
}

function foldList(
  bundle: Bundle,
  value: SyntaxValue,
  type: Type & { readonly kind: "list" | "set" },
): Value | undefined {
  if (value.kind !== "list") return wrong(bundle, value, type);
  if (value.items.length > type.max) {
    return bundle.problems.add(
      messages.badLiteral(value.span, `${value.items.length} elements do not fit \`${describeType(type)}\``),
    );
  }
  const items = value.items.map((item) => foldValue(bundle, item, type.of));
  if (items.includes(undefined)) return undefined;
  const folded = items as Value[];
  if (type.kind === "list") {
    if (folded.length >= (type.min ?? 0)) return folded;
    return bundle.problems.add(messages.badLiteral(value.span, `at least ${type.min} elements are wanted`));
  }
  return withoutRepeats(folded);
}

/** The values without duplicates, in order of first appearance: the content of a set. */
export function withoutRepeats(values: readonly Value[]): Value[] {
  if (values.every((value) => typeof value === "string" || typeof value === "number")) {
    return [...new Set(values)];
  }
  const kept: Value[] = [];
  for (const value of values) if (!kept.some((other) => equal(other, value))) kept.push(value);
  return kept;
}

function foldMap(
  bundle: Bundle,
  value: SyntaxValue,
  type: Type & { readonly kind: "map" },
): Value | undefined {
  if (value.kind !== "record") return wrong(bundle, value, type);
  if (value.entries.length > type.max) {
    return bundle.problems.add(messages.badLiteral(value.span, `at most ${type.max} entries are wanted`));
  }
  const map = new Map<string, Value>();
  let whole = true;
  for (const entry of value.entries) {
    const folded = foldValue(bundle, entry.value, type.of);
    if (folded === undefined) whole = false;
    else map.set(entry.name.text, folded);
  }
  return whole ? map : undefined;
}

function foldRecord(
  bundle: Bundle,
  value: SyntaxValue & { readonly kind: "record" },
  type: Type & { readonly kind: "record" },
): Value | undefined {
  const record: Record<string, Value> = Object.create(null);
  const seen = new Map<string, Name>();
  let whole = true;
  for (const entry of value.entries) {
    const field = type.fields.find((candidate) => candidate.name === entry.name.text);
    const found = field === undefined ? [] : [field];
    bundle.report({ kind: "field", text: entry.name.text, span: entry.name.span, found, all: type.fields });
    const earlier = seen.get(entry.name.text);
    seen.set(entry.name.text, entry.name);
    if (field === undefined || earlier !== undefined) {
      bundle.problems.add(
        earlier === undefined
          ? messages.unknownField(
              type.name ?? "this record",
              entry.name.text,
              entry.name.span,
              type.fields.map((candidate) => candidate.name),
            )
          : messages.duplicate("field", entry.name.text, entry.name.span, earlier.span),
      );
      whole = false;
      continue;
    }
    const folded = foldValue(bundle, entry.value, field.type);
    if (folded === undefined) whole = false;
    else record[field.name] = folded;
  }
  const missing = type.fields.filter(
    (field) =>
      !seen.has(field.name) && !field.optional && field.default === undefined && field.type !== BROKEN,
  );
  // A field whose name is mistyped is also missing under its correct name: report one mistake, not two.
  if (missing.length > 0 && whole) {
    const names = missing.map((field) => `\`${field.name}\``).join(", ");
    return bundle.problems.add(
      messages.badLiteral(
        value.span,
        `${names} ${missing.length === 1 ? "is" : "are"} missing`,
        "write it into the record",
      ),
    );
  }
  for (const field of type.fields) {
    if (field.default !== undefined && !seen.has(field.name)) record[field.name] = field.default;
  }
  return whole ? record : undefined;
}

function toJson(bundle: Bundle, value: SyntaxValue): JsonValue | undefined {
  switch (value.kind) {
    case "string":
    case "number":
    case "bool":
      return value.value;
    case "list": {
      const items = value.items.map((item) => toJson(bundle, item));
      return items.includes(undefined) ? undefined : (items as JsonValue[]);
    }
    case "record": {
      const record: Record<string, JsonValue> = Object.create(null);
      for (const entry of value.entries) {
        const folded = toJson(bundle, entry.value);
        if (folded === undefined) return undefined;
        record[entry.name.text] = folded;
      }
      return record;
    }
    case "duration":
    case "timestamp":
      return value.raw;
    default:
      return bundle.problems.add(
        messages.badLiteral(value.span, "json holds texts, numbers, true and false, lists and records"),
      );
  }
}

/** Reports that a value does not have its type. */
function wrong(bundle: Bundle, value: SyntaxValue, type: Type, help?: string): undefined {
  const given = value.kind === "string" ? "text" : value.kind === "timestamp" ? "time" : value.kind;
  return bundle.problems.add(
    messages.mismatch(value.span, `expected \`${describeType(type)}\`, found a ${given}`, help),
  );
}
