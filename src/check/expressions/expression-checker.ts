import type { Span } from "../../source/source.js";
import type { Name, Expr as SyntaxExpr } from "../../syntax/ast.js";
import { DEFAULT_TEXT_MAX, type Type } from "../../values/type.js";
import type { Bundle } from "../bundle.js";
import { foldText, withoutRepeats } from "../fold-value.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import { joinTypes } from "../relate-types.js";
import { rootTypes } from "../roots.js";
import { checkArithmetic, checkNegation } from "./arithmetic.js";
import { checkCompare } from "./comparisons.js";
import { constant } from "./constant.js";
import type { Expressions, Maybe, Surroundings } from "./expressions.js";
import { checkCall } from "./functions.js";
import { checkHas, checkPath, selectField, selectKey } from "./paths.js";
import { checkPattern } from "./patterns.js";
import { checkPrior } from "./prior.js";
import { checkQuantifier } from "./quantifier.js";
import { factsBeside, factsOf, flatten, knowing, type Scope } from "./scope.js";
import type { Variable } from "./variable.js";

const BOOL: Type = { kind: "bool" };
/** A literal is described as `text`, without its length. */
const TEXT: Type = { kind: "text", max: DEFAULT_TEXT_MAX };

/**
 * Gives every expression a type, and every name a meaning.
 *
 * `undefined` means that a mistake was reported, here or further in: the caller returns undefined too and reports
 * nothing, so that one mistake is one diagnostic.
 */
export class ExpressionChecker implements Expressions {
  readonly bundle: Bundle;
  readonly surroundings: Surroundings;
  readonly roots: ReadonlyMap<string, Type>;
  /** Time zones that are known to exist: looking one up takes longer than the rest of a rule. */
  readonly zones = new Set<string>();
  /** How often each variable name is used in the rule so far, to make repeated names unique. */
  #used: Map<string, number> | undefined;
  #prefix = "";

  constructor(surroundings: Surroundings) {
    this.bundle = surroundings.bundle;
    this.surroundings = surroundings;
    this.roots = rootTypes(surroundings.bundle);
  }

  /** Starts a rule or define: variables in it are unique from here on. */
  within<T>(prefix: string, check: () => T): T {
    const [used, before] = [this.#used, this.#prefix];
    this.#used = undefined;
    this.#prefix = prefix;
    const result = check();
    this.#used = used;
    this.#prefix = before;
    return result;
  }

  /**
   * A `bool` that is the conjunction of several; each is guarded by what the others prove. Undefined for an empty list.
   */
  conjunction(
    conditions: readonly { readonly expr: SyntaxExpr; readonly holds: boolean; readonly span: Span }[],
    scope: Scope,
  ): Expr | "wrong" | undefined {
    const items = conditions.flatMap(({ expr, holds, span }) =>
      holds ? flatten(expr, "and") : [{ kind: "not", of: expr, span } as const],
    );
    const [first] = items;
    if (first === undefined) return undefined;
    return this.#all(items, "and", scope, first.span) ?? "wrong";
  }

  /** A value next to conditions that hold whenever it is evaluated. */
  guarded(
    expr: SyntaxExpr,
    conditions: readonly { readonly kind: "when" | "unless"; readonly condition: SyntaxExpr }[],
    scope: Scope,
  ): Expr | undefined {
    const facts = conditions.flatMap(({ kind, condition }) => [...factsOf(condition, kind === "when")]);
    return this.value(expr, knowing(scope, new Set(facts)));
  }

  /** A condition: true, false or unknown. */
  condition(expr: SyntaxExpr, scope: Scope): Expr | undefined {
    const checked = this.value(expr, scope, BOOL);
    if (checked === undefined || checked.type.kind === "bool") return checked;
    return this.bundle.problems.add(messages.notBool(expr.span, checked.type));
  }

  /**
   * A value that is present: a value that may be absent is reported. A literal takes the form of the `expected` type.
   */
  value(expr: SyntaxExpr, scope: Scope, expected?: Type): Expr | undefined {
    const checked = this.maybe(expr, scope, expected);
    if (checked?.absent === undefined) return checked?.expr;
    const { path, span } = checked.absent;
    return this.bundle.problems.add(messages.mayBeAbsent(path, span, guardFor(path, checked.expr.type)));
  }

  /** A value or its absence: the operand of `has` and `else`. */
  maybe(expr: SyntaxExpr, scope: Scope, expected?: Type): Maybe | undefined {
    switch (expr.kind) {
      case "path":
        return checkPath(this, expr, scope);
      case "field":
        return selectField(this, expr, scope);
      case "index":
        return selectKey(this, expr, scope);
      default: {
        const checked = this.#certain(expr, scope, expected);
        return checked && { expr: checked, absent: undefined };
      }
    }
  }

  /** A variable that is unique within the rule. */
  variable(name: Name, type: Type): Variable {
    this.#used ??= new Map();
    const times = this.#used.get(name.text) ?? 0;
    this.#used.set(name.text, times + 1);
    const unique = times === 0 ? name.text : `${name.text}~${times + 1}`;
    return { name: `${this.#prefix}${unique}`, type, span: name.span };
  }

  #certain(expr: SyntaxExpr, scope: Scope, expected: Type | undefined): Expr | undefined {
    const { span } = expr;
    switch (expr.kind) {
      case "error":
        return undefined;
      case "bool":
        return constant(expr.value, BOOL, span);
      case "number":
        if (!Number.isFinite(expr.value) || (expr.integer && !Number.isSafeInteger(expr.value))) {
          return this.bundle.problems.add(messages.badLiteral(span, "this number is too large to be exact"));
        }
        return constant(expr.value, { kind: expr.integer ? "int" : "number" }, span);
      case "duration":
        return constant(expr.ms, { kind: "duration" }, span);
      case "timestamp":
        return constant(expr.ms, { kind: "time" }, span);
      case "string":
        return this.#text(expr.value, span, expected);
      case "list":
        return this.#list(expr, scope, expected);
      case "and":
      case "or":
        return this.#all(flatten(expr, expr.kind), expr.kind, scope, span);
      case "not": {
        const of = this.condition(expr.of, scope);
        return of && { kind: "not", of, type: BOOL, span };
      }
      case "has":
        return checkHas(this, expr, scope);
      case "else":
        return this.#otherwise(expr, scope, expected);
      case "compare":
        return checkCompare(this, expr, scope);
      case "like":
      case "matches":
      case "finds":
        return checkPattern(this, expr, scope);
      case "arithmetic":
        return checkArithmetic(this, expr, scope);
      case "negate":
        return checkNegation(this, expr, scope);
      case "call":
        return checkCall(this, expr, scope);
      case "quantifier":
        return checkQuantifier(this, expr, scope);
      case "prior":
        return checkPrior(this, expr, scope);
      case "path":
      case "field":
      case "index":
        return this.value(expr, scope, expected);
    }
  }

  #all(items: readonly SyntaxExpr[], kind: "and" | "or", scope: Scope, span: Span): Expr | undefined {
    if (items.length === 1) return this.condition(items[0] as SyntaxExpr, scope);
    const facts = factsBeside(items, kind === "and");
    const checked = items.map((item, index) =>
      this.condition(item, knowing(scope, facts[index] as ReadonlySet<string>)),
    );
    if (checked.includes(undefined)) return undefined;
    return { kind, items: checked as Expr[], type: BOOL, span };
  }

  #text(text: string, span: Span, expected: Type | undefined): Expr | undefined {
    switch (expected?.kind) {
      case "union":
      case "email":
      case "url":
      case "domain":
      case "path":
      case "ip": {
        const value = foldText(this.bundle, text, span, expected);
        return value === undefined ? undefined : constant(value, expected, span);
      }
      default:
        return constant(text, TEXT, span);
    }
  }

  #list(
    expr: SyntaxExpr & { readonly kind: "list" },
    scope: Scope,
    expected: Type | undefined,
  ): Expr | undefined {
    const element = expected?.kind === "list" || expected?.kind === "set" ? expected.of : undefined;
    const checked = expr.items.map((item) => this.value(item, scope, element));
    if (checked.includes(undefined)) return undefined;
    const items = checked as Expr[];
    let of: Type | undefined = items[0]?.type ?? element;
    for (const item of items.slice(1)) {
      of = of && joinTypes(of, item.type);
      if (of !== undefined) continue;
      const first = (items[0] as Expr).type;
      return this.bundle.problems.add(
        messages.notComparable(
          "[]",
          item.span,
          items[0] as Expr,
          item,
          `every element of a list is of one type, here \`${first.kind}\``,
        ),
      );
    }
    if (of === undefined) {
      return this.bundle.problems.add(
        messages.mismatch(expr.span, "nothing says what this empty list is a list of"),
      );
    }
    const type: Type = { kind: "list", of, max: items.length };
    const values = items.flatMap((item) => (item.kind === "const" ? [item.value] : []));
    if (values.length < items.length) return { kind: "list", items, type, span: expr.span };
    if (expected?.kind !== "set") return constant(values, type, expr.span);
    return constant(withoutRepeats(values), { ...type, kind: "set" }, expr.span);
  }

  #otherwise(
    expr: SyntaxExpr & { readonly kind: "else" },
    scope: Scope,
    expected: Type | undefined,
  ): Expr | undefined {
    const of = this.maybe(expr.of, scope, expected);
    const fallback = this.value(expr.fallback, scope, of?.expr.type ?? expected);
    if (of === undefined || fallback === undefined) return undefined;
    const type = joinTypes(of.expr.type, fallback.type);
    if (type === undefined) {
      return this.bundle.problems.add(
        messages.notComparable("else", expr.span, of.expr, fallback, "give a value of the same type"),
      );
    }
    if (of.absent === undefined) {
      this.bundle.problems.add(messages.neverAbsent("else", expr.of.span, "leave out the `else`"));
    }
    return { kind: "else", of: of.expr, fallback, type, span: expr.span };
  }
}

function guardFor(path: string, type: Type): string {
  const root = path.includes(".") || path.includes("[");
  const sample: { readonly [kind: string]: string } = {
    text: '"…"',
    union: '"…"',
    bool: "false",
    duration: "0s",
  };
  const fallback = sample[type.kind];
  const guard = `add \`has ${path}\` to the condition`;
  if (path === "reported") return "say what to count until it is known: `reported else 10`";
  if (path === "user") return `${guard}, or say \`for role …\` or \`for user …\` in \`agent\``;
  return root && fallback !== undefined ? `${guard}, or give a value: \`${path} else ${fallback}\`` : guard;
}
