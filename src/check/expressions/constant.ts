import type { Span } from "../../source/source.js";
import type { Type, Value } from "../../values/type.js";
import type { Expr } from "../program.js";

/** A constant expression. */
export function constant(value: Value, type: Type, span: Span): Expr {
  return { kind: "const", value, type, span };
}
