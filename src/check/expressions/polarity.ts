/** Visits the smallest parts of conditions, each with whether the rule takes effect when the part is true. */
import type { Define, Expr } from "../program.js";
import { eachPart } from "./parts.js";

/** `holds`: a true part helps the whole to be true; `fails`: a false part does; `either`: it depends. */
export type Polarity = "holds" | "fails" | "either";

/** The arguments of a define where it is used, by parameter, and the lists that variables range over. */
export type Params = ReadonlyMap<string, Expr>;

type Look = (part: Expr, polarity: Polarity, params: Params) => void;

const NO_PARAMS: Params = new Map();
const OPPOSITE = { holds: "fails", fails: "holds", either: "either" } as const;
/** Defines nested deeper are not analyzed. */
const MAX_DEPTH = 16;

/**
 * Visits every part of a condition that is not an `and`, `or`, `not`, quantifier or define, including those inside
 * them.
 */
export function eachSmallest(expr: Expr, defines: ReadonlyMap<string, Define>, look: Look): void {
  new PolarWalk(defines, look).walk(expr, "holds", NO_PARAMS);
}

/** The argument a parameter is replaced by; any other expression as it is. */
export function substituted(expr: Expr, params: Params): Expr {
  return expr.kind === "variable" ? (params.get(expr.name) ?? expr) : expr;
}

class PolarWalk {
  readonly #defines: ReadonlyMap<string, Define>;
  readonly #look: Look;
  #depth = 0;

  constructor(defines: ReadonlyMap<string, Define>, look: Look) {
    this.#defines = defines;
    this.#look = look;
  }

  walk(expr: Expr, polarity: Polarity, params: Params): void {
    switch (expr.kind) {
      case "and":
      case "or":
        for (const item of expr.items) this.walk(item, polarity, params);
        return;
      case "not":
        this.walk(expr.of, OPPOSITE[polarity], params);
        return;
      case "quantifier":
        this.walk(expr.over, "either", params);
        this.walk(expr.body, polarity, this.#inside(expr, params));
        return;
      case "define":
        this.#use(expr, polarity, params);
        return;
      default:
        this.#look(expr, polarity, params);
        eachPart(expr, (part) => this.walk(part, "either", params));
    }
  }

  /** Binds a variable over constants or data to their list: it means any of the elements. */
  #inside({ variable, over }: Expr & { readonly kind: "quantifier" }, params: Params): Params {
    const listed = substituted(over, params);
    return listed.kind === "const" || listed.kind === "data" ? new Map(params).set(variable, listed) : params;
  }

  #use(expr: Expr & { readonly kind: "define" }, polarity: Polarity, params: Params): void {
    const define = this.#defines.get(expr.define);
    if (define === undefined || this.#depth === MAX_DEPTH) return;
    const inner = new Map<string, Expr>();
    define.params.forEach((param, index) => {
      const arg = expr.args[index];
      if (arg !== undefined) inner.set(param.name, substituted(arg, params));
    });
    this.#depth++;
    this.walk(define.body, polarity, inner);
    this.#depth--;
  }
}
