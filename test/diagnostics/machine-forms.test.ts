import { describe, expect, test } from "vitest";
import { renderJson } from "../../src/diagnostics/render-json.js";
import { renderPlain } from "../../src/diagnostics/render-plain.js";
import { renderSarif } from "../../src/diagnostics/render-sarif.js";
import { Source } from "../../src/source/source.js";
import { on, problem, refunds, sourcesOf } from "./placing.js";

const other = new Source("a b/ö.writ", "label pii // 👍 x\n");
const sources = sourcesOf(refunds, other);
const sorted = {
  shown: [
    problem("unknown tool `payments.refnud`", on(refunds, "payments.refnud", "no such tool"), {
      help: "did you mean `payments.refund`?",
      secondary: [on(other, "x", "seen here")],
    }),
    problem("odd\n\u202etext", { span: { file: "gone.writ", start: 1, end: 2 } }, { severity: "warning" }),
  ],
  omitted: { errors: 0, warnings: 3 },
};

test("the plain form has one line a diagnostic", () => {
  expect(renderPlain(sorted, sources)).toBe(
    `policies/acme/refunds.writ:9:9: error[W9999]: unknown tool \`payments.refnud\` (did you mean \`payments.refund\`?)
gone.writ: warning[W9999]: odd\\n\\u{202e}text
… and 3 more warnings
`,
  );
});

describe("the JSON form", () => {
  test("holds everything, with offsets and with lines and columns", () => {
    expect(JSON.parse(renderJson(sorted, sources))).toEqual({
      diagnostics: [
        {
          code: "W9999",
          severity: "error",
          message: "unknown tool `payments.refnud`",
          file: "policies/acme/refunds.writ",
          offset: { start: 127, end: 142 },
          start: { line: 9, column: 9 },
          end: { line: 9, column: 24 },
          label: "no such tool",
          help: "did you mean `payments.refund`?",
          secondary: [
            {
              file: "a b/ö.writ",
              offset: { start: 16, end: 17 },
              start: { line: 1, column: 16 },
              end: { line: 1, column: 17 },
              message: "seen here",
            },
          ],
        },
        {
          code: "W9999",
          severity: "warning",
          message: "odd\n\u202etext",
          file: "gone.writ",
          offset: { start: 1, end: 2 },
          secondary: [],
        },
      ],
      omitted: { errors: 0, warnings: 3 },
    });
  });

  test("is plain text on a terminal", () => {
    expect(renderJson(sorted, sources)).toContain('"odd\\n\\u202etext"');
  });
});

test("the SARIF form points at files, regions and related places", () => {
  expect(JSON.parse(renderSarif(sorted, sources, "1.2.3"))).toEqual({
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "writ", version: "1.2.3", rules: [{ id: "W9999" }] } },
        columnKind: "unicodeCodePoints",
        results: [
          {
            ruleId: "W9999",
            ruleIndex: 0,
            level: "error",
            message: { text: "unknown tool `payments.refnud`\ndid you mean `payments.refund`?" },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "policies/acme/refunds.writ" },
                  region: { startLine: 9, startColumn: 9, endLine: 9, endColumn: 24 },
                },
                message: { text: "no such tool" },
              },
            ],
            relatedLocations: [
              {
                id: 1,
                physicalLocation: {
                  artifactLocation: { uri: "a%20b/%C3%B6.writ" },
                  region: { startLine: 1, startColumn: 16, endLine: 1, endColumn: 17 },
                },
                message: { text: "seen here" },
              },
            ],
          },
          {
            ruleId: "W9999",
            ruleIndex: 0,
            level: "warning",
            message: { text: "odd\n\u202etext" },
            locations: [{ physicalLocation: { artifactLocation: { uri: "gone.writ" } } }],
          },
        ],
      },
    ],
  });
});
