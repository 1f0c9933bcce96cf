/** Some value of a type, as it is written in a test. */
import { formatTime } from "../values/time.js";
import type { RecordType, Type } from "../values/type.js";

const SOME_TIME = formatTime(Date.UTC(2026, 0, 5, 9));

/** Arguments that fit: the plainest, then with each other word of a union, or the other truth, in one place. */
export function sampleArguments(record: RecordType): readonly string[] {
  const fields = record.fields.filter((field) => !field.optional && field.default === undefined);
  const plain = fields.map(({ name, type }) => `${name}: ${sampleValue(type)}`);
  const others = record.fields.flatMap(({ name, type }) => {
    const values = type.kind === "union" ? type.options.slice(1).map((option) => JSON.stringify(option)) : [];
    return (type.kind === "bool" ? ["false"] : values).map((value) => [
      ...plain.filter((entry) => !entry.startsWith(`${name}: `)),
      `${name}: ${value}`,
    ]);
  });
  return [plain, ...others].map(recordText);
}

function recordText(entries: readonly string[]): string {
  return entries.length === 0 ? "{ }" : `{ ${entries.join(", ")} }`;
}

/** The plainest value that fits; for a `map` or `json` an empty one. */
export function sampleValue(type: Type): string {
  switch (type.kind) {
    case "bool":
      return "true";
    case "int":
      return String(type.min ?? Math.min(1, type.max ?? 1));
    case "number":
      return String(type.min ?? Math.min(1, type.max ?? 1));
    case "text":
      return JSON.stringify("x".repeat(Math.max(1, type.min ?? 1)));
    case "union":
      return JSON.stringify(type.options[0] ?? "");
    case "path":
      return JSON.stringify(`${type.root ?? ""}/x`.replace("//", "/"));
    case "email":
      return '"someone@elsewhere.example"';
    case "url":
      return '"https://elsewhere.example/"';
    case "domain":
      return '"elsewhere.example"';
    case "ip":
      return '"192.0.2.1"';
    case "duration":
      return "1m";
    case "time":
      return SOME_TIME;
    case "list":
    case "set":
      return `[${sampleValue(type.of)}]`;
    case "record": {
      const fields = type.fields.filter((field) => !field.optional && field.default === undefined);
      return recordText(fields.map((field) => `${field.name}: ${sampleValue(field.type)}`));
    }
    case "span":
      return `${SOME_TIME} .. ${SOME_TIME}`;
    case "label":
      return '""';
    case "map":
    case "json":
      return "{ }";
  }
}
