/** Characters that do not begin a token: letters of other scripts, typographic quotes, and signs without a meaning. */
import type { IToken } from "chevrotain";
import { Name, Text, wrongTokens } from "../../grammar/tokens.js";
import { type Problems, quoted } from "./problems.js";
import { tokenOver } from "./token-kinds.js";

/** Text that is reported as invalid, and the token that replaces it. */
interface Patch {
  readonly start: number;
  readonly end: number;
  readonly token: IToken | undefined;
}

const LETTERS = /[\p{L}\p{M}\p{N}_]+/uy;
const SIGNS = /[^\p{L}\p{M}\p{N}_\s]+/uy;
const WORD_BEFORE = /[\p{L}\p{M}\p{N}_]/u;
const QUOTES = /^[“”„‟«»‹›‘’‚`´]/u;

/** Returns the tokens with each word with unknown letters replaced, and without unknown signs; each is reported. */
export function withoutUnknownCharacters(
  text: string,
  tokens: readonly IToken[],
  problems: Problems,
): readonly IToken[] {
  const patches: Patch[] = [];
  const known: IToken[] = [];
  let done = 0;
  for (const token of tokens) {
    if (token.tokenType !== wrongTokens.unknown) {
      known.push(token);
      continue;
    }
    if (problems.full) break;
    const end = token.startOffset + token.image.length;
    for (let at = Math.max(done, token.startOffset); at < end && !problems.full; ) {
      const patch = patchAt(text, at, done, problems);
      if (patch.token !== undefined || patch.end > patch.start) patches.push(patch);
      at = Math.max(patch.end, at + 1);
      done = at;
    }
  }
  return applied(known, patches);
}

function patchAt(text: string, at: number, from: number, problems: Problems): Patch {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 32);
  if (/\s/u.test(character)) return blank(text, at, character, problems);
  if (WORD_BEFORE.test(character)) return word(text, at, from, problems);
  if (QUOTES.test(character)) return quotation(text, at, problems);
  SIGNS.lastIndex = at;
  const end = at + (SIGNS.exec(text)?.[0].match(/^[^"{}()[\]<>=.,:@|?+\-*!&;%/^~\\$#']+/u)?.[0].length ?? 1);
  problems.report("W1001", at, end, `${quoted(text.slice(at, end))} is not part of the language`, {
    help: "delete it, or put it in quotes",
  });
  return { start: at, end, token: undefined };
}

function blank(text: string, at: number, character: string, problems: Problems): Patch {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  let end = at;
  while (text[end] === character) end++;
  problems.report("W1001", at, end, `a blank that is not a plain space: ${code}`, {
    help: "use a plain space",
  });
  return { start: at, end, token: undefined };
}

/** Takes the whole word around an unknown letter, so that it is one mistake and one name. */
function word(text: string, at: number, from: number, problems: Problems): Patch {
  let start = at;
  while (start > from && WORD_BEFORE.test(text[start - 1] ?? " ")) start--;
  LETTERS.lastIndex = start;
  const end = start + Math.max(LETTERS.exec(text)?.[0].length ?? 0, at + 1 - start);
  const strange = [...text.slice(start, end)].find((letter) => !/[A-Za-z0-9_]/.test(letter)) ?? "";
  const code = `U+${(strange.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  problems.report(
    "W1011",
    start,
    end,
    `the name ${quoted(text.slice(start, end))} has the letter ${quoted(strange)} (${code})`,
    {
      label: "not only a to z",
      help: "a name has the letters a to z, digits and `_`; anything else goes in quotes",
    },
  );
  return { start, end, token: tokenOver(start, end, Name, text.slice(start, end)) };
}

/** Takes a string in typographic quotes or backticks, up to the next one of them or the end of the line. */
function quotation(text: string, at: number, problems: Problems): Patch {
  const [whole = text[at] ?? ""] =
    /^.[^“”„‟«»‹›‘’‚`´\r\n]*[“”„‟«»‹›‘’‚`´]?/u.exec(text.slice(at, at + 4096)) ?? [];
  problems.report("W1007", at, at + whole.length, "strings use straight double quotes", {
    help: 'use `"` on both sides',
  });
  const image = `"${whole.slice(1).replaceAll(/["\\]/g, "/")}"`;
  const token = tokenOver(at, at + whole.length, Text, image);
  return { start: at, end: at + whole.length, token };
}

/** Removes tokens that begin inside a patch, and inserts the replacements. */
function applied(tokens: readonly IToken[], patches: readonly Patch[]): readonly IToken[] {
  const result: IToken[] = [];
  let next = 0;
  for (const token of tokens) {
    while (patches[next] !== undefined && (patches[next] as Patch).start <= token.startOffset) {
      const { token: insert } = patches[next++] as Patch;
      if (insert !== undefined) result.push(insert);
    }
    const last = patches[next - 1];
    if (last === undefined || token.startOffset >= last.end) result.push(token);
  }
  for (const patch of patches.slice(next)) if (patch.token !== undefined) result.push(patch.token);
  return result;
}
