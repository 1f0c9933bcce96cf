import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Arguments } from "../arguments.js";
import type { Variable } from "./variable.js";

/** What an expression may read, and what is known to be present there. */
export interface Scope {
  /** Undefined in a define, which cannot read the arguments of a call. */
  readonly args: Arguments | undefined;
  /** Whether `reported` may be used: only in the amount of a limit. */
  readonly reported: boolean;
  /**
   * The declaration the condition belongs to: `allow`, `deny`, `require`, `limit` or `exception`; undefined elsewhere.
   */
  readonly of?: string;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Written paths, `args.note` or `context.map["k"]`, that the surrounding conjunction proves present. */
  readonly present: ReadonlySet<string>;
}

/**
 * A path as the author wrote it, used as the key of what is known about it; undefined for an expression that is not a
 * path.
 */
export function pathOf(expr: SyntaxExpr): string | undefined {
  switch (expr.kind) {
    case "path":
      return expr.name.text;
    case "field": {
      const of = pathOf(expr.of);
      return of && `${of}.${expr.name.text}`;
    }
    case "index": {
      const of = pathOf(expr.of);
      return of && `${of}[${JSON.stringify(expr.key.value)}]`;
    }
    default:
      return undefined;
  }
}

/** The scope with more paths known to be present. */
export function knowing(scope: Scope, facts: ReadonlySet<string>): Scope {
  if (facts.size === 0) return scope;
  return { ...scope, present: new Set([...scope.present, ...facts]) };
}

/** The items of a chain of `and`s or `or`s, in order. It does not recurse, because chains may be very long. */
export function flatten(expr: SyntaxExpr, kind: "and" | "or"): SyntaxExpr[] {
  const items: SyntaxExpr[] = [];
  const rest = [expr];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next.kind === kind) rest.push(next.right, next.left);
    else items.push(next);
  }
  return items;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * The paths that are present if the expression is `holds`: those of its `has`, by the laws of `and`, `or` and `not`.
 */
export function factsOf(expr: SyntaxExpr, holds: boolean): ReadonlySet<string> {
  let at = expr;
  let wanted = holds;
  while (at.kind === "not") {
    at = at.of;
    wanted = !wanted;
  }
  const joined = wanted ? "and" : "or";
  if (at.kind !== joined && !(at.kind === "has" && wanted)) return NOTHING;
  const facts = new Set<string>();
  if (at.kind === "has") {
    const segments = at.path.text.split(".");
    for (let i = 1; i <= segments.length; i++) facts.add(segments.slice(0, i).join("."));
    if (at.key !== undefined) facts.add(`${at.path.text}[${JSON.stringify(at.key.value)}]`);
  }
  if (at.kind === joined) {
    for (const item of flatten(at, joined)) for (const fact of factsOf(item, wanted)) facts.add(fact);
  }
  return facts;
}

/**
 * For each item, what the others prove where it matters: inside an `and` that they are true, inside an `or` that they
 * are false. Evaluation order does not matter, so a later `has` guards an earlier read as well.
 */
export function factsBeside(items: readonly SyntaxExpr[], hold: boolean): readonly ReadonlySet<string>[] {
  const own = items.map((item) => factsOf(item, hold));
  if (own.every(({ size }) => size === 0)) return own;
  const proven = new Map<string, number>();
  for (const facts of own) for (const fact of facts) proven.set(fact, (proven.get(fact) ?? 0) + 1);
  return own.map((facts) => {
    const beside = new Set<string>();
    for (const [fact, times] of proven) if (times > (facts.has(fact) ? 1 : 0)) beside.add(fact);
    return beside;
  });
}
