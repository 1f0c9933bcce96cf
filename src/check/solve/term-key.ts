import type { Expr } from "../program.js";

let keys = new WeakMap<Expr, string>();

/** Frees the cached keys. Rules live as long as they are served, but are compared only before that. */
export function forgetTermKeys(): void {
  keys = new WeakMap();
}

/** A text that is equal for expressions that evaluate alike: everything in them but types and locations. */
export function termKey(expr: Expr): string {
  let key = keys.get(expr);
  if (key === undefined) {
    key = keyOf(expr);
    keys.set(expr, key);
  }
  return key;
}

function keyOf(expr: Expr): string {
  switch (expr.kind) {
    case "const":
      return `=${valueKey(expr.value)}`;
    case "root":
      return expr.root;
    case "variable":
      return `$${expr.name}`;
    case "data":
      return `data ${expr.data}`;
    case "field":
      return `${termKey(expr.of)}.${expr.name}`;
    case "index":
      return `${termKey(expr.of)}[${JSON.stringify(expr.key)}]`;
    case "has":
    case "not":
    case "negate":
      return `${expr.kind}(${termKey(expr.of)})`;
    case "else":
      return `else(${termKey(expr.of)},${termKey(expr.fallback)})`;
    case "and":
    case "or":
    case "list":
      return `${expr.kind}(${expr.items.map(termKey).join()})`;
    case "compare":
    case "arithmetic":
      return `(${termKey(expr.left)} ${expr.operator} ${termKey(expr.right)})`;
    case "like":
      return `like(${termKey(expr.of)},${JSON.stringify(expr.pattern)},${expr.separator})`;
    case "matches":
    case "finds":
      return `${expr.kind}(${termKey(expr.of)},${JSON.stringify(expr.pattern)})`;
    case "function":
      return `${expr.name}(${expr.args.map(termKey).join()})`;
    case "define":
      return `define ${expr.define}(${expr.args.map(termKey).join()})`;
    case "quantifier":
      return `${expr.quantifier} ${expr.variable} ${termKey(expr.over)}{${termKey(expr.body)}}`;
    case "prior":
      return `prior(${JSON.stringify([expr.tool, expr.status, expr.within, expr.same])})`;
  }
}

function valueKey(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return JSON.stringify(value, (_name, each: unknown) => {
    if (typeof each === "bigint") return `${each}n`;
    return each instanceof Map ? ["map", ...each] : each;
  });
}
