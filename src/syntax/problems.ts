/** Complaints about one file, in the order they are found, no more than a file may raise. */
import { type DiagnosticOptions, diagnostic } from "../diagnostics/catalogue.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { fixOfHelp } from "../diagnostics/replacement.js";
import type { Source } from "../source/source.js";
import { MAX_DIAGNOSTICS } from "./limits.js";

/** Collects what one stage has to say; what comes after the hundredth is dropped, for nobody reads on. */
export class Problems {
  readonly #source: Source;
  readonly #diagnostics: Diagnostic[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** Whether nothing more is taken. */
  get full(): boolean {
    return this.#diagnostics.length >= MAX_DIAGNOSTICS;
  }

  /** Takes a complaint about `[start, end)`. */
  report(code: string, start: number, end: number, message: string, options: DiagnosticOptions = {}): void {
    const span = { file: this.#source.path, start, end };
    this.add(diagnostic(code, span, message, { ...fixOfHelp(options.help, span), ...options }));
  }

  add(problem: Diagnostic): void {
    if (!this.full) this.#diagnostics.push(problem);
  }
}

/** The author's text inside a message: shortened, on one line, with nothing in it that is invisible or turns the reading order. */
export function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 39).replace(/[\uD800-\uDBFF]$/, "")}…` : text;
  return `\`${short.replace(/[\p{C}\p{Zl}\p{Zp}`]/gu, "·")}\``;
}
