/** The direct parts of an expression: visits and replaces them. */
import type { Expr } from "../program.js";

/** The parts of a condition that must all hold, in the order written; a condition that is not a conjunction is its only part. */
export function conjuncts(condition: Expr): readonly Expr[] {
  if (condition.kind !== "and") return [condition];
  const { items } = condition;
  return items.some(({ kind }) => kind === "and") ? items.flatMap(conjuncts) : items;
}

/** The expressions directly inside one, in the order in which `somePart` visits them. */
export function partsOf(expr: Expr): readonly Expr[] {
  const parts: Expr[] = [];
  eachPart(expr, (part) => parts.push(part));
  return parts;
}

/**
 * Whether the test is true of one of the expressions directly inside, in the order written. The body of a define is not
 * inside its use. Allocates nothing.
 */
export function somePart(expr: Expr, test: (part: Expr) => boolean): boolean {
  switch (expr.kind) {
    case "field":
    case "index":
    case "has":
    case "not":
    case "like":
    case "matches":
    case "finds":
    case "negate":
      return test(expr.of);
    case "else":
      return test(expr.of) || test(expr.fallback);
    case "and":
    case "or":
    case "list":
      return someOf(expr.items, test);
    case "compare":
    case "arithmetic":
      return test(expr.left) || test(expr.right);
    case "function":
    case "define":
      return someOf(expr.args, test);
    case "quantifier":
      return test(expr.over) || test(expr.body);
    default:
      return false;
  }
}

/** Calls `look` with each direct part. */
export function eachPart(expr: Expr, look: (part: Expr) => void): void {
  somePart(expr, (part) => {
    look(part);
    return false;
  });
}

function someOf(parts: readonly Expr[], test: (part: Expr) => boolean): boolean {
  for (let i = 0; i < parts.length; i++) if (test(parts[i] as Expr)) return true;
  return false;
}

/** The same expression over other parts; the same object if no part changed. */
export function withParts(expr: Expr, change: (part: Expr) => Expr): Expr {
  const all = (parts: readonly Expr[]): readonly Expr[] => {
    const changed = parts.map(change);
    return changed.every((part, index) => part === parts[index]) ? parts : changed;
  };
  switch (expr.kind) {
    case "field":
    case "index":
    case "has":
    case "not":
    case "like":
    case "matches":
    case "finds":
    case "negate": {
      const of = change(expr.of);
      return of === expr.of ? expr : { ...expr, of };
    }
    case "else": {
      const of = change(expr.of);
      const fallback = change(expr.fallback);
      return of === expr.of && fallback === expr.fallback ? expr : { ...expr, of, fallback };
    }
    case "and":
    case "or":
    case "list": {
      const items = all(expr.items);
      return items === expr.items ? expr : { ...expr, items };
    }
    case "compare":
    case "arithmetic": {
      const left = change(expr.left);
      const right = change(expr.right);
      return left === expr.left && right === expr.right ? expr : { ...expr, left, right };
    }
    case "function":
    case "define": {
      const args = all(expr.args);
      return args === expr.args ? expr : { ...expr, args };
    }
    case "quantifier": {
      const over = change(expr.over);
      const body = change(expr.body);
      return over === expr.over && body === expr.body ? expr : { ...expr, over, body };
    }
    default:
      return expr;
  }
}
