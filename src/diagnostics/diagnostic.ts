/** What we say to authors, as values: never thrown, sorted and rendered elsewhere. */
import type { Span } from "../source/source.js";

export type Severity = "error" | "warning";

/** A place in the text with a few words on what *this* is. */
export interface Label {
  readonly span: Span;
  readonly message?: string;
}

/** One mistake. `code` is stable and explained by `writ explain CODE`; only `help` says what to do. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly primary: Label;
  readonly secondary: readonly Label[];
  readonly help?: string;
}
