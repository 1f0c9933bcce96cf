import type { Expr } from "../program.js";

/** Whether the caller sends the value: not an id, role or name that Writ or the identity provider assigns. */
export function isSent(expr: Expr): boolean {
  switch (expr.kind) {
    case "root":
      return expr.root === "args" || expr.root === "context";
    case "field":
      return expr.of.type.kind !== "url" && expr.of.type.kind !== "email" && isSent(expr.of);
    case "index":
    case "else":
      return isSent(expr.of);
    case "function":
      return expr.args.some(isSent);
    default:
      return expr.kind === "variable";
  }
}
