import { expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import { catalogue } from "../../src/diagnostics/catalogue.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

const NOW = Date.UTC(2026, 10, 24);

/** The codes that a policy raises, each as often as it does. */
function codesOf(text: string): string[] {
  const parsed = parse(new Source("example.writ", text));
  const checked = check([parsed.file], { readData: () => ({ problem: "there is no such file" }), now: NOW });
  return [...parsed.diagnostics, ...checked.diagnostics].map((diagnostic) => diagnostic.code);
}

const checkable = catalogue.filter((entry) => /^W[2-6]/.test(entry.code));

test.each(checkable)("$code is raised by what to avoid, and by nothing to prefer: $title", (entry) => {
  expect(codesOf(entry.avoid)).toEqual([entry.code]);
  expect(codesOf(entry.prefer)).toEqual([]);
});
