/** Predicates of tokens, and tokens that replace others. */
import type { IToken, TokenType } from "chevrotain";
import { keywords, marks, Name, Word } from "../../grammar/tokens.js";
import { SOFT_KEYWORDS } from "../../grammar/words.js";
import { BROKEN } from "./build-context.js";

export function is(token: IToken | undefined, ...types: readonly TokenType[]): boolean {
  return token !== undefined && types.includes(token.tokenType);
}

/** Reports whether a token is a word, reserved or not. */
export function isWord(token: IToken | undefined): token is IToken {
  return token !== undefined && (token.tokenType.CATEGORIES?.includes(Word) || isName(token));
}

/** Reports whether a token is valid as a NAME. */
export function isName(token: IToken | undefined): token is IToken {
  return (
    token !== undefined && (token.tokenType === Name || token.tokenType.CATEGORIES?.includes(Name) === true)
  );
}

/** Reports whether a word cannot be a NAME. */
export function isReserved(token: IToken | undefined): boolean {
  return isWord(token) && Object.hasOwn(keywords, token.image) && !SOFT.has(token.image);
}

const SOFT: ReadonlySet<string> = new Set(SOFT_KEYWORDS);

/** Reports whether two tokens are adjacent without a blank. */
export function isAdjacent(first: IToken | undefined, second: IToken | undefined): boolean {
  return first !== undefined && second !== undefined && endOf(first) === second.startOffset;
}

/** Returns the exclusive end of a token. */
export function endOf(token: IToken): number {
  return (token.endOffset ?? token.startOffset + token.image.length - 1) + 1;
}

/** Returns a token of another kind that replaces one; it is marked, so that it is not reported again. */
export function standIn(token: IToken, type: TokenType, image: string = token.image): IToken {
  const endOffset = endOf(token) - 1;
  return {
    ...token,
    tokenType: type,
    tokenTypeIdx: type.tokenTypeIdx ?? 0,
    image,
    endOffset,
    payload: BROKEN,
  };
}

/** Returns a marked token over a range of text. */
export function tokenOver(start: number, end: number, type: TokenType, image: string): IToken {
  return {
    image,
    startOffset: start,
    endOffset: end - 1,
    tokenType: type,
    tokenTypeIdx: type.tokenTypeIdx ?? 0,
    payload: BROKEN,
  };
}

/** Returns the bracket that closes one. */
export function closerOf(opener: IToken): keyof typeof marks | undefined {
  return is(opener, marks["{"])
    ? "}"
    : is(opener, marks["("])
      ? ")"
      : is(opener, marks["["])
        ? "]"
        : undefined;
}

// Called for every token of every file, so it does not allocate a list of types.

export function isOpener(token: IToken | undefined): boolean {
  const type = token?.tokenType;
  return type === CURLY || type === ROUND || type === SQUARE;
}

export function isCloser(token: IToken | undefined): boolean {
  const type = token?.tokenType;
  return type === CURLY_END || type === ROUND_END || type === SQUARE_END;
}

const { "{": CURLY, "(": ROUND, "[": SQUARE, "}": CURLY_END, ")": ROUND_END, "]": SQUARE_END } = marks;
