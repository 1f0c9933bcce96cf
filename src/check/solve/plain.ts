/**
 * Conditions that plainly can come out either way: an argument that is always there, compared with a constant. Most are of
 * this kind, and a value for each way is found sooner than a contradiction is looked for.
 */
import type { CompareOperator } from "../../syntax/ast.js";
import type { Type, Value } from "../../values/type.js";
import type { Expr } from "../program.js";
import type { Atom } from "./value-set.js";

/** What some value of an argument shows; of what none shows, nothing is known. */
export interface Plain {
  /** Its path: whatever one argument is, another may be anything. */
  readonly argument: string;
  readonly holds: boolean;
  readonly fails: boolean;
}

/** Undefined for a condition of another kind. */
export function plainly(expr: Expr): Plain | undefined {
  if (expr.kind !== "compare" || expr.right.kind !== "const") return undefined;
  const argument = argumentOf(expr.left);
  const constants = atomsOf(expr.right.value);
  if (argument === undefined || constants === undefined) return undefined;
  let holds = false;
  let fails = false;
  for (const value of valuesOf(expr.left.type, constants)) {
    const is = compares(value, expr.operator, constants);
    holds ||= is;
    fails ||= !is;
  }
  return { argument, holds, fails };
}

/** Whether one request makes all of these true. */
export function canHold(parts: readonly (Plain | undefined)[]): boolean {
  if (!parts.every((part) => part?.holds)) return false;
  return parts.length === 1 || new Set(parts.map((part) => part?.argument)).size === parts.length;
}

/** The path of a field that every call has. */
function argumentOf(expr: Expr): string | undefined {
  if (expr.kind !== "field" || expr.optional) return undefined;
  const { of } = expr;
  if (of.kind === "root") return of.root === "args" ? expr.name : undefined;
  const path = of.type.kind === "record" ? argumentOf(of) : undefined;
  return path && `${path}.${expr.name}`;
}

/** What is compared with: one constant or several. */
function atomsOf(value: Value): readonly Atom[] | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.every(isAtom) ? values : undefined;
}

function isAtom(value: unknown): value is Atom {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Values of a type, at constants and beside them; none of a type whose values are no plain ones. */
function valuesOf(type: Type, constants: readonly Atom[]): readonly Atom[] {
  switch (type.kind) {
    case "bool":
      return [true, false];
    case "union":
      return type.options;
    case "text": {
      const { min = 0, max } = type;
      const short = Math.max(1, min);
      return [...constants, "a".repeat(short), "b".repeat(short)].filter((text) => {
        const length = typeof text === "string" ? [...text].length : -1;
        return length >= min && length <= max;
      });
    }
    case "int":
    case "number": {
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = type;
      const near = constants.flatMap((each) => (typeof each === "number" ? [each, each - 1, each + 1] : []));
      return [...near, min, max].filter(
        (each) =>
          each >= min &&
          each <= max &&
          (type.kind === "int" ? Number.isSafeInteger(each) : Number.isFinite(each)),
      );
    }
    default:
      return [];
  }
}

function compares(value: Atom, operator: CompareOperator, constants: readonly Atom[]): boolean {
  const [constant = value] = constants;
  switch (operator) {
    case "==":
      return value === constant;
    case "!=":
      return value !== constant;
    case "<":
      return value < constant;
    case "<=":
      return value <= constant;
    case ">":
      return value > constant;
    case ">=":
      return value >= constant;
    case "in":
      return constants.includes(value);
    case "not in":
      return !constants.includes(value);
  }
}
