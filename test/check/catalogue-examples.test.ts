import { expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import { catalogue } from "../../src/diagnostics/catalogue.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

const NOW = Date.UTC(2026, 10, 24);

/** The codes that a policy raises, each as often as it does. */
function codesOf(text: string): string[] {
  const files = text.split(/^\/\/ \S+\.writ\n/m).filter((part, index) => index > 0 || part !== "");
  const parsed = files.map((part, index) => parse(new Source(`example-${index}.writ`, part)));
  const checked = check(
    parsed.map(({ file }) => file),
    { readData: () => ({ problem: "there is no such file" }), now: NOW },
  );
  return [...parsed.flatMap(({ diagnostics }) => diagnostics), ...checked.diagnostics].map(
    (diagnostic) => diagnostic.code,
  );
}

const checkable = catalogue.filter((entry) => /^W[2-6]/.test(entry.code));

test.each(checkable)("$code is raised by what to avoid, and by nothing to prefer: $title", (entry) => {
  expect(codesOf(entry.avoid)).toEqual([entry.code]);
  expect(codesOf(entry.prefer)).toEqual([]);
});

test("looking for errors alone refuses exactly the examples that checking refuses", () => {
  for (const { code, avoid, prefer } of checkable) {
    for (const text of [avoid, prefer]) {
      const { file } = parse(new Source("example.writ", text));
      const [whole, quick] = [true, false].map(
        (warnings) =>
          check([file], { readData: () => ({ problem: "there is no such file" }), now: NOW, warnings })
            .program,
      );
      expect(quick === undefined, code).toBe(whole === undefined);
    }
  }
});
