/** A condition taken apart: each conjunct as written, how it came out, and the values its leaves saw. */

import { expressionText } from "../../check/expression-text.js";
import { conjuncts, partsOf } from "../../check/expressions/parts.js";
import type { Expr } from "../../check/program.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { ConditionCode, ValueCode } from "../../compile/expression.js";
import type { Frame } from "../../compile/frame.js";
import { triName } from "../../compile/tri.js";
import { writeDuration } from "../../values/duration.js";
import { formatTime } from "../../values/time.js";
import type { Type } from "../../values/type.js";
import type { ClauseOutcome } from "../request/types.js";

type Leaf = NonNullable<ClauseOutcome["because"]>[number];

/** What is the same of a conjunct, or of a leaf of it, for every call. */
interface PartPlan {
  readonly text: string;
  readonly code: ConditionCode;
}
interface ClausePlan extends PartPlan {
  readonly at: string;
  readonly leaves: readonly LeafPlan[];
}
interface LeafPlan extends PartPlan {
  readonly operands: readonly {
    readonly text: string;
    readonly code: ValueCode;
    readonly type: Type | undefined;
  }[];
}

// A condition belongs to one bundle.
const plans = new WeakMap<Expr, readonly ClausePlan[]>();

/** One outcome for each conjunct of the condition. Expressions with a quantifier's variable are shown whole, not taken apart. */
export function explainCondition(condition: Expr, frame: Frame, bundle: CompiledBundle): ClauseOutcome[] {
  let plan = plans.get(condition);
  if (plan === undefined) {
    plan = conjuncts(condition).map((part) => planClause(part, bundle));
    plans.set(condition, plan);
  }
  return plan.map(({ text, at, code, leaves }) => ({
    text,
    at,
    result: triName(code(frame)),
    because: leaves.map((leaf) => explainLeaf(leaf, frame)),
  }));
}

function planClause(part: Expr, bundle: CompiledBundle): ClausePlan {
  return {
    ...planPart(part, bundle),
    at: bundle.locate(part.span),
    leaves: leavesOf(part).map((leaf) => ({
      ...planPart(leaf, bundle),
      operands: operandsOf(leaf).map((operand) => ({
        text: expressionText(operand, bundle.program),
        code: bundle.expressions.value(operand),
        type: operand.type,
      })),
    })),
  };
}

function planPart(part: Expr, { program, expressions }: CompiledBundle): PartPlan {
  return { text: expressionText(part, program), code: expressions.condition(part) };
}

/** The smallest conditions under one: what `and`, `or` and `not` join; a define is one. */
export function leavesOf(expr: Expr): readonly Expr[] {
  if (expr.kind === "and" || expr.kind === "or") return expr.items.flatMap(leavesOf);
  if (expr.kind === "not") return leavesOf(expr.of);
  return [expr];
}

function explainLeaf({ text, code, operands }: LeafPlan, frame: Frame): Leaf {
  const result = triName(code(frame));
  if (operands.length === 0) return { text, result };
  return {
    text,
    result,
    values: operands.map((each) => `${each.text} = ${show(each.code(frame), each.type)}`),
  };
}

/** Expressions whose values are shown: paths, not constants. */
function operandsOf(expr: Expr): readonly Expr[] {
  if (expr.kind === "quantifier") return operandsOf(expr.over);
  if (expr.kind === "field" || expr.kind === "index" || expr.kind === "root")
    return hasVariable(expr) ? [] : [expr];
  return partsOf(expr).flatMap(operandsOf);
}

function hasVariable(expr: Expr): boolean {
  return expr.kind === "variable" || partsOf(expr).some(hasVariable);
}

const SHOWN_MAX = 200;

function show(value: unknown, type?: Type): string {
  if (typeof value === "symbol") return value.description ?? "absent";
  if (typeof value === "number" && type?.kind === "time") return formatTime(value);
  if (typeof value === "number" && type?.kind === "duration") return writeDuration(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Map) return show(Object.fromEntries(value));
  const text = JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === "bigint") return String(each);
    return typeof each === "object" && each !== null && "kind" in each && "text" in each ? each.text : each;
  });
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
