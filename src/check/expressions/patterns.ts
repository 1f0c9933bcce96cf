import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Type } from "../../values/type.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import type { Expressions } from "./expressions.js";
import type { Scope } from "./scope.js";

type Of<K extends SyntaxExpr["kind"]> = SyntaxExpr & { readonly kind: K };
const BOOL: Type = { kind: "bool" };

/** `like` and `matches`, whose patterns the grammar makes literals. */
export function checkPattern(
  checker: Expressions,
  expr: Of<"like" | "matches">,
  scope: Scope,
): Expr | undefined {
  const of = checker.value(expr.of, scope);
  if (of === undefined) return undefined;
  const { problems, options } = checker.bundle;
  const { value: pattern, span } = expr.pattern;
  const { kind } = of.type;
  if (expr.kind === "matches") {
    if (kind !== "text" && kind !== "union" && kind !== "path" && kind !== "domain") {
      return problems.add(messages.wrongType(of.span, of.type, "a text", wholeHelp(kind)));
    }
    const problem = options.isPattern?.(pattern);
    if (problem !== undefined)
      return problems.add(
        messages.badPattern(
          span,
          `pattern: ${problem}`,
          "patterns are RE2, without look-around and back-references",
        ),
      );
    return { kind: "matches", of, pattern, type: BOOL, span: expr.span };
  }
  const separator = kind === "path" ? "/" : kind === "domain" ? "." : "text";
  if (separator === "text" && kind !== "text" && kind !== "union") {
    return problems.add(messages.wrongType(of.span, of.type, "a text, a path or a domain", wholeHelp(kind)));
  }
  if (pattern === "")
    return problems.add(messages.badPattern(span, "pattern: it is empty", 'compare with `== ""`'));
  if (kind === "path" && !/^[/*]/.test(pattern)) {
    return problems.add(
      messages.neverHolds(
        span,
        "every path begins with a `/`",
        `write \`"/${pattern}"\` or \`"**/${pattern}"\``,
      ),
    );
  }
  return {
    kind: "like",
    of,
    pattern: kind === "domain" ? pattern.toLowerCase() : pattern,
    separator,
    type: BOOL,
    span: expr.span,
  };
}

function wholeHelp(kind: Type["kind"]): string | undefined {
  if (kind === "url") return "a whole url has no pattern, its parts do: `.scheme`, `.host`, `.path`";
  if (kind === "email") return "a whole email has no pattern, its parts do: `.local`, `.domain`";
  if (kind === "ip") return 'an ip is looked for in a network: `in "10.0.0.0/8"`';
  return undefined;
}
