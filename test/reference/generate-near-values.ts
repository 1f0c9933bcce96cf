/** Pairs of JSON that differ little: in case, in one character, in an escape, in the order of a set. */
import type { FieldType, JsonValue, Type } from "../../src/values/type.js";
import type { Draw } from "./draw.js";
import { EMAILS, validJson } from "./generate-values.js";

const SEEDS: Readonly<Record<string, readonly string[]>> = {
  email: [
    ...EMAILS,
    "o'brien@x.example",
    "a.b+c@bücher.de",
    "jo@a.example",
    '"a b"@x.com',
    "=?u?q?a?=@x.com",
    "a%b@x.com",
  ],
  url: [
    "https://acme.com/",
    "https://acme.com/a/b",
    "https://acme.com/a%20b?x=%25#y",
    "http://10.0.0.1/x",
    "https://[::1]/",
    "https://[64:ff9b::10.0.0.1]/",
    "https://app.localhost/",
    "https://db.internal/",
    "s3://bucket/key",
    "https://bücher.de/ü",
    "https://acme.com:443/~a",
    "https://acme.com:8443/%61;x",
    "https://acme.com//a",
    "https://acme.com/a/../b",
    "https://1.nip.io/",
    "https://shop.example/",
    "https://x.co.uk/%EF%BC%8Fa",
    "https://user@acme.com/",
    "https://127.1/",
    "https://x.onion/",
  ],
  domain: [
    "acme.com",
    "ACME.com",
    "bücher.de",
    "xn--bcher-kva.de",
    "a-b.c_d.com",
    "localhost",
    "acme.com.",
    "аcme.com",
  ],
  ip: [
    "10.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:a00:1::",
    "::10.0.0.1",
    "::1",
    "::",
    "2001:db8::1",
    "2001:0:1::f5ff:fffe",
    "169.254.1.1",
    "fe80::1",
    "fc00::1",
    "8.8.8.8",
    "2606:4700::1",
    "100.64.0.1",
    "0.0.0.0",
    "::ffff:0:10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "224.0.0.1",
    "4000::1",
    "3fff::1",
    "2001:20::1",
    "198.51.100.7",
  ],
  path: [
    "/srv/work/a",
    "a/b",
    "/srv/work",
    "/srv/workshop/b",
    "./c",
    "/a//b/",
    "/a/../b",
    "/A/b",
    "/a/%62",
    "~/x",
    "$HOME/x",
    "C:/x",
    "file:///x",
    "/a/~b",
    "/a b",
    "//h/x",
    "/x/%TEMP%/y",
    "/a:b",
    "a:b/c",
  ],
  time: [
    "2026-12-20T00:00:00Z",
    "2026-12-20T01:00:00+01:00",
    "2026-12-20t00:00:00.000z",
    "2024-02-29T23:59:59.123Z",
    "2023-02-29T00:00:00Z",
  ],
  duration: [
    "1h30m",
    "PT1H30M",
    "90m",
    "PT90M",
    "P1D",
    "24h",
    "0ms",
    "PT0S",
    "PT0.25S",
    "250ms",
    "1w",
    "P7D",
    "P1DT",
    "m1",
  ],
  span: [
    "2026-12-15T00:00:00Z .. 2027-01-05T06:00:00Z",
    "2026-12-15T00:00:00Z..2027-01-05T06:00:00Z",
    "2026-12-15T01:00:00+01:00 .. 2027-01-05T06:00:00Z",
  ],
  label: ["pii", "acme.pii", "Pii", "_a", "a.B"],
  text: ["bob", "Bob", "bob_", " bob", "é", "e\u0301", "ﬁ", "fi", "", "a\u200bb", "\ud83d\ude00", "\ud800"],
};

const FIELD = { optional: false, labels: [], advisory: false };

/** A type of any kind; of a record, fields of other wire names, optional ones, advisory ones and defaults. */
export function typeOfEveryKind(draw: Draw, depth = 0): Type {
  const inner = (): Type => typeOfEveryKind(draw, depth + 1);
  const plain = draw.pick<Type>([
    { kind: "bool" },
    { kind: "int", min: -3, max: 9 },
    { kind: "number" },
    { kind: "text", max: 12 },
    { kind: "union", options: ["EUR", "eur", "USD"] },
    { kind: "path" },
    { kind: "path", root: "/srv/work" },
    { kind: "json" },
    ...(
      ["email", "url", "domain", "ip", "email", "url", "ip", "time", "duration", "span", "label"] as const
    ).map((kind) => ({ kind })),
  ]);
  if (depth > 1) return plain;
  return draw.weighted<Type>([
    [5, () => plain],
    [1, () => ({ kind: "list", of: inner(), max: 4 })],
    [2, () => ({ kind: "set", of: inner(), max: 4 })],
    [1, () => ({ kind: "map", of: inner(), max: 4 })],
    [
      2,
      () => {
        const fields: FieldType[] = [
          {
            ...FIELD,
            name: "a",
            wire: draw.pick(["a", "a-b", "__proto__"]),
            type: inner(),
            optional: draw.chance(0.3),
          },
          {
            ...FIELD,
            name: "b",
            wire: "b",
            type: inner(),
            optional: draw.chance(0.3),
            advisory: draw.chance(0.4),
          },
          { ...FIELD, name: "c", wire: "c", type: { kind: "text", max: 9 }, default: "x" },
        ];
        return { kind: "record", fields: draw.some(fields, 1, 3) };
      },
    ],
  ]);
}

/** Two that are alike or nearly so. */
export function nearJson(draw: Draw, type: Type): readonly [JsonValue, JsonValue] {
  const one = jsonOf(draw, type);
  return [one, draw.chance(0.15) ? one : nearTo(draw, type, one)];
}

function jsonOf(draw: Draw, type: Type): JsonValue {
  const seeds = SEEDS[type.kind];
  if (seeds !== undefined) return draw.pick(seeds);
  switch (type.kind) {
    case "list":
    case "set":
      return draw.times(0, Math.min(3, type.max), () => jsonOf(draw, type.of));
    case "map":
      return objectOf(
        draw.some(["k", "K", "k ", "__proto__"], 0, 3).map((key) => [key, jsonOf(draw, type.of)]),
      );
    case "record":
      return objectOf(
        type.fields
          .filter((field) => !((field.optional || field.default !== undefined) && draw.chance(0.4)))
          .map((field) => [field.wire, jsonOf(draw, field.type)]),
      );
    case "number":
      return draw.pick([0, -0, 0.1, 0.30000000000000004, 0.3, 1, 1e21, 2 ** 53, 5e-324, -1]);
    default:
      return validJson(draw, type);
  }
}

/** Defined member by member, for `__proto__` would set a prototype. */
function objectOf(members: readonly (readonly [string, JsonValue])[]): JsonValue {
  return JSON.parse(
    `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`,
  );
}

function nearTo(draw: Draw, type: Type, json: JsonValue): JsonValue {
  if (typeof json === "string") return draw.chance(0.2) ? jsonOf(draw, type) : nearText(draw, json);
  if (typeof json === "number")
    return draw.pick<JsonValue>([json, -json, json + 1, json + Number.EPSILON, String(json), json + 0.5]);
  if (Array.isArray(json) && (type.kind === "list" || type.kind === "set")) {
    const items = json as readonly JsonValue[];
    return draw.weighted<JsonValue>([
      [3, () => [...items].reverse()],
      [2, () => items.map((item) => (draw.chance(0.5) ? nearTo(draw, type.of, item) : item))],
      [1, () => [...items, ...items.slice(0, 1)]],
      [1, () => items.slice(1)],
    ]);
  }
  if (typeof json === "object" && json !== null && (type.kind === "map" || type.kind === "record")) {
    const members = Object.entries(json as { [key: string]: JsonValue }).map(([key, value]) => {
      const of = type.kind === "map" ? type.of : type.fields.find((field) => field.wire === key)?.type;
      return [key, of !== undefined && draw.chance(0.5) ? nearTo(draw, of, value) : value] as const;
    });
    return objectOf(
      draw.weighted([
        [4, () => (draw.chance(0.5) ? [...members].reverse() : members)],
        [1, () => members.slice(1)],
        [1, () => [...members.filter(([key]) => key !== "b"), ["b", draw.chance(0.5) ? null : 1] as const]],
      ]),
    );
  }
  return draw.chance(0.7) ? json : jsonOf(draw, type);
}

const MARKS = [
  "_",
  "*",
  ".",
  "/",
  " ",
  "-",
  "'",
  "%",
  "%20",
  "%2e",
  ";",
  "@",
  "!",
  "=",
  "?",
  "#",
  ":",
  "~",
  "$",
  "\\",
  "\u200b",
  "0",
  "a",
  "é",
  "(",
  ")",
  "+",
];
function nearText(draw: Draw, text: string): string {
  const at = draw.int(0, text.length);
  const swap = (of: string): string => (of === of.toLowerCase() ? of.toUpperCase() : of.toLowerCase());
  return draw.weighted([
    [2, () => text + draw.pick(MARKS)],
    [1, () => draw.pick(MARKS) + text],
    [2, () => text.slice(0, at) + draw.pick(MARKS) + text.slice(at)],
    [1, () => text.slice(0, at) + text.slice(at + 1)],
    [2, () => text.slice(0, at) + swap(text.slice(at, at + 1)) + text.slice(at + 1)],
    [1, () => text.toUpperCase()],
    [1, () => text.toLowerCase()],
    [1, () => text.normalize(draw.pick(["NFC", "NFD", "NFKC"]))],
    [1, () => text.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
    [1, () => text],
  ]);
}
