import { describe, expect, it } from "vitest";
import { syntaxCodes } from "../../src/diagnostics/catalogue/syntax.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

function codes(text: string): readonly string[] {
  return parse(new Source("example.writ", text)).diagnostics.map(({ code }) => code);
}

describe("the catalogue of syntax", () => {
  it.each(syntaxCodes.map((entry) => [entry.code, entry] as const))(
    "%s happens in what it says to avoid, and not in what it prefers",
    (code, entry) => {
      expect(codes(entry.avoid)).toEqual([code]);
      expect(codes(entry.prefer)).toEqual([]);
    },
  );
});
