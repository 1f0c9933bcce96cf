import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStrictJson } from "../../src/bundle/strict-json.js";

const problems: readonly (readonly [name: string, text: string, problem: string])[] = [
  ["a key twice", '{"a": 1, "a": 2}', 'has the key "a" twice, line 1, column 10'],
  ["a key twice, once escaped", '{"a": 1,\n "\\u0061": 2}', 'has the key "a" twice, line 2, column 2'],
  ["a key twice, deep inside", '{"b": [{"a": 0, "c": [], "a": 1}]}', 'has the key "a" twice'],
  ["`__proto__` twice", '{"__proto__": 1, "__proto__": 2}', 'has the key "__proto__" twice'],
  ["no JSON", "{a: 1}", "is not JSON"],
  ["nothing", "", "is not JSON"],
  ["two documents", "{} {}", "is not JSON"],
  ["too deep", "[[[[[1]]]]]", "nests deeper than 4 levels, line 1, column 5"],
  ["far too deep, and never closed", "[".repeat(1_000_000), "nests deeper than 4 levels"],
];

for (const [name, text, problem] of problems) {
  test(`${name} is refused`, () => {
    expect(parseStrictJson(text, 4)).toEqual({ problem: expect.stringContaining(problem) });
  });
}

test("one key in two objects is no duplicate, nor is a text that looks like one", () => {
  const text = '[{"a": 1}, {"a": "\\"a\\": 1, {"}, {"b": {"a": 1}, "a": 2}, ["a", "a"]]';
  expect(parseStrictJson(text, 4)).toEqual({ json: JSON.parse(text) });
});

test("`__proto__` is a key like any other", () => {
  const read = parseStrictJson('{"__proto__": {"admin": true}}', 4);
  expect("json" in read && Object.hasOwn(read.json as object, "__proto__")).toBe(true);
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});

test("whatever JSON.stringify writes is read back", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value, null, 1);
      expect(parseStrictJson(text, 32)).toEqual({ json: JSON.parse(text) });
    }),
  );
});
