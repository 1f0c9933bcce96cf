/**
 * Conditions that can clearly be true or false: an argument that is always present, compared with a constant. Most
 * conditions are of this kind, and an example of each outcome is cheaper to find than a contradiction.
 */
import type { CompareOperator } from "../../syntax/ast.js";
import type { Type, Value } from "../../values/type.js";
import type { Expr } from "../program.js";
import type { Atom } from "./value-set.js";

/** Outcomes that some value of an argument produces. An outcome that no tried value produces is not excluded. */
export interface Plain {
  /** The path of the argument. Different arguments are independent. */
  readonly argument: string;
  readonly holds: boolean;
  readonly fails: boolean;
}

/** The outcomes of such a condition; undefined for a condition of another kind. */
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

/** Whether one request makes all of these true. False also means "not found". */
export function canHold(parts: readonly (Plain | undefined)[]): boolean {
  if (!parts.every((part) => part?.holds)) return false;
  return parts.length === 1 || new Set(parts.map((part) => part?.argument)).size === parts.length;
}

/** The path of an argument that every call has. */
function argumentOf(expr: Expr): string | undefined {
  if (expr.kind !== "field" || expr.optional) return undefined;
  const { of } = expr;
  if (of.kind === "root") return of.root === "args" ? expr.name : undefined;
  const path = of.type.kind === "record" ? argumentOf(of) : undefined;
  return path && `${path}.${expr.name}`;
}

/** The constants of a comparison: one or several. */
function atomsOf(value: Value): readonly Atom[] | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.every(isAtom) ? values : undefined;
}

function isAtom(value: unknown): value is Atom {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Values of a type: the constants and values next to them; empty for a type without simple values. */
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
