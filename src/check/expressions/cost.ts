import type { Type } from "../../values/type.js";
import type { Define, Expr } from "../program.js";
import { partsOf } from "./parts.js";

/** Above this number of parts, with defines expanded, no one can read the policy. */
export const MAX_EXPRESSION = 10_000;
/** Above this number of steps, in the worst case that the declared sizes allow, evaluation is too slow. */
export const MAX_RULE_COST = 100_000;

/**
 * The size of an expression with its defines expanded, and its worst-case number of steps. For the body of a define
 * both are linear functions of the arguments: a factor for the size, or the cost, of each.
 */
export interface Weight {
  readonly size: number;
  readonly cost: number;
  readonly uses: ReadonlyMap<string, { readonly size: number; readonly cost: number }>;
}

const ONE: Weight = { size: 1, cost: 1, uses: new Map() };

/** Weights, cached for defines: nested doubling is computed, never expanded. */
export class Weights {
  readonly #defines: ReadonlyMap<string, Define>;
  readonly #known = new Map<string, Weight>();

  constructor(defines: ReadonlyMap<string, Define>) {
    this.#defines = defines;
  }

  of(expr: Expr): Weight {
    switch (expr.kind) {
      case "variable":
        return { ...ONE, uses: new Map([[expr.name, { size: 1, cost: 1 }]]) };
      case "define":
        return this.#call(expr);
      case "quantifier": {
        const times = elements(expr.over.type);
        return plus(plus(ONE, this.of(expr.over)), scaled(this.of(expr.body), times));
      }
      case "compare": {
        const walked =
          expr.operator === "in" || expr.operator === "not in"
            ? elements(expr.right.type)
            : width(expr.left.type);
        const { size, cost, uses } = plus(this.of(expr.left), this.of(expr.right));
        return { size: size + 1, cost: cost + walked, uses };
      }
      case "const":
      case "root":
        return ONE;
      default:
        return partsOf(expr).reduce((sum, part) => plus(sum, this.of(part)), ONE);
    }
  }

  #call(call: Expr & { readonly kind: "define" }): Weight {
    const define = this.#defines.get(call.define);
    if (define === undefined) return ONE;
    let body = this.#known.get(call.define);
    if (body === undefined) {
      body = this.of(define.body);
      this.#known.set(call.define, body);
    }
    let sum: Weight = { size: body.size, cost: body.cost, uses: new Map() };
    define.params.forEach((param, index) => {
      const times = body.uses.get(param.name);
      const arg = call.args[index];
      if (times === undefined || arg === undefined) return;
      const of = this.of(arg);
      sum = plus(sum, { size: of.size * times.size, cost: of.cost * times.cost, uses: timesUses(of, times) });
    });
    return sum;
  }
}

function plus(left: Weight, right: Weight): Weight {
  if (right.uses.size === 0)
    return { size: left.size + right.size, cost: left.cost + right.cost, uses: left.uses };
  const uses = new Map(left.uses);
  for (const [name, of] of right.uses) {
    const before = uses.get(name) ?? { size: 0, cost: 0 };
    uses.set(name, { size: before.size + of.size, cost: before.cost + of.cost });
  }
  return { size: left.size + right.size, cost: left.cost + right.cost, uses };
}

function scaled(of: Weight, times: number): Weight {
  return { size: of.size, cost: of.cost * times, uses: timesUses(of, { size: 1, cost: times }) };
}

function timesUses(of: Weight, times: { readonly size: number; readonly cost: number }): Weight["uses"] {
  return new Map(
    [...of.uses].map(([name, use]) => [name, { size: use.size * times.size, cost: use.cost * times.cost }]),
  );
}

function elements(type: Type): number {
  return type.kind === "list" || type.kind === "set" ? Math.max(1, type.max) : 1;
}

/** The worst-case number of parts that an equality comparison visits. */
function width(type: Type): number {
  if (type.kind === "list" || type.kind === "set" || type.kind === "map")
    return Math.max(1, type.max) * width(type.of);
  if (type.kind !== "record") return 1;
  return type.fields.reduce((sum, field) => sum + width(field.type), 1);
}
