import type { Diagnostic, Label } from "../../src/diagnostics/diagnostic.js";
import { Source } from "../../src/source/source.js";

/** The label on the one place where `text` stands in a source. */
export function on(source: Source, text: string, message?: string): Label {
  const start = source.text.indexOf(text);
  if (start < 0 || source.text.includes(text, start + 1)) throw new Error(`not exactly one \`${text}\``);
  const span = { file: source.path, start, end: start + text.length };
  return message === undefined ? { span } : { span, message };
}

/** An error of a code that no catalogue has, so that its entry never changes what a test sees. */
export function problem(message: string, primary: Label, more: Partial<Diagnostic> = {}): Diagnostic {
  return { code: "W9999", severity: "error", message, primary, secondary: [], ...more };
}

/** Sources by path, as renderers take them. */
export function sourcesOf(...sources: readonly Source[]): ReadonlyMap<string, Source> {
  return new Map(sources.map((source) => [source.path, source]));
}

/** A small file with one mistake in it. */
export const refunds = new Source(
  "policies/acme/refunds.writ",
  `module acme.refunds

define small(n: number) = n <= 50

allow small_refund {
  agent support_bot
  need  confirmation

  call  payments.refnud
}
`,
);
