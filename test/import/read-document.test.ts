import { describe, expect, it } from "vitest";
import { readDocument } from "../../src/import/read-document.js";

describe("a document", () => {
  it("is JSON, or YAML 1.2 with its merges", () => {
    expect(readDocument('{ "a": [1, true, null] }')).toEqual({ a: [1, true, null] });
    expect(readDocument("a: &x { b: 1 }\nc: { <<: *x, d: no }\n200: ok\n2026-01-01: 1\n")).toEqual({
      a: { b: 1 },
      c: { b: 1, d: "no" },
      "200": "ok",
      "2026-01-01": 1,
    });
  });

  it("has keys like any other that some programs take for a prototype", () => {
    for (const text of ['{ "p": { "__proto__": { "a": 1 } } }', "p:\n  __proto__: { a: 1 }\n"]) {
      const { p } = readDocument(text) as { readonly p: object };
      expect(Object.keys(p)).toEqual(["__proto__"]);
      expect(Object.getPrototypeOf(p)).toBe(Object.prototype);
    }
    expect(({} as Record<string, unknown>).a).toBeUndefined();
    expect(() => readDocument("__proto__: 1\n__proto__: 2\n")).toThrow("appears twice");
    expect(() => readDocument('{"__proto__": 1, "__proto__": 2}')).toThrow("appears twice");
  });

  const deep = "nested deeper than 128 levels";
  it.each([
    ["nothing", " \n", "it is empty"],
    ["broken JSON", '{\n "a": }', "it is not JSON: 2:7: expected a value"],
    ["a key twice in JSON", '{ "a": 1, "a": 2 }', "appears twice"],
    ["a key twice in YAML", "a: 1\nb: 2\na: 3\n", "3:1: a key appears twice"],
    ["broken YAML", "a: [1, 2\nb: 3\n", "it is not YAML that can be read: "],
    ["two documents", "a: 1\n---\nb: 2\n", "multiple documents"],
    ["a key that is a mapping", "? { a: 1 }\n: 2\n", "a key is no plain text"],
    ["an alias within what it stands for", "a: &a [*a]\n", "1:8: an alias is inside"],
    ["an alias of nothing", "a: *b\n", "it is not YAML that can be read: "],
    ["deep JSON", `${"[".repeat(500_000)}`, deep],
    ["deep flows", `a: ${"[".repeat(500_000)}`, deep],
    ["deep mappings", `a: ${"{a: ".repeat(100_000)}`, deep],
    ["lists in a line", `${"- ".repeat(200_000)}a`, deep],
    ["keys in a line", `${"? ".repeat(200_000)}a`, deep],
    ["deep blocks", Array.from({ length: 400 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "nested"],
    ["a wide flow", `a: [${"1,".repeat(1_500_000)}1]`, "tokens; convert it to JSON"],
    ["ten megabytes", `a: ${"x".repeat(10_000_000)}`, "characters; convert it to JSON"],
    ["very many lines", `a:${"\n".repeat(3_000_000)} b`, "tokens; convert it to JSON"],
    ["many aliases", `a: &a 1\nb:\n${"- *a\n".repeat(20_000)}`, "more than 2000 aliases"],
    [
      "a billion laughs",
      `a0: &a0 [x, x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`).join("\n")}`,
      "its aliases multiply beyond measure",
    ],
  ])("of %s is refused in words", (_, text, said) => {
    expect(() => readDocument(text)).toThrow(said);
  });
});
