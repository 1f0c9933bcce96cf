/** Arbitrary types, and JSON that fits them, for property tests. */
import fc from "fast-check";
import { normalise } from "../../src/values/normalise.js";
import type { FieldType, RecordType, Type } from "../../src/values/type.js";
import { parseUrl } from "../../src/values/url.js";

/** A field as the checker would give it, with what a test says differently. */
export function field(name: string, type: Type, other: Partial<FieldType> = {}): FieldType {
  return { name, wire: name, optional: false, type, labels: [], advisory: false, ...other };
}

export function record(...fields: readonly FieldType[]): RecordType {
  return { kind: "record", fields };
}

const FITTING: readonly (readonly [Type, fc.Arbitrary<unknown>])[] = [
  [{ kind: "bool" }, fc.boolean()],
  [{ kind: "int", min: -5, max: 900 }, fc.integer({ min: -5, max: 900 })],
  [{ kind: "number" }, fc.double({ noNaN: true, noDefaultInfinity: true })],
  [{ kind: "text", min: 1, max: 12 }, fc.string({ minLength: 1, maxLength: 12, unit: "binary" })],
  [{ kind: "union", options: ["EUR", "USD"] }, fc.constantFrom("EUR", "USD")],
  [{ kind: "duration" }, fc.constantFrom("1h30m", "PT0.25S", "P2W", "250ms", "P1DT1M")],
  [{ kind: "time" }, fc.constantFrom("2026-12-20T00:00:00Z", "2024-02-29T23:59:59.123+02:00")],
  [{ kind: "span" }, fc.constant("2026-12-15T00:00:00Z .. 2027-01-05T06:00:00.5Z")],
  [{ kind: "email" }, fc.constantFrom("ana@ACME.com", "a.b+c@bücher.de")],
  [{ kind: "url" }, fc.webUrl({ withQueryParameters: true }).filter((url) => parseUrl(url) !== undefined)],
  [{ kind: "domain" }, fc.domain()],
  [{ kind: "ip" }, fc.oneof(fc.ipV4(), fc.ipV6())],
  [{ kind: "path", root: "/srv/work" }, fc.constantFrom("a/b", "/srv/work", "x/./y//z/../w")],
  [{ kind: "label" }, fc.constantFrom("pii", "acme.pii")],
  [{ kind: "json" }, fc.jsonValue({ maxDepth: 3 })],
];

/** The elements that a set of the type may hold together. */
function distinct(of: Type, json: readonly unknown[]): readonly unknown[] {
  const set: Type = { kind: "set", of, max: 5 };
  return json.filter((element, at) => normalise(set, [...json.slice(0, at), element]).ok || at === 0);
}

/** A type together with JSON that fits it. */
export const typeAndJson: fc.Arbitrary<{ type: Type; json: unknown }> = fc.letrec<{
  any: { type: Type; json: unknown };
}>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom(...FITTING).chain(([type, json]) => json.map((value) => ({ type, json: value }))),
    fc
      .tuple(fc.constantFrom(...FITTING), fc.constantFrom("list", "set", "map"))
      .chain(([[of, element], kind]) =>
        kind === "map"
          ? fc.dictionary(fc.string({ unit: "binary" }), element, { maxKeys: 4 }).map((json) => ({
              type: { kind: "map", of, max: 8 } as Type,
              json: JSON.parse(JSON.stringify(json)),
            }))
          : fc
              .array(element, { maxLength: 5 })
              .map((json) => (kind === "set" ? distinct(of, json) : json))
              .map((json) => ({ type: { kind, of, max: 5 } as Type, json: json as unknown })),
      ),
    fc
      .uniqueArray(
        fc.record({
          name: fc.constantFrom("a", "constructor", "__proto__", "toString"),
          member: tie("any"),
          present: fc.boolean(),
        }),
        { selector: ({ name }) => name, maxLength: 4 },
      )
      .map((members) => ({
        type: record(
          ...members.map(({ name, member }) =>
            field(name, member.type, { wire: `${name}-x`, optional: true }),
          ),
        ),
        json: Object.fromEntries(
          members.filter(({ present }) => present).map(({ name, member }) => [`${name}-x`, member.json]),
        ),
      })),
  ),
})).any;
