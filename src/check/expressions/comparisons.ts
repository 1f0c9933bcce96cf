import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import { parseCidr } from "../../values/ip.js";
import type { Type } from "../../values/type.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import { areComparable, holdsAdvisory, longest } from "../relate-types.js";
import { NAMING_TYPES, TAG_TEXT, TOOL_TEXT } from "../roots.js";
import { constant, type Expressions } from "./expressions.js";
import type { Scope } from "./scope.js";

type Of<K extends SyntaxExpr["kind"]> = SyntaxExpr & { readonly kind: K };
type Comparison = Of<"compare">;
const BOOL: Type = { kind: "bool" };
const ORDERED = new Set<Type["kind"]>(["int", "number", "duration", "time"]);

/** `==`, `<`, `in` and their like. A literal on one side takes the form of the type on the other. */
export function checkCompare(checker: Expressions, expr: Comparison, scope: Scope): Expr | undefined {
  if (expr.operator === "in" || expr.operator === "not in") return checkMembership(checker, expr, scope);
  const sides = bothSides(checker, expr, scope);
  if (sides === undefined) return undefined;
  const [left, right] = sides;
  const { problems } = checker.bundle;
  if (!areComparable(left.type, right.type)) {
    return problems.add(
      messages.notComparable(expr.operator, expr.span, left, right, hint(left.type, right.type)),
    );
  }
  if (expr.operator !== "==" && expr.operator !== "!=") {
    if (!ORDERED.has(left.type.kind)) {
      return problems.add(
        messages.wrongType(
          left.span,
          left.type,
          "a number, duration or time",
          `\`${expr.operator}\` orders nothing else`,
        ),
      );
    }
  }
  for (const side of [left, right]) {
    if (holdsAdvisory(side.type)) return problems.add(messages.readsAdvisory("this record", side.span));
  }
  const [a, b] = [inNameOf(checker, left, right.type), inNameOf(checker, right, left.type)];
  if (a === undefined || b === undefined || neverHolds(checker, expr, a, b)) return undefined;
  return { kind: "compare", operator: expr.operator, left: a, right: b, type: BOOL, span: expr.span };
}

/** The side that is no literal is looked at first. */
function bothSides(checker: Expressions, expr: Comparison, scope: Scope): [Expr, Expr] | undefined {
  if (isLiteral(expr.left) && !isLiteral(expr.right)) {
    const right = checker.value(expr.right, scope);
    const left = checker.value(expr.left, scope, right?.type);
    return left === undefined || right === undefined ? undefined : [left, right];
  }
  const left = checker.value(expr.left, scope);
  // Beside something that is wrong already, a literal has nothing to be wrong against.
  const right =
    left === undefined && isLiteral(expr.right) ? undefined : checker.value(expr.right, scope, left?.type);
  return left === undefined || right === undefined ? undefined : [left, right];
}

function isLiteral(expr: SyntaxExpr): boolean {
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

/** An element in a list or set, a time in a span, an address in a network. */
function checkMembership(checker: Expressions, expr: Comparison, scope: Scope): Expr | undefined {
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
      messages.notComparable(expr.operator, expr.span, left, right, hint(left.type, element)),
    );
  }
  if (holdsAdvisory(left.type)) return problems.add(messages.readsAdvisory("this record", left.span));
  if (expr.right.kind === "list" && expr.right.items.length === 0) {
    return problems.add(messages.neverHolds(expr.right.span, "nothing is in an empty list"));
  }
  const a = inNameOf(checker, left, element);
  const b = inNameOf(checker, right, left.type);
  if (a === undefined || b === undefined || outside(checker, a, element)) return undefined;
  return { kind: "compare", operator: expr.operator, left: a, right: b, type: BOOL, span: expr.span };
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

function hint(left: Type, right: Type): string | undefined {
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

/** A literal beside a text that names something of the bundle must be such a name; tags are kept by id, tools as declared. */
function inNameOf(checker: Expressions, side: Expr, other: Type): Expr | undefined {
  const element = other.kind === "list" || other.kind === "set" ? other.of : other;
  const space = NAMING_TYPES.get(element);
  if (space === undefined || side.kind !== "const") return side;
  const spelt = (value: unknown): string | undefined => {
    const name = { text: String(value), span: side.span };
    const entry = checker.bundle.find(space, name, space);
    if (element === TAG_TEXT) return entry?.id;
    return element === TOOL_TEXT ? entry?.name : entry && String(value);
  };
  if (typeof side.value === "string") {
    const value = spelt(side.value);
    return value === undefined ? undefined : { ...side, value };
  }
  if (!Array.isArray(side.value)) return side;
  const values = side.value.map(spelt);
  return values.includes(undefined) ? undefined : { ...side, value: values as string[] };
}

/** Reports a comparison that types alone decide against. */
function neverHolds(checker: Expressions, expr: Comparison, left: Expr, right: Expr): boolean {
  const { problems } = checker.bundle;
  if (left.type.kind === "union" && right.type.kind === "union") {
    const options = new Set(left.type.options);
    if (!right.type.options.some((option) => options.has(option))) {
      problems.add(messages.neverHolds(expr.span, "the two have no value in common"));
      return true;
    }
  }
  if (expr.operator === "==" || expr.operator === "!=") {
    return (
      outside(checker, left, right.type, expr.operator) || outside(checker, right, left.type, expr.operator)
    );
  }
  if (right.kind === "const") return unreachable(checker, right, left.type, expr.operator);
  if (left.kind === "const") return unreachable(checker, left, right.type, mirrored[expr.operator] ?? "==");
  return false;
}

const mirrored: { readonly [operator: string]: Comparison["operator"] } = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** A literal that a type cannot have. */
function outside(checker: Expressions, literal: Expr, type: Type, operator = "=="): boolean {
  if (literal.kind !== "const") return false;
  const { problems } = checker.bundle;
  if (typeof literal.value === "string" && type.kind === "text" && literal.type.kind === "text") {
    const length = [...literal.value].length;
    if (length <= longest(type) && length >= (type.min ?? 0)) return false;
    problems.add(messages.neverHolds(literal.span, `${length} characters, ${longest(type)} at most`));
    return true;
  }
  if (typeof literal.value !== "number" || (type.kind !== "int" && type.kind !== "number")) return false;
  const within = literal.value >= (type.min ?? -Infinity) && literal.value <= (type.max ?? Infinity);
  const whole = type.kind === "number" || Number.isInteger(literal.value);
  if ((within && whole) || operator === "!=") return false;
  problems.add(
    messages.neverHolds(
      literal.span,
      within ? "the other side is a whole number" : "outside the bounds of the other side",
    ),
  );
  return true;
}

/** `x < 0` where x is never below 0: as in `value OPERATOR literal`. */
function unreachable(
  checker: Expressions,
  literal: Expr,
  type: Type,
  operator: Comparison["operator"],
): boolean {
  if (literal.kind !== "const" || typeof literal.value !== "number") return false;
  if (type.kind !== "int" && type.kind !== "number") return false;
  const { min = -Infinity, max = Infinity } = type;
  const limit = literal.value;
  const never =
    (operator === "<" && limit <= min) ||
    (operator === "<=" && limit < min) ||
    (operator === ">" && limit >= max) ||
    (operator === ">=" && limit > max);
  if (never) {
    const bound = operator.startsWith("<") ? min : max;
    checker.bundle.problems.add(
      messages.neverHolds(
        literal.span,
        `the other side is ${operator.startsWith("<") ? "at least" : "at most"} ${bound}`,
      ),
    );
  }
  return never;
}

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
