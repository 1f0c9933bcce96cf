import { expect, test } from "vitest";
import { catalogue, diagnostic, findCode } from "../../src/diagnostics/catalogue.js";
import { renderCode } from "../../src/diagnostics/render-code.js";

const span = { file: "a.writ", start: 0, end: 1 };

test("every code stands in the catalogue once, in its order", () => {
  const codes = catalogue.map((entry) => entry.code);
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes.filter((code) => !/^W[1-8]\d{3}$/.test(code))).toEqual([]);
});

test("titles are lower-case, one line, without a full stop, and nothing is empty", () => {
  for (const { code, title, why, avoid, prefer } of catalogue) {
    expect(title, code).toMatch(/^[^A-Z\n][^\n]*[^.\n]$/);
    for (const text of [why, avoid, prefer]) expect(text.trim(), code).not.toBe("");
  }
});

test("a diagnostic takes its severity from the catalogue", () => {
  for (const { code, severity } of catalogue) {
    expect(diagnostic(code, span, "odd")).toEqual({
      code,
      severity,
      message: "odd",
      primary: { span },
      secondary: [],
    });
  }
});

test("a code that does not exist is a mistake of ours", () => {
  expect(findCode("W0000")).toBeUndefined();
  expect(findCode("constructor")).toBeUndefined();
  expect(() => diagnostic("W0000", span, "odd")).toThrow("W0000");
});

test("an explanation of a code shows what to avoid and what to prefer", () => {
  const entry = {
    code: "W2001",
    severity: "error",
    title: "unknown tool",
    why: "A call of a tool that nobody declared is denied, so the rule can never apply.",
    avoid: "\nallow x {\n  call crm.lokup\n}\n",
    prefer: "allow x {\n\n  call crm.lookup\n}",
  } as const;
  expect(renderCode(entry)).toBe(`error[W2001]: unknown tool

A call of a tool that nobody declared is denied, so the rule can never apply.

Avoid:

  allow x {
    call crm.lokup
  }

Prefer:

  allow x {

    call crm.lookup
  }
`);
});
