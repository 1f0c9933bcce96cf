import type { Span } from "../../source/source.js";
import type { Name, Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Type } from "../../values/type.js";
import type { Bundle } from "../bundle.js";
import type { Define, Expr, LimitKey } from "../program.js";
import type { Scope } from "./scope.js";
import type { Variable } from "./variable.js";

/** An expression that may be absent. `absent` is the written path that may be missing, for messages. */
export interface Maybe {
  readonly expr: Expr;
  readonly absent: { readonly path: string; readonly span: Span } | undefined;
}

/** What the expression checker needs from the rest: declarations that contain expressions themselves. */
export interface Surroundings {
  readonly bundle: Bundle;
  /** A checked define; undefined if it has a mistake, which is reported at its declaration. */
  readonly define: (id: string, at: Span) => Define | undefined;
  readonly key: (name: Name, scope: Scope) => LimitKey | undefined;
}

/**
 * The checker of expressions, as the files for single kinds of expressions use it. They call back into it for their
 * operands, so it is described here and implemented in `expression-checker.ts`, which imports them all.
 *
 * `undefined` means that a mistake was reported, here or further in: the caller returns undefined too and reports
 * nothing, so that one mistake is one diagnostic.
 */
export interface Expressions {
  readonly bundle: Bundle;
  readonly surroundings: Surroundings;
  readonly roots: ReadonlyMap<string, Type>;
  /** Time zones that are known to exist: looking one up takes longer than the rest of a rule. */
  readonly zones: Set<string>;
  /** Starts a rule or define: variables in it are unique from here on. */
  within<T>(prefix: string, check: () => T): T;
  /**
   * A `bool` that is the conjunction of several; each is guarded by what the others prove. Undefined for an empty list.
   */
  conjunction(
    conditions: readonly { readonly expr: SyntaxExpr; readonly holds: boolean; readonly span: Span }[],
    scope: Scope,
  ): Expr | "wrong" | undefined;
  /** A value next to conditions that hold whenever it is evaluated. */
  guarded(
    expr: SyntaxExpr,
    conditions: readonly { readonly kind: "when" | "unless"; readonly condition: SyntaxExpr }[],
    scope: Scope,
  ): Expr | undefined;
  /** A condition: true, false or unknown. */
  condition(expr: SyntaxExpr, scope: Scope): Expr | undefined;
  /** A value that is present: a value that may be absent is reported. A literal takes the form of the `expected` type. */
  value(expr: SyntaxExpr, scope: Scope, expected?: Type): Expr | undefined;
  /** A value or its absence: the operand of `has` and `else`. */
  maybe(expr: SyntaxExpr, scope: Scope, expected?: Type): Maybe | undefined;
  /** A variable that is unique within the rule. */
  variable(name: Name, type: Type): Variable;
}
