/** The diagnostics of one file, in the order in which they are found, up to the limit per file. */
import { type DiagnosticOptions, diagnostic } from "../diagnostics/catalogue.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { fixOfHelp } from "../diagnostics/replacement.js";
import type { Source } from "../source/source.js";
import { MAX_DIAGNOSTICS } from "./limits.js";

/** Collects the diagnostics of one stage and drops those after the hundredth. */
export class Problems {
  readonly #source: Source;
  readonly #diagnostics: Diagnostic[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** Reports whether the limit is reached. */
  get full(): boolean {
    return this.#diagnostics.length >= MAX_DIAGNOSTICS;
  }

  /** Adds a diagnostic about `[start, end)`. */
  report(code: string, start: number, end: number, message: string, options: DiagnosticOptions = {}): void {
    const span = { file: this.#source.path, start, end };
    this.add(diagnostic(code, span, message, { ...fixOfHelp(options.help, span), ...options }));
  }

  add(problem: Diagnostic): void {
    if (!this.full) this.#diagnostics.push(problem);
  }
}

/**
 * Returns the author's text for a message: shortened, on one line, without invisible characters or ones that change the
 * reading order.
 */
export function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 39).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
  return `\`${short.replace(/[\p{C}\p{Zl}\p{Zp}`]/gu, "·")}\``;
}
