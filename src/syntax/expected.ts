/** What the grammar would have taken at a place, in words. */
import type { IToken, TokenType } from "chevrotain";
import { nextTokens } from "../../grammar/next-tokens.js";
import {
  Decimal,
  Duration,
  Int,
  keywords as k,
  marks as m,
  Name,
  Text,
  Timestamp,
  TypeName,
  Word,
} from "../../grammar/tokens.js";

/** Beyond this the answer would cost more than it is worth. */
const LONGEST_PREFIX = 200;

/** The tokens that may follow a beginning of a rule; empty where the beginning is too long or no beginning of it. */
export function tokensAfter(rule: string, prefix: readonly IToken[]): ReadonlySet<TokenType> {
  if (prefix.length > LONGEST_PREFIX) return new Set();
  return nextTokens(rule, prefix);
}

/** The keywords among tokens, as they are written. */
export function wordsOf(types: Iterable<TokenType>): readonly string[] {
  return [...types]
    .map((type) => type.LABEL ?? "")
    .filter((label) => /^"[a-z]/.test(label))
    .map(unquoted);
}

function unquoted(label: string): string {
  return label.slice(1, -1);
}

const NAMES = new Map<TokenType, string>([
  [Name, "a name"],
  [TypeName, "a type's name"],
  [Word, "a name"],
  [Text, "a text in quotes"],
  [Int, "a whole number"],
  [Decimal, "a number"],
  [Duration, "a duration such as `5m`"],
  [Timestamp, "a time such as `2026-12-20T00:00:00Z`"],
]);

/** One token in words: `a name`, `` `{` ``. */
export function describe(type: TokenType): string {
  return NAMES.get(type) ?? `\`${unquoted(type.LABEL ?? "")}\``;
}

/** What a rule of the grammar stands for, where a list of its tokens would say less. */
const RULES: Readonly<Record<string, string>> = {
  value: "a value",
  dataValue: "a value",
  literal: "a value",
  recordLit: "a record such as `{ a: 1 }`",
  typeExpr: "a type",
  typeArg: "a type or a number",
  typeName: "a type",
  record: "a record such as `{ a: text }`",
  union: "a text in quotes",
  number: "a number",
  bound: "a number",
  names: "a name",
  qname: "a name",
  key: "a name",
  pattern: "a tool's name",
  target: "`any`, `channel` or a tool's name",
  transactionStep: "`once`, `maybe` or `at most`",
  expr: "a condition",
  and: "a condition",
  not: "a condition",
  relation: "a condition",
  sum: "an expression",
  product: "an expression",
  fallback: "an expression",
  postfix: "an expression",
  primary: "an expression",
};

/** What stood to be expected: by the innermost rule, else by the tokens themselves. */
export function expectation(rule: string | undefined, types: ReadonlySet<TokenType>): string | undefined {
  if (rule !== undefined && Object.hasOwn(RULES, rule)) return RULES[rule];
  const seen = new Set([...types].filter((type) => types.size === 1 || !isDull(type)).map(describe));
  const all = [...seen];
  if (all.length === 0 || all.length > 12) return undefined;
  return all.length === 1 ? all[0] : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

const DULL: ReadonlySet<TokenType> = new Set([
  ...[m["."], m["["], m["+"], m["-"], m["*"], k.or, k.and, k.else, k.not, k.in, k.like, k.matches],
  ...[m["=="], m["!="], m["<"], m["<="], m[">"], m[">="]],
]);

/** What may follow nearly everything and helps nobody. */
function isDull(type: TokenType): boolean {
  return DULL.has(type);
}
