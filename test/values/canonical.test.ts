import { describe, expect, it } from "vitest";
import { canonicalJson, toWire } from "../../src/values/canonical.js";
import { compileEqual, equal } from "../../src/values/equal.js";
import type { JsonValue, Type } from "../../src/values/type.js";
import { field, record } from "./types.js";

describe("canonicalJson", () => {
  it("writes the example of RFC 8785", () => {
    const json: JsonValue = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(json)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });
  it("sorts names by their UTF-16 units, where an emoji stands before some rarer letters", () => {
    expect(canonicalJson({ "\ufb33": 1, "😀": 2, "\u00f6": 3, "1": 4, "\r": 5 })).toBe(
      '{"\\r":5,"1":4,"ö":3,"😀":2,"\ufb33":1}',
    );
  });
  it("writes a name that means something to JavaScript like any other", () => {
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":-0}'))).toBe('{"__proto__":1,"a":0}');
  });
  it("throws on what has no canonical text", () => {
    expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
    expect(() => canonicalJson("\ud800")).toThrow(TypeError);
  });
});

describe("toWire", () => {
  const type = record(
    field("a", { kind: "set", of: { kind: "int" }, max: 9 }, { wire: "A-1" }),
    field("b", record(field("c", { kind: "bool" }, { advisory: true })), { optional: true }),
  );
  it("uses wire names and leaves advisory fields out at any depth when asked", () => {
    expect(canonicalJson(toWire(type, { a: [2, 1], b: { c: true } }))).toBe('{"A-1":[2,1],"b":{"c":true}}');
    const digest = toWire(type, { a: [2, 1], b: { c: true } }, { withoutAdvisory: true, sortSets: true });
    expect(canonicalJson(digest)).toBe('{"A-1":[1,2],"b":{}}');
  });
});

describe("equality", () => {
  const set: Type = { kind: "set", of: { kind: "int" }, max: 9 };
  it("does not count the order of a set, but that of a list", () => {
    expect(compileEqual(set)([1, 2], [2, 1])).toBe(true);
    expect(compileEqual({ ...set, kind: "list" })([1, 2], [2, 1])).toBe(false);
    expect(equal([1, 2], [2, 1])).toBe(false);
  });
  it("tells apart what differs in one field or member", () => {
    expect(equal({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(equal(new Map([["a", 1]]), new Map([["a", 2]]))).toBe(false);
    expect(equal(new Map([["a", [1]]]), new Map([["a", [1]]]))).toBe(true);
    expect(equal(null, {})).toBe(false);
  });
});
