/** Messages to authors, as values: never thrown, and sorted and rendered elsewhere. */
import type { Span } from "../source/source.js";

/** An error prevents the bundle from loading; a warning does not. */
export type Severity = "error" | "warning";

/** A span of the text with a few words on what it is. */
export interface Label {
  readonly span: Span;
  readonly message?: string;
}

/** A replacement for a span of text, which editors apply with one keystroke. */
export interface Fix {
  readonly span: Span;
  /** Replaces the span; empty to delete it. */
  readonly text: string;
  /** In the imperative, as menus show it. */
  readonly title: string;
}

/** One mistake. `code` is stable and explained by `writ explain CODE`; only `help` gives advice. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly primary: Label;
  readonly secondary: readonly Label[];
  readonly help?: string;
  /**
   * Only a fix that corrects this mistake and cannot silently widen what a policy permits: a word for a word, a sign
   * for a sign.
   */
  readonly fix?: Fix;
}
