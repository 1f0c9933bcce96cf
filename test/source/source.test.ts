import fc from "fast-check";
import { expect, test } from "vitest";
import { Source } from "../../src/source/source.js";

test("lines end at \\n, \\r\\n and a lone \\r", () => {
  const source = new Source("a.writ", "one\r\ntwo\rthree\n\nfive");
  expect([1, 2, 3, 4, 5, 6].map((line) => source.lineText(line))).toEqual([
    "one",
    "two",
    "three",
    "",
    "five",
    "",
  ]);
  expect(source.positionAt(5)).toEqual({ line: 2, column: 1 });
  expect(source.positionAt(9)).toEqual({ line: 3, column: 1 });
});

test("columns count code points", () => {
  const source = new Source("a.writ", "👍x\n");
  expect(source.positionAt(2)).toEqual({ line: 1, column: 2 });
  expect(source.positionAt(3)).toEqual({ line: 1, column: 3 });
});

test("the end of the text is a position on its last line", () => {
  expect(new Source("a.writ", "").positionAt(0)).toEqual({ line: 1, column: 1 });
  expect(new Source("a.writ", "a\n").positionAt(2)).toEqual({ line: 2, column: 1 });
  expect(new Source("a.writ", "a\nbc").positionAt(4)).toEqual({ line: 2, column: 3 });
});

test("every offset lies on the line that begins at or before it", () => {
  const texts = fc.array(fc.constantFrom("a", "\n", "\r", "\r\n", "é", "👍"), { maxLength: 20 });
  fc.assert(
    fc.property(texts, fc.nat(), (parts, seed) => {
      const source = new Source("a.writ", parts.join(""));
      const offset = seed % (source.text.length + 1);
      const { line } = source.positionAt(offset);
      expect(source.lineStarts[line - 1]).toBeLessThanOrEqual(offset);
      expect(source.lineStarts[line] ?? Number.POSITIVE_INFINITY).toBeGreaterThan(offset);
    }),
  );
});
