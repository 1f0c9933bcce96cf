/** A typed expression in the words of the language, for explanations. */

import { writeDuration } from "../values/duration.js";
import { formatTime } from "../values/time.js";
import type { Value } from "../values/type.js";
import { keyName } from "./key-name.js";
import type { Expr, LimitKey, Program } from "./program.js";

/** The expression as an author would write it, with only the parentheses that are needed to read it correctly. */
export function expressionText(expr: Expr, program: Program): string {
  const text = (each: Expr) => expressionText(each, program);
  const inner = (each: Expr) =>
    ["and", "or", "compare", "not", "arithmetic", "else"].includes(each.kind)
      ? `(${text(each)})`
      : text(each);
  switch (expr.kind) {
    case "const":
      return valueText(expr.value, expr.type.kind);
    case "root":
      return expr.root;
    case "variable":
      return expr.name;
    case "data":
      return program.data.get(expr.data)?.name ?? expr.data;
    case "field":
      return `${inner(expr.of)}.${expr.name}`;
    case "index":
      return `${inner(expr.of)}[${JSON.stringify(expr.key)}]`;
    case "has":
      return `has ${text(expr.of)}`;
    case "else":
      return `${inner(expr.of)} else ${inner(expr.fallback)}`;
    case "and":
      return expr.items.map((item) => (item.kind === "or" ? `(${text(item)})` : text(item))).join(" and ");
    case "or":
      return expr.items.map(text).join(" or ");
    case "not":
      return `not ${expr.of.kind === "and" || expr.of.kind === "or" ? `(${text(expr.of)})` : text(expr.of)}`;
    case "compare":
      return `${inner(expr.left)} ${expr.operator} ${inner(expr.right)}`;
    case "like":
    case "matches":
    case "finds":
      return `${inner(expr.of)} ${expr.kind} ${JSON.stringify(expr.pattern)}`;
    case "arithmetic":
      return `${inner(expr.left)} ${expr.operator} ${inner(expr.right)}`;
    case "negate":
      return `-${inner(expr.of)}`;
    case "list":
      return `[${expr.items.map(text).join(", ")}]`;
    case "function":
      return `${expr.name}(${expr.args.map(text).join(", ")})`;
    case "define": {
      const name = program.defines.get(expr.define)?.name ?? expr.define;
      return expr.args.length === 0 ? name : `${name}(${expr.args.map(text).join(", ")})`;
    }
    case "quantifier":
      return `${expr.quantifier} ${expr.variable} in ${inner(expr.over)} { ${text(expr.body)} }`;
    case "prior": {
      const status = expr.status === "any" ? "" : ` ${expr.status}`;
      const keys = expr.same.map((key: LimitKey) => keyName(key));
      const tool = program.tools.get(expr.tool)?.name ?? expr.tool;
      return `prior ${tool}${status} within ${writeDuration(expr.within)} same ${keys.length === 1 ? keys[0] : `(${keys.join(", ")})`}`;
    }
  }
}

function valueText(value: Value, kind: string): string {
  if (kind === "duration" && typeof value === "number") return writeDuration(value);
  if (kind === "time" && typeof value === "number") return formatTime(value);
  if (kind === "label" && typeof value === "string") return value.slice(value.lastIndexOf(".") + 1);
  if (Array.isArray(value)) return `[${value.map((each) => valueText(each as Value, "")).join(", ")}]`;
  if (typeof value === "object" && value !== null && "text" in value) return JSON.stringify(value.text);
  return JSON.stringify(value) ?? String(value);
}
