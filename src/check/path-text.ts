import type { Expr } from "./program.js";

/** A path as an author writes it, for messages; a word for what is none. */
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
      // A variable of a define has the define's name before it, and one of two of a name a number behind it.
      return expr.name.replace(/^.*\//, "").replace(/~[0-9]+$/, "");
    default:
      return "this value";
  }
}
