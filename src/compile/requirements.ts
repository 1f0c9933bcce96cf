/** The argument values that a condition requires, so that an index finds its rule by them. */
import type { Expr } from "../check/program.js";
import { isPrimitive, type Value } from "../values/type.js";

/** Values of an argument: with any other value, the condition is false. */
export interface Requirement {
  readonly argument: string;
  /** Each once. */
  readonly values: readonly Value[];
}

const none: readonly Requirement[] = [];

/**
 * The constants of every conjunct `args.f == c` and `args.f in [c, …]`, fewest values first. Other conjuncts do not matter,
 * because *false and unknown* is false.
 */
export function requirementsOf(condition: Expr | undefined): readonly Requirement[] {
  if (condition === undefined) return none;
  if (condition.kind === "and")
    return condition.items.flatMap(requirementsOf).sort((a, b) => a.values.length - b.values.length);
  if (condition.kind !== "compare") return none;
  const { left } = condition;
  if (left.kind !== "field" || left.of.kind !== "root" || left.of.root !== "args") return none;
  const values = isPrimitive(left.type) ? constantsOf(condition) : undefined;
  return values === undefined ? none : [{ argument: left.name, values: [...new Set(values)] }];
}

function constantsOf({ operator, right }: Expr & { kind: "compare" }): readonly Value[] | undefined {
  if (operator === "==") return right.kind === "const" ? [right.value] : undefined;
  if (operator !== "in") return undefined;
  if (right.kind === "const")
    return Array.isArray(right.value) ? (right.value as readonly Value[]) : undefined;
  if (right.kind !== "list") return undefined;
  const values = right.items.flatMap((item) => (item.kind === "const" ? [item.value] : []));
  return values.length === right.items.length ? values : undefined;
}
