import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import { parseCidr } from "../../values/ip.js";
import type { Type } from "../../values/type.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import { areComparable, holdsAdvisory } from "../relate-types.js";
import { constant } from "./constant.js";
import { inNormalForm } from "./constants.js";
import type { Expressions } from "./expressions.js";
import { inNameOf, isLiteral, mismatchHelp } from "./literals.js";
import { outside } from "./never-holds.js";
import type { Scope } from "./scope.js";

type Of<K extends SyntaxExpr["kind"]> = SyntaxExpr & { readonly kind: K };
type Comparison = Of<"compare">;
const BOOL: Type = { kind: "bool" };

/** Checks an element in a list or set, a time in a span, an address in a network. */
export function checkMembership(checker: Expressions, expr: Comparison, scope: Scope): Expr | undefined {
  if (expr.right.kind === "string") return checkNetwork(checker, expr, expr.right, scope);
  const { problems } = checker.bundle;
  let left: Expr | undefined;
  let right: Expr | undefined;
  if (expr.right.kind === "list") {
    left = checker.value(expr.left, scope);
    if (left === undefined) return undefined;
    right = checker.value(expr.right, scope, { kind: "list", of: left.type, max: expr.right.items.length });
  } else {
    right = checker.value(expr.right, scope);
    left =
      right === undefined && isLiteral(expr.left)
        ? undefined
        : checker.value(expr.left, scope, elementOf(right?.type));
  }
  if (left === undefined || right === undefined) return undefined;
  const element = elementOf(right.type);
  if (element === undefined) {
    return problems.add(
      messages.wrongType(
        expr.right.span,
        right.type,
        "a list, a set, a span or a network",
        memberHelp(right.type),
      ),
    );
  }
  if (!areComparable(left.type, element)) {
    return problems.add(
      messages.notComparable(expr.operator, expr.span, left, right, mismatchHelp(left.type, element)),
    );
  }
  if (holdsAdvisory(left.type)) return problems.add(messages.readsAdvisory("this record", left.span));
  if (expr.right.kind === "list" && expr.right.items.length === 0) {
    return problems.add(messages.neverHolds(expr.right.span, "nothing is in an empty list"));
  }
  const a = inNameOf(checker, left, element);
  const b = inNameOf(checker, right, left.type);
  if (a === undefined || b === undefined || outside(checker, a, element)) return undefined;
  const { operator } = expr;
  const listed = inNormalForm(checker, b, a, operator);
  return { kind: "compare", operator, left: a, right: listed, type: BOOL, span: expr.span };
}

function checkNetwork(
  checker: Expressions,
  expr: Comparison,
  network: Of<"string">,
  scope: Scope,
): Expr | undefined {
  const left = checker.value(expr.left, scope);
  if (left === undefined) return undefined;
  const { problems } = checker.bundle;
  if (left.type.kind !== "ip") {
    const help = `compare with \`==\`, use \`like\`, or list the values: \`in ["${network.value}"]\``;
    return problems.add(
      messages.wrongType(
        network.span,
        { kind: "text", max: 4096 },
        "a list, a set, a span or a network",
        help,
      ),
    );
  }
  if (parseCidr(network.value) === undefined) {
    return problems.add(
      messages.badLiteral(network.span, `\`${network.value}\` is no network`, 'write `"10.0.0.0/8"`'),
    );
  }
  const right = constant(network.value, { kind: "text", max: network.value.length }, network.span);
  return { kind: "compare", operator: expr.operator, left, right, type: BOOL, span: expr.span };
}

function elementOf(type: Type | undefined): Type | undefined {
  if (type?.kind === "list" || type?.kind === "set") return type.of;
  return type?.kind === "span" ? { kind: "time" } : undefined;
}

function memberHelp(type: Type): string | undefined {
  if (type.kind === "map") return "look into `keys(…)` or `values(…)`";
  if (type.kind === "domain") return 'compare domains with `==`, or with `like "**.acme.com"`';
  if (type.kind === "text") return 'texts are searched with `like "…"`';
  return undefined;
}
