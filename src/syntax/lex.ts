/**
 * Text to tokens that the parser can work with.
 *
 * Mistakes in a single token are reported here, once. A well-formed token that is marked as broken takes its place: for `&&` the
 * parser reads `and`, and no later stage reports the same text.
 */
import type { IToken, TokenType } from "chevrotain";
import {
  Decimal,
  DocComment,
  Duration,
  Int,
  keywords,
  lexer,
  marks,
  Text,
  Timestamp,
  wrongTokens,
} from "../../grammar/tokens.js";
import type { Source } from "../source/source.js";
import type { Comment } from "./ast.js";
import { UNCLOSED } from "./build-context.js";
import { withoutHiddenCharacters } from "./hidden-characters.js";
import { readDuration, readNumber, readTimestamp, wrongEscapes } from "./literals.js";
import { type Problems, quoted } from "./problems.js";
import { standIn } from "./token-kinds.js";
import { withoutUnknownCharacters } from "./unknown-characters.js";

/** The tokens of one file. */
export interface Lexed {
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
}

/** Reads a whole file; it never throws, and returns only tokens of the grammar. */
export function lex(source: Source, problems: Problems): Lexed {
  const text = withoutHiddenCharacters(source.text, problems);
  const { tokens, groups } = lexer.tokenize(text);
  const known = hasUnknownCharacters(tokens) ? withoutUnknownCharacters(text, tokens, problems) : tokens;
  const checked: IToken[] = [];
  for (let i = 0; i < known.length && !problems.full; i++) {
    const token = known[i] as IToken;
    const check = CHECKS_BY_INDEX[token.tokenTypeIdx];
    const kept = check === undefined ? token : check(token, problems);
    if (kept !== undefined) checked.push(kept);
  }
  const comments = (groups.comments ?? []).map((token) => commentOf(source, token));
  return { tokens: checked, comments };
}

/** `text` is what follows the slashes, as written. */
function commentOf(source: Source, token: IToken): Comment {
  const start = token.startOffset;
  const doc = token.tokenType === DocComment;
  return {
    kind: doc ? "doc" : "line",
    span: { file: source.path, start, end: start + token.image.length },
    text: token.image.slice(doc ? 3 : 2),
    own: beginsLine(source.text, start),
  };
}

/**
 * Reports whether only blanks precede it on its line. It searches backwards from there, because a search from the start
 * could scan the whole file.
 */
function beginsLine(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && BLANKS.has(text[at] as string)) at--;
  return at < 0 || text[at] === "\n" || text[at] === "\r";
}

const BLANKS: ReadonlySet<string> = new Set([" ", "\t", "\uFEFF"]);

/** Gives the token, or what takes its place, if anything does. */
type Check = (token: IToken, problems: Problems) => IToken | undefined;

const CHECKS = new Map<TokenType, Check>([
  [Text, checkText],
  [Int, checkNumber],
  [Decimal, checkNumber],
  [Duration, checkDuration],
  [Timestamp, checkTimestamp],
  [wrongTokens.timestamp, wrongTimestamp],
  [wrongTokens.number, wrongNumber],
  [wrongTokens.unclosed, unclosedText],
  [wrongTokens.singleQuoted, singleQuoted],
  [wrongTokens.comment, foreignComment],
  [wrongTokens.operator, foreignOperator],
]);

/** By the index of the type, for they are looked up at every token. */
const CHECKS_BY_INDEX: Check[] = [];
for (const [{ tokenTypeIdx = 0 }, check] of CHECKS) CHECKS_BY_INDEX[tokenTypeIdx] = check;

function hasUnknownCharacters(tokens: readonly IToken[]): boolean {
  for (let i = 0; i < tokens.length; i++) if (tokens[i]?.tokenType === wrongTokens.unknown) return true;
  return false;
}

function complain(
  problems: Problems,
  code: string,
  token: IToken,
  message: string,
  options: { label?: string; help: string },
): void {
  problems.report(code, token.startOffset, token.startOffset + token.image.length, message, options);
}

function checkText(token: IToken, problems: Problems): IToken | undefined {
  for (const { start, end } of wrongEscapes(token.image)) {
    const written = token.image.slice(start, end);
    problems.report(
      "W1006",
      token.startOffset + start,
      token.startOffset + end,
      `${quoted(written)} is not an escape`,
      {
        help: 'the escapes are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u{…}`',
      },
    );
  }
  return token;
}

function checkNumber(token: IToken, problems: Problems): IToken | undefined {
  if (readNumber(token.image) !== undefined) return token;
  const { message, help } = wrongDigits(token.image);
  complain(problems, "W1008", token, message, { help });
  return standIn(token, token.tokenType);
}

function wrongDigits(image: string): { readonly message: string; readonly help: string } {
  if (/^0[0-9_]/.test(image)) {
    const help = `write \`${image.replace(/^[0_]+(?=[0-9])/, "").slice(0, 40)}\``;
    return { message: `the number ${quoted(image)} begins with a zero`, help };
  }
  const nearest = Number(image.replaceAll("_", ""));
  if (image.includes(".") && Number.isFinite(nearest)) {
    const help = `the nearest number that is exact is \`${nearest}\``;
    return { message: `the number ${quoted(image)} has more digits than can be read exactly`, help };
  }
  const help = `the largest integer is ${Number.MAX_SAFE_INTEGER}`;
  return { message: `the number ${quoted(image)} is too large`, help };
}

function checkDuration(token: IToken, problems: Problems): IToken | undefined {
  if (readDuration(token.image) !== undefined) return token;
  complain(problems, "W1009", token, `${quoted(token.image)} is not a duration`, {
    help: "units go from large to small, each once: `1w2d3h4m5s6ms`",
  });
  return standIn(token, Duration);
}

function checkTimestamp(token: IToken, problems: Problems): IToken | undefined {
  if (readTimestamp(token.image) !== undefined) return token;
  complain(problems, "W1010", token, `the time ${quoted(token.image)} does not exist`, {
    label: "not in the calendar",
    help: "days go from 01 to the last of the month, hours from 00 to 23, minutes and seconds from 00 to 59",
  });
  return standIn(token, Timestamp);
}

function wrongTimestamp(token: IToken, problems: Problems): IToken | undefined {
  const [, date] = /^(\d{4}-\d{2}-\d{2})(?!\d)/.exec(token.image) ?? [];
  complain(problems, "W1010", token, `${quoted(token.image)} is not a time`, {
    help: `a time is written in full, in UTC: \`${date ?? "2026-12-20"}T00:00:00Z\``,
  });
  return standIn(token, Timestamp);
}

const UNIT_WORDS: Readonly<Record<string, string>> = {
  ms: "ms",
  msec: "ms",
  millis: "ms",
  milliseconds: "ms",
  sec: "s",
  secs: "s",
  second: "s",
  seconds: "s",
  min: "m",
  mins: "m",
  minute: "m",
  minutes: "m",
  hr: "h",
  hrs: "h",
  hour: "h",
  hours: "h",
  day: "d",
  days: "d",
  week: "w",
  weeks: "w",
};

function wrongNumber(token: IToken, problems: Problems): IToken | undefined {
  const { image } = token;
  const [, digits = "", unit = ""] = /^([0-9_]+)([A-Za-z]+)$/.exec(image) ?? [];
  const known = Object.hasOwn(UNIT_WORDS, unit.toLowerCase()) ? UNIT_WORDS[unit.toLowerCase()] : undefined;
  const fraction = /^([0-9]+\.[0-9]+)(ms|s|m|h|d|w)$/.exec(image);
  if (known !== undefined || fraction !== null || /^(?:\d+(?:ms|[wdhmsWDHMS]))+\d*$/.test(image)) {
    const help =
      known !== undefined
        ? `write \`${digits}${known}\``
        : "a duration is whole numbers with units, as in `1h30m`";
    complain(problems, "W1009", token, `${quoted(image)} is not a duration`, { help });
    return standIn(token, Duration);
  }
  const help = /^\d+(?:\.\d+){2,}$/.test(image)
    ? `put it in quotes: \`"${image.slice(0, 40)}"\``
    : /^\d/.test(image) && /[A-Za-z]$/.test(image) && !/^\d+(?:\.\d+)?[eE]/.test(image)
      ? "a number is digits, as in `5_000` or `0.25`; a name does not begin with a digit"
      : "a number is digits, as in `5_000` or `0.25`, without exponent or leading zeros";
  complain(problems, "W1008", token, `${quoted(image)} is not a number`, { help });
  return standIn(token, image.includes(".") ? Decimal : Int);
}

function unclosedText(token: IToken, problems: Problems): IToken | undefined {
  complain(problems, "W1005", token, "this string has no closing quote", {
    label: "it ends with its line",
    help: 'close it with `"`; write a line end in a string as `\\n`',
  });
  return { ...standIn(token, Text, `${token.image.replaceAll("\\", "/")}"`), payload: UNCLOSED };
}

function singleQuoted(token: IToken, problems: Problems): IToken | undefined {
  const inside = token.image.replace(/^'|'$/g, "");
  const better = inside.slice(0, 40).replaceAll(/["\\]/g, "\\$&");
  complain(problems, "W1007", token, "strings use double quotes", { help: `write \`"${better}"\`` });
  return standIn(token, Text, `"${inside.replaceAll(/["\\]/g, "/")}"`);
}

function foreignComment(token: IToken, problems: Problems): IToken | undefined {
  complain(
    problems,
    "W1014",
    token,
    `${quoted(token.image.slice(0, token.image[0] === "#" ? 1 : 2))} does not begin a comment`,
    {
      help: "a comment begins with `//` and ends with its line",
    },
  );
  return undefined;
}

/** Operators of other languages: the token that replaces them, or none if they are dropped. */
const OPERATORS: Readonly<Record<string, { readonly becomes?: TokenType; readonly help: string }>> = {
  "&&": { becomes: keywords.and, help: "write `and`" },
  "&": { becomes: keywords.and, help: "write `and`" },
  "||": { becomes: keywords.or, help: "write `or`" },
  "!": { becomes: keywords.not, help: "write `not`" },
  "===": { becomes: marks["=="], help: "write `==`" },
  "!==": { becomes: marks["!="], help: "write `!=`" },
  "<>": { becomes: marks["!="], help: "write `!=`" },
  "=>": { becomes: marks[">="], help: "at least is written `>=`" },
  ":=": { becomes: marks["="], help: "write `=`" },
  "**": { becomes: marks["*"], help: "a tool pattern has one `*` a word; in an expression `*` multiplies" },
  "/": { becomes: marks["*"], help: "there is no division: multiply the other side instead" },
  "%": { becomes: marks["*"], help: "there is no remainder" },
  "~": { becomes: marks["*"], help: "a pattern is written with `like` or `matches`" },
  "^": { becomes: marks["*"], help: "there are no powers" },
};

function foreignOperator(token: IToken, problems: Problems): IToken | undefined {
  if (token.image === ";") {
    complain(problems, "W1028", token, "semicolons are not used", { help: "delete it" });
    return undefined;
  }
  const operator = Object.hasOwn(OPERATORS, token.image) ? OPERATORS[token.image] : undefined;
  const help = operator?.help ?? "delete it";
  complain(problems, "W1013", token, `${quoted(token.image)} is not an operator`, { help });
  return operator?.becomes === undefined ? undefined : standIn(token, operator.becomes);
}
