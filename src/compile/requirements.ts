/**
 * What an argument must be for a condition to be anything but false, and what is left of the condition where it is: by this
 * rules are found instead of asked. Whether one is true is for its condition alone to say.
 */
import type { Expr, Program } from "../check/program.js";
import { isPrimitive, type Value } from "../values/type.js";
import type { ConditionCode, ExpressionCompiler } from "./expression.js";

const requiresNothing: ReadonlyMap<string, Requirement> = new Map();

/** Values, one of which an argument must have, and the conjunct of a condition that says so: it is true wherever the argument has one. */
export interface Requirement {
  readonly values: readonly Value[];
  readonly of: Expr;
  readonly by: Expr;
  /** What is left of the condition then, once it was compiled. */
  left: ConditionCode | undefined;
}

/**
 * What the indexes of one bundle are made with. A rule is met at each of its agents and tools, so what is found out about its
 * condition is kept, but no longer than until all are made.
 */
export class Compiling {
  readonly program: Program;
  readonly #expressions: ExpressionCompiler;
  readonly #requirements = new Map<Expr, ReadonlyMap<string, Requirement>>();

  constructor(program: Program, expressions: ExpressionCompiler) {
    this.program = program;
    this.#expressions = expressions;
  }

  /** By the argument's name. */
  requirementsOf(condition: Expr | undefined): ReadonlyMap<string, Requirement> {
    if (condition === undefined) return requiresNothing;
    let required = this.#requirements.get(condition);
    if (required === undefined) {
      required = requirementsIn(condition);
      this.#requirements.set(condition, required);
    }
    return required;
  }

  /** What is left of the condition where the requirement is met. */
  leftOf(requirement: Requirement): ConditionCode {
    requirement.left ??= this.#expressions.conditionWithout(requirement.of, requirement.by);
    return requirement.left;
  }
}

/**
 * What arguments must be for a condition to be anything but false: of every conjunct `args.f == c` or `args.f in [c, …]`
 * the constants. False and unknown is false, so no other conjunct can change that.
 */
function requirementsIn(condition: Expr): ReadonlyMap<string, Requirement> {
  const required = new Map<string, Requirement>();
  const visit = (by: Expr): void => {
    if (by.kind === "and") for (const item of by.items) visit(item);
    if (
      by.kind !== "compare" ||
      by.left.kind !== "field" ||
      by.left.of.kind !== "root" ||
      by.left.of.root !== "args"
    )
      return;
    if (!isPrimitive(by.left.type)) return;
    const { right } = by;
    const require = (values: readonly Value[]) =>
      required.set((by.left as Expr & { kind: "field" }).name, {
        values,
        of: condition,
        by,
        left: undefined,
      });
    if (by.operator === "==" && right.kind === "const") require([right.value]);
    if (by.operator === "in" && right.kind === "const" && Array.isArray(right.value))
      require(right.value as readonly Value[]);
    if (by.operator === "in" && right.kind === "list") {
      const values = right.items.flatMap((item) => (item.kind === "const" ? [item.value] : []));
      if (values.length === right.items.length) require(values);
    }
  };
  visit(condition);
  return required;
}
