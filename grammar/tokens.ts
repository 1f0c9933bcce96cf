/**
 * The tokens of the language.
 *
 * Three layers of words: a soft keyword is also a NAME, and NAME, TYPENAME and reserved words are each a WORD. So `args.order`
 * and `{ in: 1 }` are plain fields, while `allow in { }` is not a rule. A malformed literal is one wrong token, never
 * several right ones; no rule of the grammar has wrong tokens.
 */
import { createToken, type ILexingResult, type IToken, Lexer, type TokenType } from "chevrotain";
import { RESERVED_WORDS, type ReservedWord, SOFT_KEYWORDS, type SoftKeyword } from "./words.js";

/** Any word: what may follow a `.` or precede a `:`. */
export const Word = createToken({ name: "Word", pattern: Lexer.NA, label: "WORD" });

/** `[a-z_][A-Za-z0-9_]*` that is not reserved; every soft keyword is one. */
export const Name = createToken({
  name: "Name",
  pattern: /[a-z_][A-Za-z0-9_]*/,
  categories: [Word],
  label: "NAME",
});

/** `[A-Z][A-Za-z0-9]*`. */
export const TypeName = createToken({
  name: "TypeName",
  pattern: /[A-Z][A-Za-z0-9]*/,
  categories: [Word],
  label: "TYPENAME",
});

function keyword(word: string, category: TokenType): TokenType {
  const name = word.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return createToken({
    name,
    pattern: new RegExp(`${word}(?![A-Za-z0-9_])`),
    categories: [category],
    label: `"${word}"`,
  });
}

/** The token of each keyword, by the word itself. */
export const keywords = {
  ...Object.fromEntries(RESERVED_WORDS.map((word) => [word, keyword(word, Word)])),
  ...Object.fromEntries(SOFT_KEYWORDS.map((word) => [word, keyword(word, Name)])),
} as Readonly<Record<ReservedWord | SoftKeyword, TokenType>>;

/** `step-up`, as a whole word. */
export const StepUp = createToken({ name: "StepUp", pattern: /step-up(?![\w-])/, label: '"step-up"' });
/** `require-approval`, as a whole word. */
export const RequireApproval = createToken({
  name: "RequireApproval",
  pattern: /require-approval(?![\w-])/,
  label: '"require-approval"',
});

// --- literals ---------------------------------------------------------------------------------------------

/** What may not directly follow a number: a letter, a digit, or a fraction. */
const END_OF_NUMBER = "(?![A-Za-z0-9_]|\\.[0-9])";
const DIGITS = "[0-9](?:_?[0-9])*";

/** `"…"` on one line. `lex.ts` checks its escapes. */
export const Text = createToken({
  name: "Text",
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
  line_breaks: false,
  label: "STRING",
});
/** `2026-12-20T00:00:00Z`; that the day exists is checked where it is read. */
export const Timestamp = createToken({
  name: "Timestamp",
  pattern: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z(?![A-Za-z0-9_])/,
  label: "TIMESTAMP",
});
/** `250ms`, `1h30m`; the order of its units is checked where it is read. */
export const Duration = createToken({
  name: "Duration",
  pattern: new RegExp(`(?:${DIGITS}(?:ms|w|d|h|m|s))+${END_OF_NUMBER}`),
  label: "DURATION",
});
/** `0.25`. */
export const Decimal = createToken({
  name: "Decimal",
  pattern: new RegExp(`${DIGITS}\\.${DIGITS}${END_OF_NUMBER}`),
  label: "DECIMAL",
});
/** `5_000`. */
export const Int = createToken({
  name: "Int",
  pattern: new RegExp(`${DIGITS}${END_OF_NUMBER}`),
  label: "INT",
});

// --- punctuation ------------------------------------------------------------------------------------------

function mark(name: string, text: string): TokenType {
  return createToken({ name, pattern: text, label: `"${text}"` });
}

export const marks = {
  "{": mark("LCurly", "{"),
  "}": mark("RCurly", "}"),
  "(": mark("LRound", "("),
  ")": mark("RRound", ")"),
  "[": mark("LSquare", "["),
  "]": mark("RSquare", "]"),
  "==": mark("EqualEqual", "=="),
  "!=": mark("NotEqual", "!="),
  "<=": mark("LessEqual", "<="),
  ">=": mark("GreaterEqual", ">="),
  "..": mark("DotDot", ".."),
  "<": mark("Less", "<"),
  ">": mark("Greater", ">"),
  "=": mark("Equal", "="),
  ".": mark("Dot", "."),
  ",": mark("Comma", ","),
  ":": mark("Colon", ":"),
  "@": mark("At_", "@"),
  "|": mark("Pipe", "|"),
  "?": mark("Question", "?"),
  "+": mark("Plus", "+"),
  "-": mark("Minus", "-"),
  "*": mark("Star", "*"),
} as const;

// --- wrong tokens -----------------------------------------------------------------------------------------

/** Text that starts as a date and is not a TIMESTAMP: `2026-12-20`, a local time, an offset. */
const WrongTimestamp = createToken({
  name: "WrongTimestamp",
  pattern:
    /[0-9]{4}-[0-9]{1,2}-[0-9](?:[\w:+-]|\.(?!\.))*(?: [0-9]{1,2}:[\w:+-]*)?|[0-9][0-9-]*[Tt][0-9]+:(?:[\w:+-]|\.(?!\.))*/,
  line_breaks: false,
});
/** Text that starts with a digit and is not a number, duration or timestamp: `5min`, `1.5h`, `1e9`. */
const WrongNumber = createToken({
  name: "WrongNumber",
  pattern: /[0-9][A-Za-z0-9_]*(?:\.[0-9][A-Za-z0-9_]*)*/,
  line_breaks: false,
});
/** A text whose line ends before its quote. */
const UnclosedText = createToken({
  name: "UnclosedText",
  pattern: { exec: (text: string, offset: number) => unclosedText(text, offset) },
  start_chars_hint: ['"'],
  line_breaks: false,
});
/** `'…'`, closed or not. */
const SingleQuoted = createToken({
  name: "SingleQuoted",
  pattern: /'(?:[^'\\\r\n]|\\[^\r\n])*'?/,
  line_breaks: false,
});
/** A comment of another language. */
const ForeignComment = createToken({
  name: "ForeignComment",
  pattern: { exec: (text: string, offset: number) => foreignComment(text, offset) },
  start_chars_hint: ["/", "#"],
  line_breaks: true,
});
/** An operator of another language. */
const ForeignOperator = createToken({
  name: "ForeignOperator",
  pattern: /===|!==|&&|\|\||\*\*|=>|->|<>|:=|!(?!=)|&|;|%|\/|\^|~|\\|\$/,
});

/** Characters that begin no other token: letters of other scripts, typographic signs, backticks. */
const UnknownCharacters = createToken({
  name: "UnknownCharacters",
  pattern: /[\u0080-\uFFFF`]+/,
  line_breaks: false,
});

/** Tokens that no rule of the grammar has: each has its own message. */
export const wrongTokens = {
  timestamp: WrongTimestamp,
  number: WrongNumber,
  unclosed: UnclosedText,
  singleQuoted: SingleQuoted,
  comment: ForeignComment,
  operator: ForeignOperator,
  unknown: UnknownCharacters,
} as const;

/** The rest of the line, less the brackets at its end that nothing in it opened: they close brackets of earlier lines. */
function unclosedText(text: string, offset: number): [string] | null {
  if (text[offset] !== '"') return null;
  let end = offset;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
  const opened = { ")": 0, "]": 0, "}": 0 };
  for (let i = offset; i < end; i++) {
    const character = text[i];
    if (character === "(") opened[")"]++;
    else if (character === "[") opened["]"]++;
    else if (character === "{") opened["}"]++;
    else if (character === ")" || character === "]" || character === "}") opened[character]--;
  }
  for (let i = end; i > offset + 1; i--) {
    const character = text[i - 1];
    if (character === " " || character === "\t") end = i - 1;
    else if ((character === ")" || character === "]" || character === "}") && opened[character] < 0) {
      opened[character]++;
      end = i - 1;
    } else break;
  }
  return [text.slice(offset, end)];
}

/** `# …` to the end of the line, or an unnested block comment, which may be unclosed. */
function foreignComment(text: string, offset: number): [string] | null {
  if (text[offset] === "#") {
    let end = offset;
    while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
    return [text.slice(offset, end)];
  }
  if (text[offset] !== "/" || text[offset + 1] !== "*") return null;
  const close = text.indexOf("*/", offset + 2);
  return [close === -1 ? text.slice(offset) : text.slice(offset, close + 2)];
}

// --- what the parser does not see -------------------------------------------------------------------------

/** Blanks and line ends: nothing else separates words. */
export const Blank = createToken({
  name: "Blank",
  pattern: /[ \t\r\n]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
/** `/// …`, which documents the declaration that follows it. */
export const DocComment = createToken({
  name: "DocComment",
  pattern: /\/\/\/(?!\/)[^\r\n]*/,
  group: "comments",
  line_breaks: false,
});
/** `// …`. */
export const LineComment = createToken({
  name: "LineComment",
  pattern: /\/\/[^\r\n]*/,
  group: "comments",
  line_breaks: false,
});

/** Every token, in the order in which they are tried. */
export const allTokens: readonly TokenType[] = [
  Blank,
  DocComment,
  LineComment,
  StepUp,
  RequireApproval,
  ...Object.values(keywords),
  Name,
  TypeName,
  Text,
  UnclosedText,
  Timestamp,
  WrongTimestamp,
  Duration,
  Decimal,
  Int,
  WrongNumber,
  SingleQuoted,
  ForeignComment,
  ForeignOperator,
  UnknownCharacters,
  ...Object.values(marks),
  Word,
];

const keywordsByWord = new Map(Object.entries<TokenType>(keywords));
const keywordTypes: ReadonlySet<TokenType> = new Set(keywordsByWord.values());

/**
 * Without the keywords: each matches NAME, and the word itself determines the keyword. A separate pattern for each of
 * more than a hundred would be tried at every word.
 */
const formsOnly = new Lexer(
  allTokens.filter((type) => !keywordTypes.has(type)),
  {
    positionTracking: "onlyOffset",
    ensureOptimizations: true,
    // A test asks for them.
    skipValidations: true,
  },
);

/** Text to tokens; comments come apart from them. It never throws, and what it cannot read it lists as errors. */
export const lexer = {
  tokenize(text: string): ILexingResult {
    const result = formsOnly.tokenize(text);
    const { tokens } = result;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i] as IToken;
      // The parser takes the ends of its nodes from there, and the lexer leaves it out.
      token.endOffset = token.startOffset + token.image.length - 1;
      const keyword = token.tokenType === Name ? keywordsByWord.get(token.image) : undefined;
      if (keyword === undefined) continue;
      token.tokenType = keyword;
      token.tokenTypeIdx = keyword.tokenTypeIdx ?? token.tokenTypeIdx;
    }
    return result;
  },
};
