import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RESERVED_WORDS, SOFT_KEYWORDS } from "../../grammar/words.js";

const text = readFileSync(new URL("../../grammar/writ.tmLanguage.json", import.meta.url), "utf8");

/** Every regular expression of the grammar for editors. */
function patterns(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    return ["match", "begin", "end"].includes(key) && typeof inner === "string" ? [inner] : patterns(inner);
  });
}

describe("the grammar for editors", () => {
  const all = patterns(JSON.parse(text));

  it("has regular expressions that compile", () => {
    for (const pattern of all) expect(() => new RegExp(pattern, "u")).not.toThrow();
  });

  it.each([...RESERVED_WORDS, ...SOFT_KEYWORDS])("knows the word `%s`", (word) => {
    expect(all.some((pattern) => pattern.split(/[^a-z_-]+|\\b/).includes(word))).toBe(true);
  });
});
