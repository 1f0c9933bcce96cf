/** One mistake found while parsing: how to report it, and how to continue as if it had not been made. */
import type { IToken, TokenType } from "chevrotain";
import type { DiagnosticOptions } from "../diagnostics/catalogue.js";
import type { Source } from "../source/source.js";
import type { OpenBlock } from "./blocks.js";
import type { Layout } from "./layout.js";
import { endOf, standIn } from "./token-kinds.js";

/** The position at which the parser stopped, and its context. */
export interface Stop {
  readonly source: Source;
  readonly tokens: readonly IToken[];
  readonly layout: Layout;
  /** The index of the token that did not fit; the number of tokens if they ended too soon. */
  readonly at: number;
  readonly token: IToken | undefined;
  readonly ruleStack: readonly string[];
  /** The token that the grammar required, if it was a single one. */
  readonly expected: TokenType | undefined;
  /** Every token that would have fitted, as far as known. */
  readonly fitting: ReadonlySet<TokenType>;
  /** The innermost block with items, undefined in the head of a declaration. */
  readonly open: OpenBlock | undefined;
  /** The start of the item that the token belongs to; the declaration's first token outside of blocks. */
  readonly item: number;
}

/** Tokens `[from, to)` and their replacement. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly tokens: readonly IToken[];
  /** False if the mistake does not affect what follows, so that the next token is checked as well. */
  readonly quiet?: false;
}

export interface Mistake {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly options: DiagnosticOptions;
  /** How to repair it; without one, the item around it, or the declaration, is given up. */
  readonly edit?: Edit | undefined;
}

/** Recognises one kind of mistake; returns undefined for any other. */
export type Recogniser = (stop: Stop) => Mistake | undefined;

/** Replaces the tokens at a stop with one token that spans all of them. */
export function replace(stop: Stop, type: TokenType, count = 1): Edit {
  const token = stop.tokens[stop.at] as IToken;
  const last = stop.tokens[stop.at + count - 1] as IToken;
  const image = type.LABEL?.startsWith('"') ? type.LABEL.slice(1, -1) : token.image;
  return {
    from: stop.at,
    to: stop.at + count,
    tokens: [{ ...standIn(token, type, image), endOffset: endOf(last) - 1 }],
  };
}

/** Inserts tokens before the one at a stop. */
export function insert(stop: Stop, ...tokens: readonly IToken[]): Edit {
  return { from: stop.at, to: stop.at, tokens };
}

/** Removes the tokens at a stop. */
export function drop(stop: Stop, count = 1): Edit {
  return { from: stop.at, to: stop.at + count, tokens: [] };
}

/** Returns a mistake about the token at which the parser stopped. */
export function about(
  stop: Stop,
  code: string,
  message: string,
  help: string | undefined,
  edit?: Edit,
): Mistake {
  const token = stop.token ?? stop.tokens.at(-1);
  const start = token?.startOffset ?? 0;
  const end = token === undefined ? 0 : endOf(token);
  return { code, start, end, message, options: help === undefined ? {} : { help }, edit };
}
