import fc from "fast-check";
import { expect, it } from "vitest";
import { escapePointer, unescapePointer } from "../../src/values/json-pointer.js";

it("a step of a pointer is escaped and read again", () => {
  expect(escapePointer("a/b~1")).toBe("a~1b~01");
  expect(unescapePointer("a~1b~01")).toBe("a/b~1");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("~", "/", "0", "1", "a"), maxLength: 100 }), (step) => {
      expect(escapePointer(step)).not.toContain("/");
      expect(unescapePointer(escapePointer(step))).toBe(step);
    }),
  );
});

it("a step that a sender made long is cut", () => {
  expect(escapePointer("x".repeat(101))).toBe(`${"x".repeat(100)}…`);
});
