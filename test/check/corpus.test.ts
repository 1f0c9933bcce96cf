import { describe, expect, test } from "vitest";
import { bundlesOf, diagnose, expectedIn } from "./corpus.js";

describe("a bundle that loads", () => {
  test.each(bundlesOf("valid"))("$name", ({ text }) => {
    const { lines, loads } = diagnose(text);
    expect(lines).toEqual(expectedIn(text));
    expect(loads).toBe(true);
  });
});

describe("a bundle with mistakes says exactly these", () => {
  test.each(bundlesOf("invalid"))("$name", ({ text }) => {
    const { lines, loads } = diagnose(text);
    expect(lines).toEqual(expectedIn(text));
    expect(loads).toBe(lines.every((line) => line.startsWith("W5")));
  });
});
