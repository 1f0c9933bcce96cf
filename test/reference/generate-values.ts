/** Types as text, and values of them: JSON that parses, JSON that does not, and literals of the language. */
import type { FieldType, JsonValue, RecordType, Type } from "../../src/values/type.js";
import type { Draw } from "./draw.js";

/** The moment at which every generated case begins: far ahead, for the clock of a store may not be set back. */
export const START = Date.UTC(2035, 10, 20, 12, 0, 0);
const MINUTE = 60_000;

export const TEXTS = ["a", "b", "INC-1", "acme", "x y", "é", "C-1001", "a.b", "", "A", "a\nb", "x\ny"];
export const EMAILS = ["ana@acme.com", "bob@evil.org", "eve@sub.acme.com", "Ana@ACME.com"];
export const URLS = [
  "https://acme.com/",
  "https://acme.com/in/1",
  "http://evil.org/x?q=1",
  "https://sub.acme.com:8443/y",
];
export const DOMAINS = ["acme.com", "evil.org", "sub.acme.com", "ACME.com."];
export const PATHS = ["/srv/work/a", "/srv/work", "/srv/workshop/b", "/etc/passwd", "/srv/work/../x"];
export const IPS = ["10.0.0.1", "192.168.1.9", "::1", "::ffff:10.0.0.7", "2001:db8::1"];
const DURATIONS = ["0ms", "250ms", "30s", "5m", "1h30m", "1d"];
const TIMES = [-86_400_000, -MINUTE, 0, MINUTE, 86_400_000].map((offset) =>
  new Date(START + offset).toISOString(),
);

export function printType(type: Type): string {
  const number = (value: number | undefined): string => String(value ?? 0);
  switch (type.kind) {
    case "int":
    case "number":
      return type.min === undefined ? type.kind : `${type.kind}<${number(type.min)}..${number(type.max)}>`;
    case "text":
      return type.min === undefined ? `text<${type.max}>` : `text<${type.min}..${type.max}>`;
    case "path":
      return type.root === undefined ? "path" : `path<"${type.root}">`;
    case "union":
      return type.options.map((option) => JSON.stringify(option)).join(" | ");
    case "list":
    case "set":
    case "map":
      return `${type.kind}<${printType(type.of)}, ${type.max}>`;
    case "record":
      return type.name ?? printRecord(type);
    default:
      return type.kind;
  }
}
export function printRecord(type: RecordType): string {
  return `{ ${type.fields.map(printField).join("  ")} }`;
}
function printField(field: FieldType): string {
  const notes =
    field.labels.map((label) => `@label(${label}) `).join("") + (field.advisory ? "@advisory " : "");
  const value = field.default === undefined ? "" : ` = ${printDefault(field)}`;
  const wire = field.wire === field.name ? "" : ` as ${JSON.stringify(field.wire)}`;
  return `${notes}${field.name}${field.optional ? "?" : ""}: ${printType(field.type)}${value}${wire}`;
}
function printDefault(field: FieldType): string {
  return typeof field.default === "string" ? JSON.stringify(field.default) : String(field.default);
}

/** Decimal digits without an exponent, as the language writes numbers. */
export function printNumber(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}

/** JSON that the type takes. */
export function validJson(draw: Draw, type: Type): JsonValue {
  switch (type.kind) {
    case "bool":
      return draw.chance(0.5);
    case "int": {
      const [min, max] = [type.min ?? -5, type.max ?? 9];
      if (draw.chance(0.1) && type.min === undefined)
        return draw.pick([Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]);
      return draw.chance(0.3) ? draw.pick([min, max]) : draw.int(min, Math.min(max, min + 12));
    }
    case "number": {
      const [min, max] = [type.min ?? -5, type.max ?? 9];
      if (draw.chance(0.1) && type.min === undefined) return draw.pick([1e308, -1e308, 0.1]);
      return draw.chance(0.3) ? draw.pick([min, max]) : min + draw.int(0, 800) / draw.pick([1, 4, 10, 100]);
    }
    case "text": {
      const fitting = TEXTS.filter(
        (text) => [...text].length <= type.max && [...text].length >= (type.min ?? 0),
      );
      if (draw.chance(0.1)) return "z".repeat(type.max);
      return draw.pick(fitting);
    }
    case "duration":
      return draw.pick(DURATIONS);
    case "time":
      return draw.pick(TIMES);
    case "email":
      return draw.pick(EMAILS);
    case "url":
      return draw.pick(URLS);
    case "domain":
      return draw.pick(DOMAINS);
    case "path":
      if (type.root !== undefined) return draw.pick(["/srv/work/a", "a/b", "./c", "/srv/work"]);
      return draw.pick(PATHS);
    case "ip":
      return draw.pick(IPS);
    case "union":
      return draw.pick(type.options);
    case "label":
      return draw.pick(["pii", "secret", "untrusted"]);
    case "json":
      return draw.pick<JsonValue>([
        null,
        1,
        "x",
        [1, { a: null }],
        JSON.parse('{"__proto__":1,"constructor":"c"}'),
      ]);
    case "list":
      return draw.times(0, Math.min(type.max, draw.chance(0.1) ? type.max : 2), () =>
        validJson(draw, type.of),
      );
    case "set": {
      const items = draw.times(0, Math.min(type.max, 3), () => validJson(draw, type.of));
      return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
    }
    case "map": {
      const keys = draw.some(["k", "kind", "é", "constructor"], 0, type.max);
      return Object.fromEntries(keys.map((key) => [key, validJson(draw, type.of)]));
    }
    case "record":
      return validRecord(draw, type);
    case "span":
      return "2035-11-01T00:00:00Z..2035-12-01T00:00:00Z";
  }
}
export function validRecord(draw: Draw, type: RecordType): Record<string, JsonValue> {
  const json: Record<string, JsonValue> = {};
  for (const field of type.fields) {
    const leftOut = (field.optional || field.default !== undefined) && draw.chance(0.4);
    if (!leftOut) json[field.wire] = validJson(draw, field.type);
  }
  return json;
}

/** JSON that the type refuses. */
export function invalidJson(draw: Draw, type: Type): JsonValue {
  switch (type.kind) {
    case "int":
      return draw.pick<JsonValue>([1.5, "1", null, 2 ** 53, (type.max ?? 2 ** 60) + 1]);
    case "number":
      return draw.pick<JsonValue>(["1", null, true, ...(type.max === undefined ? [] : [type.max + 1])]);
    case "text":
      return draw.pick<JsonValue>([1, null, "y".repeat(type.max + 1), "\ud800"]);
    case "bool":
      return draw.pick<JsonValue>(["true", 1, null]);
    case "union":
      return draw.pick<JsonValue>(["nothing of these", null, 1]);
    case "json":
      return "\udfff";
    case "set": {
      const item = validJson(draw, type.of);
      return draw.pick<JsonValue>([null, [item, item], [[[]]]]);
    }
    case "path":
      return draw.pick<JsonValue>([type.root === undefined ? "a/b" : "/etc/passwd", "/a\u0000b", 1]);
    default:
      return draw.pick<JsonValue>([null, 7, "\u0001", { a: 1 }, [[[]]]]);
  }
}

/** A literal of the type as an author writes it; undefined where the language has none. */
export function literal(draw: Draw, type: Type): string | undefined {
  switch (type.kind) {
    case "bool":
      return draw.pick(["true", "false"]);
    case "int":
      return String(
        draw.chance(0.1) && type.max === undefined ? 1_000_000 : draw.int(0, Math.min(12, type.max ?? 12)),
      );
    case "number":
      return printNumber(draw.pick([0, 1, 2.5, 50, 100, 0.1, draw.int(0, 800) / 4]));
    case "text":
      return quote(
        draw.pick(TEXTS.filter((text) => [...text].length <= type.max && text.length >= (type.min ?? 0))),
      );
    case "duration":
      return draw.pick(["0ms", "30s", "5m", "1h30m", "1d"]);
    case "time":
      return new Date(START + draw.pick([-86_400_000, -MINUTE, 0, MINUTE, 86_400_000]))
        .toISOString()
        .replace(".000", "");
    case "email":
      return quote(draw.pick(EMAILS));
    case "url":
      return quote(draw.pick(URLS));
    case "domain":
      return quote(draw.pick(DOMAINS.slice(0, 3)));
    case "path":
      return quote(type.root === undefined ? draw.pick(PATHS) : draw.pick(["/srv/work/a", "a/b"]));
    case "ip":
      return quote(draw.pick(IPS));
    case "union":
      return quote(draw.pick(type.options));
    default:
      return undefined;
  }
}

/** A text as the language writes it. */
export function quote(text: string): string {
  const escaped = text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return `"${escaped}"`;
}
