import type { Expr } from "../syntax/ast.js";
import { operators } from "./bare-lists.js";
import { align, type Doc, group, indent, join, line, softline } from "./doc.js";
import { operandsOf } from "./operands.js";
import type { Original } from "./original.js";
import { literalText, quoted } from "./value.js";

/** Returns how tightly an expression binds. A looser one in a tighter context needs parentheses. */
const LEVEL = {
  or: 0,
  and: 1,
  not: 2,
  relation: 3,
  sum: 4,
  product: 5,
  fallback: 6,
  negation: 7,
  primary: 8,
};

function levelOf(expr: Expr): number {
  switch (expr.kind) {
    case "or":
    case "and":
    case "not":
      return LEVEL[expr.kind];
    case "has":
      return LEVEL.not;
    case "compare":
    case "like":
    case "matches":
    case "finds":
      return LEVEL.relation;
    case "arithmetic":
      return expr.operator === "*" ? LEVEL.product : LEVEL.sum;
    case "else":
      return LEVEL.fallback;
    case "negate":
      return LEVEL.negation;
    case "number":
      return expr.raw.startsWith("-") ? LEVEL.negation : LEVEL.primary;
    default:
      return LEVEL.primary;
  }
}

/**
 * Returns an expression with the fewest parentheses that keep its tree, and two more for readers: around an `and`
 * inside an `or`, and around the operand of `not`.
 */
export function expressionDoc(original: Original, expr: Expr): Doc {
  const at = (of: Expr, level: number): Doc => {
    const doc = expressionDoc(original, of);
    return levelOf(of) >= level ? doc : parenthesized(doc);
  };
  const binary = (left: Expr, operator: string, right: Expr, levels: readonly [number, number]): Doc => [
    at(left, levels[0]),
    ` ${operator} `,
    at(right, levels[1]),
  ];
  switch (expr.kind) {
    case "and":
    case "or":
      return operators(original, operandsOf(expr), (operand) => at(operand, LEVEL.not), expr.kind);
    case "not":
      return [
        "not ",
        levelOf(expr.of) === LEVEL.relation
          ? parenthesized(expressionDoc(original, expr.of))
          : at(expr.of, LEVEL.not),
      ];
    case "has":
      return ["has ", expr.path.text, expr.key === undefined ? "" : `[${quoted(expr.key.value)}]`];
    case "compare":
      return binary(expr.left, expr.operator, expr.right, [LEVEL.sum, LEVEL.sum]);
    case "like":
    case "matches":
    case "finds":
      return [at(expr.of, LEVEL.sum), ` ${expr.kind} ${quoted(expr.pattern.value)}`];
    case "arithmetic": {
      const own = levelOf(expr);
      return binary(expr.left, expr.operator, expr.right, [own, own + 1]);
    }
    case "else":
      return binary(expr.of, "else", expr.fallback, [LEVEL.negation, LEVEL.negation]);
    case "negate":
      return [
        "-",
        expr.of.kind === "number" ? parenthesized(literalText(expr.of)) : at(expr.of, LEVEL.primary),
      ];
    case "path":
      return expr.name.text;
    case "field":
      return [selected(original, expr.of), ".", expr.name.text];
    case "index":
      return [selected(original, expr.of), `[${quoted(expr.key.value)}]`];
    case "call":
      return [expr.name.text, listed(original, "(", expr.args, ")")];
    case "list":
      return listed(original, "[", expr.items, "]");
    case "quantifier": {
      const { quantifier, variable, over, body } = expr;
      const head = [`${quantifier} ${variable.text} in `, at(over, LEVEL.sum), " {"];
      return group([head, indent([line, expressionDoc(original, body)]), line, "}"]);
    }
    case "prior": {
      const status = expr.status === undefined ? "" : ` ${expr.status}`;
      const keys = expr.same.map((key) => key.text).join(", ");
      const same = expr.same.length === 1 ? keys : `(${keys})`;
      return `prior ${expr.tool.text}${status} within ${expr.within.raw} same ${same}`;
    }
    case "error":
      throw new Error("an expression that did not parse has no canonical text");
    default:
      return literalText(expr);
  }
}

/**
 * Returns an expression in a position that allows only a sum: a comparison, or anything that binds looser, gets
 * parentheses.
 */
export function sumDoc(original: Original, expr: Expr): Doc {
  const doc = expressionDoc(original, expr);
  return levelOf(expr) >= LEVEL.sum ? doc : parenthesized(doc);
}

/** Returns the operand of `.name` or `["key"]`. */
function selected(original: Original, of: Expr): Doc {
  const doc = expressionDoc(original, of);
  switch (of.kind) {
    case "path":
    case "call":
    case "field":
    case "index":
      return doc;
    default:
      return parenthesized(doc);
  }
}

function parenthesized(doc: Doc): Doc {
  return ["(", align(doc), ")"];
}

function listed(original: Original, open: string, items: readonly Expr[], close: string): Doc {
  if (items.length === 0) return [open, close];
  const docs = items.map((item) => expressionDoc(original, item));
  return group([open, indent([softline, join([",", line], docs)]), softline, close]);
}
