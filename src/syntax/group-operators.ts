/** The flat chain of operands and operators that the grammar reads, grouped to a tree by the table of operators. */
import type { CstNode, IToken } from "chevrotain";
import type { OperandCstNode } from "../../grammar/cst.js";
import { bindsTighter, chains, type Operator } from "../../grammar/operators.js";
import { diagnostic } from "../diagnostics/catalogue.js";
import type { Span } from "../source/source.js";
import type { Expr } from "./ast.js";
import { type BuildContext, isBroken, one, spanBetween, spanOf } from "./build-context.js";
import { buildText } from "./build-values.js";
import { quoted } from "./problems.js";

/** The maximum number of operands in a chain such as `a and b and c`: every later stage walks trees by recursion. */
export const MAX_CHAIN = 256;

/** The maximum number of operands that the chains around one position have together. */
const MAX_OPERANDS = 1024;

/** An operand; a token is the string after `like` or `matches`. */
export type Operand = OperandCstNode | IToken;

/** An operator as it is written. */
export interface WrittenOperator {
  readonly operator: Operator;
  readonly token: IToken;
  /** The `not` of `not in`. */
  readonly negation: IToken | undefined;
}

/** Operands with an operator between each two: `operators[i]` follows `operands[i]`. */
export interface Chain {
  readonly operands: readonly Operand[];
  readonly operators: readonly WrittenOperator[];
}

/**
 * The tree of a chain; an `error` node, with its diagnostic reported, if the chain has an operand that its operator does not take.
 *
 * `buildOperand` builds an operand without the `not`s before it: what they negate depends on the operators.
 */
export function groupOperators(
  context: BuildContext,
  chain: Chain,
  buildOperand: (context: BuildContext, node: OperandCstNode) => Expr,
): Expr {
  const misplaced = misplacedToken(chain);
  if (misplaced === undefined)
    return new Grouping(context, chain, buildOperand).range({ from: 0, to: chain.operands.length });
  return unexpected(context, misplaced, spanOf(context, misplaced));
}

/** Reports that a chain has too many operands, or an operand too many fields; its span shows the first one too many. */
export function tooLong(context: BuildContext, span: Span): Expr {
  context.report(
    diagnostic("W1012", span, `this condition has more than ${MAX_CHAIN} operands in a row`, {
      label: "one too many",
      help: "test against a set instead, as in `args.customer in blocked`, or split it with `define`",
    }),
  );
  return { kind: "error", span };
}

/** Reports a token that does not belong where it is, unless another message already covers it; the node is what is given up. */
export function unexpected(context: BuildContext, token: IToken, span: Span): Expr {
  if (!isBroken(token)) {
    const message = `unexpected ${quoted(token.image)}`;
    context.report(
      diagnostic("W1020", spanOf(context, token), message, {
        help: "put parentheses around what it belongs to",
      }),
    );
  }
  return { kind: "error", span };
}

/** The first `not` or `has` next to an operator that takes no conditions, or what follows a pattern and cannot. */
function misplacedToken({ operands, operators }: Chain): IToken | undefined {
  for (let i = 0; i < operators.length; i++) {
    const { operator, token } = operators[i] as WrittenOperator;
    if (!bindsTighter(operator.level, "not")) continue;
    const left = operands[i] as Operand;
    if (isPattern(left) ? operator.level !== "relation" : left.children.has !== undefined) return token;
    const condition = conditionToken(operands[i + 1] as Operand);
    if (condition !== undefined) return condition;
  }
  return undefined;
}

/** The `not` or `has` that makes an operand a condition. */
export function conditionToken(operand: Operand): IToken | undefined {
  if (isPattern(operand)) return undefined;
  const { Not, has } = operand.children;
  return Not?.[0] ?? has?.[0]?.children.Has[0];
}

function isPattern(operand: Operand): operand is IToken {
  return "image" in operand;
}

/** Operands from one index to before another. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** A part, and its tree. */
interface Side {
  readonly part: Part;
  readonly tree: Expr;
}

type OperatorLevel = Operator["level"];

type Join = (left: Expr, right: Expr, span: Span, written: WrittenOperator) => Expr;

/** One chain while it is grouped, the loosest operators first. */
class Grouping {
  readonly #context: BuildContext;
  readonly #operands: readonly Operand[];
  readonly #operators: readonly WrittenOperator[];
  readonly #buildOperand: (context: BuildContext, node: OperandCstNode) => Expr;

  constructor(
    context: BuildContext,
    { operands, operators }: Chain,
    buildOperand: (context: BuildContext, node: OperandCstNode) => Expr,
  ) {
    this.#context = context;
    this.#operands = operands;
    this.#operators = operators;
    this.#buildOperand = buildOperand;
  }

  /** The tree of some operands, with the `not`s before the first of them. */
  range(part: Part): Expr {
    const level = this.#loosest(part);
    const first = this.#operands[part.from] as Operand;
    let tree = this.#joined(part, level);
    // Of `not a and b` the part `a` is negated, of `not a == b` all of it.
    if (isPattern(first) || first.children.Not === undefined || !isTight(level)) return tree;
    const { end } = this.#spanOf(part, level);
    for (const not of first.children.Not.toReversed()) {
      tree = { kind: "not", span: { ...spanOf(this.#context, not), end }, of: tree };
    }
    return tree;
  }

  #loosest({ from, to }: Part): OperatorLevel | undefined {
    let loosest: OperatorLevel | undefined;
    for (let i = from; i < to - 1; i++) {
      const { level } = (this.#operators[i] as WrittenOperator).operator;
      if (loosest === undefined || bindsTighter(loosest, level)) loosest = level;
    }
    return loosest;
  }

  /** Without the `not`s before it if all of it is negated. */
  #joined(part: Part, level: OperatorLevel | undefined): Expr {
    if (level === undefined) return this.#operand(part.from);
    const parts = this.#split(part, level);
    if (parts.length > 2 && !chains(level)) return this.#tooManySides(parts, level);
    switch (level) {
      case "or":
      case "and":
        return this.#fold(parts, level, (left, right, span) => ({ kind: level, span, left, right }));
      case "sum":
      case "product":
        return this.#fold(parts, level, (left, right, span, { operator }) => {
          // The chain was split at the operators of this level.
          const { word } = operator as Operator & { level: typeof level };
          return { kind: "arithmetic", span, operator: word, left, right };
        });
      case "relation":
        return this.#relation(parts);
      case "fallback":
        return this.#fallback(parts);
    }
  }

  #operand(at: number): Expr {
    const operand = this.#operands[at] as Operand;
    if (!isPattern(operand)) return this.#buildOperand(this.#context, operand);
    return { kind: "string", ...buildText(this.#context, operand) };
  }

  /** The parts between the operators of a level; the operator before each but the first is at `from - 1`. */
  #split({ from, to }: Part, level: OperatorLevel): readonly Part[] {
    const parts: Part[] = [];
    let start = from;
    for (let i = from; i < to - 1; i++) {
      if (this.#operators[i]?.operator.level !== level) continue;
      parts.push({ from: start, to: i + 1 });
      start = i + 1;
    }
    return [...parts, { from: start, to }];
  }

  /** One side of an operator of a level. */
  #side(part: Part, level: OperatorLevel): Expr {
    return isTight(level) ? this.#joined(part, this.#loosest(part)) : this.range(part);
  }

  /** `a op b op c` as `(a op b) op c`; each span covers the parentheses that the author wrote around an operand. */
  #fold(parts: readonly Part[], level: OperatorLevel, join: Join): Expr {
    const context = this.#context;
    const first = one(parts);
    if (parts.length > MAX_CHAIN) return tooLong(context, this.#spanOf(parts[MAX_CHAIN] as Part, level));
    if (context.operands + parts.length > MAX_OPERANDS) return tooLong(context, this.#spanOf(first, level));
    context.operands += parts.length;
    let tree = this.#side(first, level);
    for (const part of parts.slice(1)) {
      const span = this.#spanOf({ from: first.from, to: part.to }, level);
      tree = join(tree, this.#side(part, level), span, this.#operators[part.from - 1] as WrittenOperator);
    }
    context.operands -= parts.length;
    return tree;
  }

  #relation(parts: readonly Part[]): Expr {
    const [left, right] = parts.map((part) => ({ part, tree: this.#side(part, "relation") }));
    return this.#compare(one([left]), one([right]));
  }

  #compare(left: Side, right: Side): Expr {
    const { operator, negation } = this.#operators[right.part.from - 1] as WrittenOperator;
    const operand = this.#operands[right.part.from] as Operand;
    const span = this.#spanOf({ from: left.part.from, to: right.part.to }, "relation");
    if ("takes" in operator && isPattern(operand)) {
      return { kind: operator.word, span, of: left.tree, pattern: buildText(this.#context, operand) };
    }
    const { word } = operator as Exclude<Operator & { level: "relation" }, { takes: "pattern" }>;
    return {
      kind: "compare",
      span,
      operator: word === "in" && negation !== undefined ? "not in" : word,
      operatorSpan: this.#operatorSpan(right.part),
      left: left.tree,
      right: right.tree,
    };
  }

  #fallback([of, fallback]: readonly Part[]): Expr {
    const [from, to] = [one([of]), one([fallback])];
    return {
      kind: "else",
      span: this.#spanOf({ from: from.from, to: to.to }, "fallback"),
      of: this.#side(from, "fallback"),
      fallback: this.#side(to, "fallback"),
    };
  }

  /**
   * A third operand where two are allowed. Of relations each pair is compared, which is what the author meant; an operand that
   * two of them share is in the first only, or trees of nested chains would grow exponentially.
   */
  #tooManySides(parts: readonly Part[], level: OperatorLevel): Expr {
    const context = this.#context;
    if (parts.length > MAX_CHAIN) return tooLong(context, this.#spanOf(parts[MAX_CHAIN] as Part, level));
    const [first, second, third] = [one([parts[0]]), one([parts[1]]), one([parts[2]])];
    if (level !== "relation") {
      const { token } = this.#operators[third.from - 1] as WrittenOperator;
      return unexpected(context, token, this.#spanOf({ from: first.from, to: third.to }, level));
    }
    let tree = this.#relation([first, second]);
    let middle = second;
    for (const part of parts.slice(2)) {
      this.#reportThirdSide(middle, part);
      const shared: Expr = { kind: "error", span: this.#spanOf(middle, level) };
      const right = this.#compare({ part: middle, tree: shared }, { part, tree: this.#side(part, level) });
      tree = { kind: "and", span: { ...tree.span, end: right.span.end }, left: tree, right };
      middle = part;
    }
    return tree;
  }

  /** That a second relation follows the one between `middle` and what precedes it. */
  #reportThirdSide(middle: Part, third: Part): void {
    if (isBroken((this.#operators[third.from - 1] as WrittenOperator).token)) return;
    const { source, report } = this.#context;
    const [first, second] = [this.#operatorSpan(middle), this.#operatorSpan(third)];
    const again = this.#spanOf(middle, "relation");
    const written = source.slice({ ...again, start: first.start });
    const help = `write \`… ${written} and ${source.slice(again)} ${source.slice(second)} …\``;
    report(
      diagnostic("W1017", second, "a comparison has two sides", {
        help: help.length > 120 ? "join two comparisons with `and`" : help,
        label: "a third side",
        secondary: [{ span: first, message: "the first comparison" }],
      }),
    );
  }

  /** Of the operator before a part, with the `not` of `not in`. */
  #operatorSpan({ from }: Part): Span {
    const { token, negation } = this.#operators[from - 1] as WrittenOperator;
    return spanBetween(this.#context, negation ?? token, token);
  }

  /** From the first operand to the last, with the parentheses around them; without the `not`s that negate all of them. */
  #spanOf({ from, to }: Part, level: OperatorLevel | undefined): Span {
    const first = this.#operands[from] as Operand;
    const start = isPattern(first) || !isTight(level) ? first : withoutNots(first);
    return spanBetween(this.#context, start, this.#operands[to - 1] as Operand);
  }
}

/** Whether operators of a level are grouped before `not` is applied; so is a single operand. */
function isTight(level: OperatorLevel | undefined): boolean {
  return level === undefined || bindsTighter(level, "not");
}

/** What an operand begins with, its `not`s left out. */
function withoutNots(operand: OperandCstNode): CstNode | IToken {
  const { Not, Minus, has, primary } = operand.children;
  return Not === undefined ? operand : one<CstNode | IToken>(Minus ?? has ?? primary);
}
