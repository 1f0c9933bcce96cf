/** Mistakes in tests, and what tests leave out: W6… */
import { diagnostic } from "../../diagnostics/catalogue.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Span } from "../../source/source.js";

/** Messages by what is wrong. */
export const testMessages = {
  stepOutOfPlace: (word: string, span: Span, why: string): Diagnostic =>
    diagnostic("W6001", span, `\`${word}\` is not allowed here`, {
      label: why,
      help: "move it, or remove it",
    }),
  noAgentGiven: (span: Span): Diagnostic =>
    diagnostic("W6002", span, "no agent makes this call", { help: "write `given agent …` before it" }),
  rowWidth: (span: Span, cells: number, agents: number): Diagnostic =>
    diagnostic(
      "W6003",
      span,
      `a row of ${cells} ${cells === 1 ? "cell" : "cells"} under ${agents} ${agents === 1 ? "agent" : "agents"}`,
      {
        help: "give one verdict for each agent, separated by `|`",
      },
    ),
  sameTitle: (title: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W6004", span, `two tests are called \`${title}\``, {
      secondary: [{ span: first, message: "the first one" }],
      help: "give each test its own title",
    }),
  expectsNothing: (what: "test" | "matrix", span: Span): Diagnostic =>
    what === "matrix"
      ? diagnostic("W6005", span, "this matrix has no rows", {
          help: "add a row: a call, and one verdict for each agent, separated by `|`",
        })
      : diagnostic("W6005", span, "this test expects nothing", {
          help: "add `expect allow`, `expect deny by …`",
        }),
  metersNoReport: (limit: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W6006", span, `limit \`${limit}\` does not meter \`reported\``, {
      secondary: [{ span: declared, message: "declared here" }],
      help: "report to a limit `of reported else …`",
    }),
  /** `how`: no test calls a tool the rule targets, or tests call it but the rule decides none of them. */
  untriedRule: (what: string, name: string, span: Span, how: "calls" | "decides"): Diagnostic =>
    diagnostic("W6007", span, `no test makes ${what} \`${name}\` decide`, {
      label: how === "calls" ? "no test calls its tools" : "it decided none of their calls",
      help: `write a test that depends on it: \`expect … by ${name}\``,
    }),
};
