import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Type } from "../../values/type.js";
import type { Expr } from "../program.js";
import { NAMING_TYPES, ROLE_TEXT, TAG_TEXT } from "../roots.js";
import type { Expressions } from "./expressions.js";

/** Whether an expression is a literal, so that it takes the form of the value it is compared with. */
export function isLiteral(expr: SyntaxExpr): boolean {
  switch (expr.kind) {
    case "string":
    case "number":
    case "duration":
    case "timestamp":
    case "bool":
      return true;
    case "negate":
      return isLiteral(expr.of);
    case "list":
      return expr.items.every(isLiteral);
    default:
      return false;
  }
}

/**
 * Resolves a literal compared with a text that names a declaration, and reports an unknown name. The result is what the
 * value is at run time: the id of a tag or role, the declared name of a tool, agent or transaction.
 */
export function inNameOf(checker: Expressions, side: Expr, other: Type): Expr | undefined {
  const element = other.kind === "list" || other.kind === "set" ? other.of : other;
  const space = NAMING_TYPES.get(element);
  if (space === undefined || side.kind !== "const") return side;
  const spelt = (value: unknown): string | undefined => {
    const name = { text: String(value), span: side.span };
    const entry = checker.bundle.find(space, name, space);
    return element === TAG_TEXT || element === ROLE_TEXT ? entry?.id : entry?.name;
  };
  if (typeof side.value === "string") {
    const value = spelt(side.value);
    return value === undefined ? undefined : { ...side, value };
  }
  if (!Array.isArray(side.value)) return side;
  const values = side.value.map(spelt);
  return values.includes(undefined) ? undefined : { ...side, value: values as string[] };
}

/** A suggestion for an author who compares values of these two types; undefined if there is none. */
export function mismatchHelp(left: Type, right: Type): string | undefined {
  const kinds = [left.kind, right.kind];
  const has = (kind: Type["kind"]) => kinds.includes(kind);
  if (has("json")) return "json is for arguments that no rule looks into: declare its fields";
  if (has("label") && has("text")) return "labels are names, without quotes";
  if (has("email") && has("domain")) return "an email has a `.domain`";
  if (has("url") && has("domain")) return "a url has a `.host`";
  if (has("url") && has("path")) return "a url has a `.path`";
  if (has("duration") && (has("int") || has("number"))) return "write the unit: `5m`";
  return undefined;
}
