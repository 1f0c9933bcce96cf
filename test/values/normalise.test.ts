import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, toWire } from "../../src/values/canonical.js";
import { compileEqual, equal } from "../../src/values/equal.js";
import { compileNormaliser, normalise, normaliseMerging } from "../../src/values/normalise.js";
import type { Type, Value } from "../../src/values/type.js";
import { field, record, typeAndJson } from "./types.js";

function problems(type: Type, json: unknown): readonly string[] {
  const result = normalise(type, json);
  return result.ok ? [] : result.problems.map(({ pointer, message }) => `${pointer}: ${message}`);
}
function value(type: Type, json: unknown): Value {
  const result = normalise(type, json);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

const text = (max: number, min?: number): Type =>
  min === undefined ? { kind: "text", max } : { kind: "text", min, max };
const refund = record(
  field("case", text(4), { wire: "case-id" }),
  field("amount", { kind: "number", min: 0, max: 100 }),
  field("currency", { kind: "union", options: ["EUR", "USD"] }, { default: "EUR" }),
  field("note", text(5), { optional: true, advisory: true }),
  field("to", { kind: "list", of: { kind: "email" }, max: 2, min: 1 }),
);

describe("normalise", () => {
  it("fills in defaults, uses the names of the language and leaves absent fields out", () => {
    const result = value(refund, { "case-id": "K-1", amount: 4, to: ["a@B.com"] }) as Record<string, unknown>;
    expect({ ...result, to: undefined }).toEqual({ case: "K-1", amount: 4, currency: "EUR", to: undefined });
    expect("note" in result).toBe(false);
    expect("toString" in result).toBe(false);
  });
  it("lists every problem with its pointer", () => {
    expect(
      problems(refund, { amount: 101, currency: "GBP", note: null, to: ["x", "a@b.com"], "a/b~c": 1 }),
    ).toEqual(
      [
        "/case-id: this field is missing",
        "/amount: expected a number from 0 to 100",
        '/currency: expected one of "EUR", "USD"',
        "/note: expected a text of at most 5 characters, got null",
        "/to/0: expected a bare e-mail address",
        "/a~1b~0c: there is no such field",
      ].map((line) => line.replace('"USD"', '"USD", got a text')),
    );
  });
  it.each([
    ["a text for a number", { kind: "number" }, "1"],
    ["a number for a text", text(9), 1],
    ["a number for a boolean", { kind: "bool" }, 0],
    ["a fraction for a whole number", { kind: "int" }, 1.5],
    ["a whole number that is not counted exactly", { kind: "int" }, 2 ** 53],
    ["a number that is not finite", { kind: "number" }, Number.POSITIVE_INFINITY],
    ["half a surrogate pair", text(9), "\ud800"],
    ["one element for a list", { kind: "list", of: text(9), max: 3 }, "a"],
    ["an object of a class", { kind: "map", of: text(9), max: 3 }, new Date()],
    ["undefined", { kind: "json" }, undefined],
    ["json that is too deep", { kind: "json" }, JSON.parse("[".repeat(70) + "]".repeat(70))],
    ["too many elements", { kind: "set", of: text(9), max: 2 }, ["a", "b", "c"]],
    ["too few elements", { kind: "list", of: text(9), min: 1, max: 2 }, []],
  ] as readonly (readonly [string, Type, unknown])[])("refuses %s", (_, type, json) => {
    expect(problems(type, json)).toHaveLength(1);
  });
  it("counts the length of a text in code points", () => {
    expect(problems(text(2), "😀😀")).toEqual([]);
    expect(problems(text(2), "😀😀😀")).toHaveLength(1);
    expect(problems(text(9, 2), "😀")).toHaveLength(1);
    expect(problems(text(9, 2), "ab")).toEqual([]);
  });
  it("makes -0 a 0", () => {
    expect(Object.is(value({ kind: "number" }, -0), 0)).toBe(true);
  });
  it("refuses an element that a set holds already, by the normal form of its elements", () => {
    const hosts: Type = { kind: "set", of: { kind: "domain" }, max: 5 };
    expect(problems(hosts, ["b.com", "A.com", "a.com", "B.COM"])).toEqual([
      "/2: the set holds this element already",
      "/3: the set holds this element already",
    ]);
    expect(problems(record(field("to", hosts)), { to: ["a.com", "b.com", "a.com"] })).toEqual([
      "/to/2: the set holds this element already",
    ]);
    expect(value(hosts, ["b.com", "A.com"])).toEqual(["b.com", "a.com"]);
    // A list may hold what it likes.
    expect(value({ ...hosts, kind: "list" }, ["a.com", "A.com"])).toEqual(["a.com", "a.com"]);
  });
  it("refuses elements of a set that differ in advisory fields alone", () => {
    const notes = record(
      field("to", text(9)),
      field("tags", { kind: "set", of: text(9), max: 3 }),
      field("note", text(9), { optional: true, advisory: true }),
    );
    const elements = [
      { to: "a", tags: ["x", "y"], note: "1" },
      { to: "b", tags: [] },
      { to: "a", tags: ["y", "x"], note: "2" },
    ];
    expect(problems({ kind: "set", of: notes, max: 3 }, elements)).toEqual([
      "/2: the set holds this element already",
    ]);
  });
  it("keeps the first of equal elements for what no tool gets", () => {
    expect(
      normaliseMerging({ kind: "set", of: { kind: "domain" }, max: 5 }, ["b.com", "A.com", "a.com"]),
    ).toEqual({
      ok: true,
      value: ["b.com", "a.com"],
    });
  });
  it("knows no field that an object merely inherits, and none that only looks built in", () => {
    expect(problems(record(field("constructor", text(9))), {})).toEqual([
      "/constructor: this field is missing",
    ]);
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
    expect(problems(record(), hostile)).toEqual([
      "/__proto__: there is no such field",
      "/constructor: there is no such field",
    ]);
    const own = value(record(field("__proto__", text(9))), JSON.parse('{"__proto__": "x"}'));
    expect(Object.keys(own as object)).toEqual(["__proto__"]);
    const map = value({ kind: "map", of: { kind: "json" }, max: 3 }, hostile) as ReadonlyMap<string, Value>;
    expect([...map.keys()]).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
  it("lists at most fifty problems", () => {
    const strangers = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, i]));
    expect(problems(record(), strangers)).toHaveLength(50);
    expect(problems({ kind: "list", of: text(1), max: 1000 }, Array(1000).fill(1))).toHaveLength(50);
  });
  it("never throws and never names a problem without refusing, whatever it is given", () => {
    fc.assert(
      fc.property(
        typeAndJson,
        fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
        ({ type }, json) => {
          const result = normalise(type, json);
          expect(result.ok || result.problems.length > 0).toBe(true);
        },
      ),
    );
  });
  it("gives an equal value again for the JSON it came from", () => {
    fc.assert(
      fc.property(typeAndJson, ({ type, json }) => {
        const first = value(type, json);
        const wire = toWire(type, first);
        const again = value(type, JSON.parse(JSON.stringify(wire)));
        expect(compileEqual(type)(first, again)).toBe(true);
        expect(equal(first, again)).toBe(true);
        expect(canonicalJson(toWire(type, again))).toBe(canonicalJson(wire));
      }),
    );
  });
  it("prepares a type once and keeps giving the same answers", () => {
    const prepared = compileNormaliser(refund);
    expect(prepared({}).ok).toBe(false);
    expect(prepared({ "case-id": "K-1", amount: 4, to: ["a@b.com"] }).ok).toBe(true);
  });
});
