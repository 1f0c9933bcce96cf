/** Limits nesting before the parser runs: the parser is recursive, and its stack is limited. */
import type { IToken } from "chevrotain";
import { Decimal, Int, keywords as k, marks as m, Text } from "../../grammar/tokens.js";
import type { Source } from "../source/source.js";
import { GIVEN_UP } from "./build-context.js";
import { looksLikeDeclaration } from "./declaration-shapes.js";
import { Layout } from "./layout.js";
import { MAX_NESTING } from "./limits.js";
import type { Problems } from "./problems.js";
import { endOf, is, isCloser, isOpener, isWord, tokenOver } from "./token-kinds.js";

/** The open constructs at one position: a bracket, and in it a run of `not` and of types in types. */
interface Frame {
  readonly opener: IToken | undefined;
  nots: number;
  angles: number;
}

/** Returns the same tokens, with a marked token in place of anything that is nested too deep. */
export function boundNesting(
  source: Source,
  tokens: readonly IToken[],
  problems: Problems,
): readonly IToken[] {
  const nesting = new Nesting();
  let at = 0;
  while (at < tokens.length && nesting.take(tokens, at) <= MAX_NESTING) at++;
  if (at === tokens.length) return tokens;
  const result = tokens.slice(0, at);
  const layout = new Layout(source);
  complain(tokens[at] as IToken, problems);
  while (at < tokens.length) {
    const token = tokens[at] as IToken;
    nesting.leave(token);
    const end = endOfTooDeep(tokens, at, layout);
    const last = tokens[end - 1] as IToken;
    result.push({ ...tokenOver(token.startOffset, endOf(last), k.true, "true"), payload: GIVEN_UP });
    if (looksLikeDeclaration(tokens, end)) nesting.restart();
    for (at = end; at < tokens.length && nesting.take(tokens, at) <= MAX_NESTING; at++)
      result.push(tokens[at] as IToken);
  }
  return result;
}

/** Tracks the depth of a position. */
class Nesting {
  #frames: Frame[] = [{ opener: undefined, nots: 0, angles: 0 }];
  #depth = 0;

  restart(): void {
    this.#frames = [{ opener: undefined, nots: 0, angles: 0 }];
    this.#depth = 0;
  }

  /** Returns the depth including this token. */
  take(tokens: readonly IToken[], at: number): number {
    const token = tokens[at] as IToken;
    const frame = this.#frames.at(-1) as Frame;
    if (isOpener(token)) {
      this.#frames.push({ opener: token, nots: 0, angles: 0 });
      this.#depth++;
    } else if (isCloser(token)) {
      this.#close(frame);
    } else if (token.tokenType === k.not) {
      frame.nots++;
      this.#depth++;
    } else {
      this.#depth -= frame.nots;
      frame.nots = 0;
      if (frame.angles > 0 || token.tokenType === m["<"]) this.#depth += angle(tokens, at, frame);
    }
    return this.#depth;
  }

  /** Undoes the token that was too deep. */
  leave(token: IToken): void {
    const frame = this.#frames.at(-1) as Frame;
    this.#depth--;
    if (isOpener(token)) this.#frames.pop();
    else if (is(token, k.not)) frame.nots--;
    else frame.angles--;
  }

  #close(frame: Frame): void {
    if (frame.opener === undefined) return;
    this.#frames.pop();
    this.#depth -= 1 + frame.nots + frame.angles;
    const outer = this.#frames.at(-1) as Frame;
    this.#depth -= outer.nots;
    outer.nots = 0;
  }
}

/**
 * Returns by how much one token deepens types in types. The `<` of a comparison is recognised by tokens that a type
 * cannot contain.
 */
function angle(tokens: readonly IToken[], at: number, frame: Frame): number {
  const token = tokens[at] as IToken;
  const before = frame.angles;
  if (is(token, m["<"]) && isWord(tokens[at - 1])) frame.angles++;
  else if (is(token, m[">"])) frame.angles = Math.max(0, frame.angles - 1);
  else if (!isPartOfType(tokens, at, frame)) frame.angles = 0;
  return frame.angles - before;
}

function isPartOfType(tokens: readonly IToken[], at: number, frame: Frame): boolean {
  const token = tokens[at] as IToken;
  if (is(token, m[","])) return !is(frame.opener, m["("], m["["]);
  if (is(token, m["."], m[".."], m["|"], m["-"], Int, Decimal, Text)) return true;
  return isWord(token) && is(tokens[at - 1], m["<"], m[","], m["."]);
}

function complain(token: IToken, problems: Problems): void {
  problems.report(
    "W1004",
    token.startOffset,
    endOf(token),
    `more than ${MAX_NESTING} levels are nested here`,
    {
      label: "one level too many",
      help: "name a part of it with `define` or `type`",
    },
  );
}

/** Returns the index after the part that is too deep: the bracket's end, or the run of `not` or of type arguments. */
function endOfTooDeep(tokens: readonly IToken[], from: number, layout: Layout): number {
  let open = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at] as IToken;
    if (
      at > from &&
      layout.isFirst(token) &&
      layout.indentOf(token) === 0 &&
      looksLikeDeclaration(tokens, at)
    ) {
      return at;
    }
    if (isOpener(token)) open++;
    else if (isCloser(token)) open--;
    if (open < 0) return Math.max(at, from + 1);
    if (open === 0 && isOpener(tokens[from])) return at + 1;
  }
  return tokens.length;
}
