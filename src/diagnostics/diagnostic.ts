/** What we say to authors, as values: never thrown, sorted and rendered elsewhere. */
import type { Span } from "../source/source.js";

/** Whether a bundle loads all the same. */
export type Severity = "error" | "warning";

/** A place in the text with a few words on what *this* is. */
export interface Label {
  readonly span: Span;
  readonly message?: string;
}

/** What to write instead of a stretch of text, for those who apply it with one keystroke. */
export interface Fix {
  readonly span: Span;
  /** Takes the place of the span; empty where the span just goes. */
  readonly text: string;
  /** In the imperative, as a menu shows it. */
  readonly title: string;
}

/** One mistake. `code` is stable and explained by `writ explain CODE`; only `help` says what to do. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly primary: Label;
  readonly secondary: readonly Label[];
  readonly help?: string;
  /** Only what mends this mistake and cannot widen what a policy permits unseen: a word for a word, a sign for a sign. */
  readonly fix?: Fix;
}
