import type { Expr } from "./program.js";

/** A path as an author writes it, for messages; a general word for an expression that is not a path. */
export function pathText(expr: Expr): string {
  switch (expr.kind) {
    case "root":
      return expr.root;
    case "field":
      return `${pathText(expr.of)}.${expr.name}`;
    case "index":
      return `${pathText(expr.of)}[${JSON.stringify(expr.key)}]`;
    case "else":
      return pathText(expr.of);
    case "variable":
      // The checker prefixes variables of a define with its name, and adds a number to repeated names.
      return expr.name.replace(/^.*\//, "").replace(/~[0-9]+$/, "");
    default:
      return "this value";
  }
}
