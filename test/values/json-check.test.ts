import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonMistake } from "../../src/values/json-check.js";
import { readJson } from "../../src/values/read-json.js";

const check = (text: string, exact = true) => findJsonMistake(text, { maxDepth: 4, exact });

describe("a JSON text", () => {
  it("may have so many members in crowded objects, and no more, as it is checked and as it is read", () => {
    const crowd = (members: number) =>
      `{${Array.from({ length: members }, (_, i) => `"k${i}":{"a":[]}`).join(",")}}`;
    const options = { maxDepth: 5, exact: true, maxCrowd: 10 };
    for (const [text, fits] of [
      [crowd(16), true],
      [crowd(26), true],
      [crowd(27), false],
      [`[${crowd(21)},${crowd(21)}]`, true],
      [`[${crowd(21)},${crowd(22)}]`, false],
      [`[${`${crowd(16)},`.repeat(50)}1]`, true],
    ] as const) {
      expect(findJsonMistake(text, options) === undefined, text).toBe(fits);
      expect("value" in readJson(text, options), text).toBe(fits);
    }
  });

  it("is accepted exactly where JSON.parse accepts it, whatever the text", () => {
    const nearly = fc.stringMatching(/^[[\]{}:,"\\ue0-9.+\-truefalsn \n]{0,24}$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const mistake = findJsonMistake(text, { maxDepth: 100, exact: false });
        const parses = doesParse(text);
        if (mistake === undefined) expect(parses).toBe(true);
        else if (parses) expect(mistake.message).toMatch(/twice|not allowed|too large/);
      }),
      { numRuns: 5_000 },
    );
  });

  it("is read as it is checked and parsed, whatever the text", () => {
    const nearly = fc.stringMatching(/^[[\]{}:,"\\ue0-9.+\-tralsn \n]{0,24}$/);
    const keys = fc.constantFrom("a", "b", "prototype", "__proto__", "constructor", "a:", "]");
    const dictionary = fc.array(fc.tuple(keys, fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.double())), {
      maxLength: 20,
    });
    // Written by hand, for an object of JavaScript has each key once.
    const objects = dictionary.map(
      (entries) =>
        `{${entries.map(([key, value]) => `${JSON.stringify(key)} : ${JSON.stringify(value)}`).join(", ")}}`,
    );
    const inOne = fc.array(objects, { maxLength: 3 }).map((texts) => `[${texts.join()}]`);
    const cut = fc
      .tuple(inOne, fc.nat(60), fc.nat(4))
      .map(([text, at, length]) => text.slice(0, at) + text.slice(at + length));
    fc.assert(
      fc.property(
        fc.oneof(nearly, inOne, cut),
        fc.constantFrom(2, 4),
        fc.boolean(),
        (text, maxDepth, exact) => {
          const mistake = findJsonMistake(text, { maxDepth, exact });
          expect(readJson(text, { maxDepth, exact })).toEqual(
            mistake === undefined ? { value: JSON.parse(text) } : { mistake },
          );
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['{"a":1,"a":2}'],
    ['{"a" :1,"a"\n:2}'],
    ['{"a":[{"b":1}],"a":2}'],
    ['{"a:":1,"a":1,"a:":2}'],
    ['{"constructor":{"prototype":1}}'],
    ['{"__proto__":1}'],
    ["[9007199254740993]"],
    ["[-9007199254740993]"],
    ["[1e400]"],
    ["[[[[[1]]]]]"],
    [`{${Array.from({ length: 40 }, (_, i) => `"k${i % 39}":1`).join()}}`],
    ['{"a":1,"\\u0061":2}'],
    ['"\\ud83d"'],
    ['{"a":1'],
    ['{"a"}'],
    ["[1}"],
    ["]"],
  ])("with a second reading, or none, is not read: %s", (text) => {
    const options = { maxDepth: 4, exact: true };
    expect(readJson(text, options)).toEqual({ mistake: findJsonMistake(text, options) });
    expect(findJsonMistake(text, options)).toBeDefined();
  });

  it("is accepted for every value that JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(undefined, 2), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const mistake = findJsonMistake(text, { maxDepth: 32, exact: false });
        if (!text.includes("__proto__")) expect(mistake).toBeUndefined();
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', "/a", 7],
    ['{"a":1,"\\u0061":2}', "/a", 7],
    ['[{"x":{"k/1":1,"k/1":1}}]', "/0/x/k~11", 15],
    [`{${Array.from({ length: 20 }, (_, i) => `"k${i}":1`).join()},"k3":1}`, "/k3", 151],
  ])("with a key twice is told where: %s", (text, pointer, offset) => {
    expect(check(text)).toEqual({ pointer, offset, message: "this key appears twice in one object" });
  });

  it("may have one key in several objects", () => {
    expect(check('[{"a":1},{"a":{"a":1}}]')).toBeUndefined();
  });

  it.each([['{"__proto__":{}}'], ['{"a":{"\\u005f_proto__":1}}'], ['{"constructor":{"prototype":{}}}']])(
    "that reaches for a prototype is refused: %s",
    (text) => {
      expect(check(text)?.message).toMatch(/not allowed/);
    },
  );

  it("may have a field called constructor", () => {
    expect(check('{"constructor":"ferrari","prototype":1}')).toBeUndefined();
  });

  it("has a bound on nesting", () => {
    expect(check("[[[[1]]]]")).toBeUndefined();
    expect(check("[[[[[1]]]]]")).toMatchObject({ offset: 4, message: "nested deeper than 4 levels" });
    expect(check("[".repeat(1_000_000))).toMatchObject({ message: "nested deeper than 4 levels" });
  });

  it("has numbers that can be read exactly, where that matters", () => {
    expect(check("[9007199254740991, -9007199254740991, 0.1, 1e300]")).toBeUndefined();
    expect(check("[1, 9007199254740993]")).toMatchObject({ pointer: "/1", offset: 4 });
    expect(check("[9007199254740993]", false)).toBeUndefined();
    expect(check("[1e999]", false)?.message).toBe("the number is too large");
  });

  it.each([
    "50.00000000000000001",
    "9007199254740993.0",
    "90071992547409930e-1",
    "1e-400",
    "-1e-400",
    "0.1000000000000000055511151231257827",
    "1.79769313486231575700000000001e308",
    "123456789012345678",
    "4.9e-324",
    "0.30000000000000004000000000000001",
  ])("has no number that a reader of decimals reads as another one: %s", (literal) => {
    const text = `{"a":[1,${literal}]}`;
    expect(check(text)).toMatchObject({ pointer: "/a/1", offset: 8 });
    expect(readJson(text, { maxDepth: 4, exact: true })).toEqual({ mistake: check(text) });
  });

  it.each([
    "0.1",
    "-0.0",
    "0e9",
    "50.000000000000000000000",
    "5e1",
    "1e23",
    "5e-324",
    "0.30000000000000004",
    "1.7976931348623157e308",
    "0.000001",
    "123456789.123456",
    "9007199254740991.0",
  ])("may have any number that is read exactly, however it is written: %s", (literal) => {
    expect(check(`[${literal}]`)).toBeUndefined();
  });

  it("is refused for a number exactly where its decimal is not the shortest of its double", () => {
    const digits = fc.stringMatching(/^[0-9]{1,25}$/);
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -345, max: 290 }), (whole, fraction, power) => {
        const literal = `${BigInt(whole)}.${fraction}e${power}`;
        expect(check(`[${literal}]`) === undefined).toBe(
          fractionOf(literal) === fractionOf(String(Number(literal))),
        );
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const isLong =
          Number.isInteger(number) && !Number.isSafeInteger(number) && !String(number).includes("e");
        expect(check(`[${JSON.stringify(number)}]`) === undefined).toBe(!isLong);
      }),
    );
  });

  it("has whole characters, where that matters", () => {
    expect(check('"\\ud83d\\ude00"')).toBeUndefined();
    expect(check('"\\ud83d"')?.message).toMatch(/surrogate/);
    expect(check('"\\ud83d"', false)).toBeUndefined();
  });

  it.each([
    ['{"a":}', 5, "expected a value, found `}`"],
    ["{a:1}", 1, "expected a key, found `a`"],
    ["[1,]", 3, "expected a value, found `]`"],
    ['{"a":1}x', 7, "unexpected `x` after the end"],
    ['"a\nb"', 2, "a control character in a text"],
    ['"a', 2, "a text has no end"],
    ["", 0, "expected a value, found the end"],
    ["\u00a01", 0, "expected a value, found U+00A0"],
  ])("that is malformed is told where: %j", (text, offset, message) => {
    expect(check(text)).toMatchObject({ offset, message });
  });
});

/** The number as a fraction of whole numbers, compared as text: a second way to the same answer. */
function fractionOf(literal: string): string {
  const [mantissa = "", power = "0"] = literal.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const shift = 700n + BigInt(power) - BigInt(fraction.length);
  return String(BigInt(whole + fraction) * 10n ** shift);
}

function doesParse(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
