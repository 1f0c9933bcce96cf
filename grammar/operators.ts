/**
 * The binary operators, and how tightly each binds.
 *
 * The grammar reads an expression as a flat chain of operands with an operator between each two; the builder of the syntax tree
 * groups that chain by this table. A new operator is one line here.
 */
import type { TokenType } from "chevrotain";
import { keywords, marks } from "./tokens.js";

/** From the loosest to the tightest. `not` is a prefix; it is listed because it binds tighter than `and` and looser than `==`. */
export const LEVELS = ["or", "and", "not", "relation", "sum", "product", "fallback"] as const;

export type Level = (typeof LEVELS)[number];

interface Line {
  readonly word: keyof typeof keywords | keyof typeof marks;
  readonly level: Exclude<Level, "not">;
  /** A string literal follows, not an operand. */
  readonly takes?: "pattern";
  /** `not` may precede it, as in `not in`. */
  readonly negatable?: true;
}

const TABLE = [
  { word: "or", level: "or" },
  { word: "and", level: "and" },
  { word: "==", level: "relation" },
  { word: "!=", level: "relation" },
  { word: "<", level: "relation" },
  { word: "<=", level: "relation" },
  { word: ">", level: "relation" },
  { word: ">=", level: "relation" },
  { word: "in", level: "relation", negatable: true },
  { word: "like", level: "relation", takes: "pattern" },
  { word: "matches", level: "relation", takes: "pattern" },
  { word: "finds", level: "relation", takes: "pattern" },
  { word: "+", level: "sum" },
  { word: "-", level: "sum" },
  { word: "*", level: "product" },
  { word: "else", level: "fallback" },
] as const satisfies readonly Line[];

/** Levels whose operators may follow one another: `a + b - c` groups from the left, `a < b < c` is a mistake. */
const CHAINING: ReadonlySet<Level> = new Set<Level>(["or", "and", "sum", "product"]);

/** A binary operator: its line of the table, and the token that it is written as. */
export type Operator = (typeof TABLE)[number] & { readonly token: TokenType };

/** Every binary operator, the loosest first. */
export const OPERATORS: readonly Operator[] = TABLE.map((line) => ({
  ...line,
  token: { ...keywords, ...marks }[line.word],
}));

const BY_TOKEN: ReadonlyMap<TokenType, Operator> = new Map(OPERATORS.map((each) => [each.token, each]));

/** The binary operator that a token is; undefined if it is not one. */
export function operatorOf(token: TokenType): Operator | undefined {
  return BY_TOKEN.get(token);
}

/** Whether a level binds tighter than another. */
export function bindsTighter(level: Level, than: Level): boolean {
  return LEVELS.indexOf(level) > LEVELS.indexOf(than);
}

/** Whether operators of a level may follow one another without parentheses. */
export function chains(level: Level): boolean {
  return CHAINING.has(level);
}

/** The tokens of the operators that compare: `==`, `in`, `like`. */
export const RELATIONS: readonly TokenType[] = OPERATORS.filter(({ level }) => level === "relation").map(
  ({ token }) => token,
);
