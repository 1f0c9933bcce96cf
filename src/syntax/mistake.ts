/** One mistake found while parsing: what to say of it, and how to go on as if it had not been made. */
import type { IToken, TokenType } from "chevrotain";
import type { DiagnosticOptions } from "../diagnostics/catalogue.js";
import type { Source } from "../source/source.js";
import type { OpenBlock } from "./blocks.js";
import type { Layout } from "./layout.js";

/** The place at which the parser stopped, and what surrounds it. */
export interface Stop {
  readonly source: Source;
  readonly tokens: readonly IToken[];
  readonly layout: Layout;
  /** The index of the token that did not fit; the number of tokens where they ended too soon. */
  readonly at: number;
  readonly token: IToken | undefined;
  readonly ruleStack: readonly string[];
  /** The one token that the grammar demanded, where it was one. */
  readonly expected: TokenType | undefined;
  /** Everything that would have fit, as far as it is known. */
  readonly fitting: ReadonlySet<TokenType>;
  /** The innermost block with items, undefined in the head of a declaration. */
  readonly open: OpenBlock | undefined;
  /** Where the item that the token belongs to begins; the declaration's first token outside of blocks. */
  readonly item: number;
}

/** Tokens `[from, to)` and what takes their place. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly tokens: readonly IToken[];
  /** False where whatever follows is untouched by the mistake, so that the next token is judged as well. */
  readonly quiet?: false;
}

export interface Mistake {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly options: DiagnosticOptions;
  /** How to mend it; without one the item around it, or the declaration, is given up. */
  readonly edit?: Edit | undefined;
}

/** Something that may recognise a mistake; undefined where it is none of its kind. */
export type Recogniser = (stop: Stop) => Mistake | undefined;
