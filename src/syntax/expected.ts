/** What the grammar expects at one position, in words. */
import type { IToken, TokenType } from "chevrotain";
import { continuations } from "../../grammar/continuations.js";
import { bindsTighter, OPERATORS, operatorOf, RELATIONS } from "../../grammar/operators.js";
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
import { is, isCloser, isOpener } from "./token-kinds.js";

/** Beyond this many tokens an answer would cost more than it is worth. */
const MAX_BEGINNING = 200;

/** The tokens that may follow the beginning of a rule; none if it is too long, or not a beginning of that rule. */
export function tokensAfter(
  rule: string,
  beginning: readonly IToken[],
  limit = MAX_BEGINNING,
): ReadonlySet<TokenType> {
  if (beginning.length > limit) return new Set();
  const types = continuations(rule, beginning);
  const before = beginning.at(-1);
  const operator = before === undefined ? undefined : operatorOf(before.tokenType);
  // The grammar reads a flat chain: that conditions are no operands of `==`, and `==` has two sides, is settled later.
  if (operator !== undefined && bindsTighter(operator.level, "not")) return without(types, CONDITIONS);
  return types.has(k.matches) && hasRelation(beginning) ? without(types, [...RELATIONS, k.not]) : types;
}

const CONDITIONS = [k.not, k.has];

function without(types: ReadonlySet<TokenType>, some: readonly TokenType[]): ReadonlySet<TokenType> {
  return new Set([...types].filter((type) => !some.includes(type)));
}

/** Whether a relation or `has` precedes the end of an expression, in the same brackets and after the last `and` or `or`. */
function hasRelation(tokens: readonly IToken[]): boolean {
  let depth = 0;
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at] as IToken;
    if (isCloser(token)) depth++;
    else if (isOpener(token) && depth-- === 0) return false;
    if (depth > 0) continue;
    if (is(token, k.and, k.or, k.when, k.unless, m["="], m[","])) return false;
    const isQuantifier = is(token, k.in) && is(tokens[at - 2], k.some, k.all);
    if (is(token, k.has, ...RELATIONS) && !isQuantifier) return true;
  }
  return false;
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
  [Text, "a string"],
  [Int, "a whole number"],
  [Decimal, "a number"],
  [Duration, "a duration such as `5m`"],
  [Timestamp, "a time such as `2026-12-20T00:00:00Z`"],
]);

/** One token in words: `a name`, `` `{` ``. */
export function describe(type: TokenType): string {
  return NAMES.get(type) ?? `\`${unquoted(type.LABEL ?? "")}\``;
}

/** What a rule of the grammar reads, if a list of its tokens would be less clear. */
const RULES: Readonly<Record<string, string>> = {
  value: "a value",
  dataValue: "a value",
  literal: "a value",
  recordLit: "a record such as `{ a: 1 }`",
  typeExpr: "a type",
  typeArg: "a type or a number",
  typeName: "a type",
  record: "a record such as `{ a: text }`",
  union: "a string",
  number: "a number",
  bound: "a number",
  names: "a name",
  qname: "a name",
  key: "a name",
  pattern: "a tool's name",
  target: "`any`, `channel` or a tool's name",
  transactionStep: "`once`, `maybe` or `at most`",
  expr: "a condition",
  operand: "a condition",
  sum: "an expression",
  primary: "an expression",
};

/** The rule that a message names: an operand after an operator that takes no conditions is one of its values. */
export function ruleExpected(rules: readonly string[], before: IToken | undefined): string | undefined {
  if (rules.at(-1) !== "operand") return rules.at(-1);
  const operator = before === undefined ? undefined : operatorOf(before.tokenType);
  const isTight = operator !== undefined && bindsTighter(operator.level, "not");
  return isTight || rules.at(-2) === "sum" ? "primary" : "operand";
}

/** What the grammar expects, by the innermost rule, else by the tokens themselves. */
export function expectation(rule: string | undefined, types: ReadonlySet<TokenType>): string | undefined {
  if (rule !== undefined && Object.hasOwn(RULES, rule)) return RULES[rule];
  const seen = new Set([...types].filter((type) => types.size === 1 || !isDull(type)).map(describe));
  const all = [...seen];
  if (all.length === 0 || all.length > 12) return undefined;
  return all.length === 1 ? all[0] : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

const DULL: ReadonlySet<TokenType> = new Set([
  ...[m["."], m["["], k.not],
  ...OPERATORS.map(({ token }) => token),
]);

/** Tokens that may follow nearly everything, so naming them does not help. */
function isDull(type: TokenType): boolean {
  return DULL.has(type);
}
