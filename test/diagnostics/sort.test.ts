import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { sortDiagnostics } from "../../src/diagnostics/sort.js";
import { problem } from "./placing.js";

function at(file: string, start: number, more: Partial<Diagnostic> = {}): Diagnostic {
  return problem("odd", { span: { file, start, end: start + 1 } }, more);
}

test("diagnostics come by file and place, each once", () => {
  const given = [at("b", 1), at("a", 7), at("a", 2), at("b", 1), at("a", 2, { message: "even" })];
  const { shown, omitted } = sortDiagnostics(given);
  expect(shown.map(({ primary, message }) => [primary.span.file, primary.span.start, message])).toEqual([
    ["a", 2, "even"],
    ["a", 2, "odd"],
    ["a", 7, "odd"],
    ["b", 1, "odd"],
  ]);
  expect(omitted).toEqual({ errors: 0, warnings: 0 });
});

test("at most a hundred are shown, and warnings give way to errors", () => {
  const warnings = Array.from({ length: 150 }, (_, index) => at("a", index, { severity: "warning" }));
  const errors = Array.from({ length: 60 }, (_, index) => at("z", index));
  const { shown, omitted } = sortDiagnostics([...warnings, ...errors]);
  expect(shown.length).toBe(100);
  expect(shown.filter((each) => each.severity === "error").length).toBe(60);
  expect(shown[0]?.primary.span.file).toBe("a");
  expect(omitted).toEqual({ errors: 0, warnings: 110 });
  expect(sortDiagnostics([...errors, ...errors.map((each) => ({ ...each, code: "W8888" }))]).omitted).toEqual(
    {
      errors: 20,
      warnings: 0,
    },
  );
});
