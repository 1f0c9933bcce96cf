import type { Bundle } from "../bundle.js";
import { somePart } from "../expressions/parts.js";
import { eachSmallest, type Params, type Polarity, substituted } from "../expressions/polarity.js";
import { isSent } from "../expressions/sent.js";
import { messages } from "../messages.js";
import { pathText } from "../path-text.js";
import type { Expr, Program } from "../program.js";
import { conditionals } from "./rule-lists.js";

type Else = Expr & { readonly kind: "else" };
type Compare = Expr & { readonly kind: "compare" };

/**
 * Warns of conditions in which a missing amount counts as a small one: `(args.amount else 0) <= 50` grants a call
 * without an amount, and a limit on `args.amount else 0` never stops one.
 */
export function absentAmounts(bundle: Bundle, program: Program): void {
  for (const [what, rule] of conditionals(program)) {
    if ("meter" in rule && rule.meter.kind === "of") {
      const free = freeElse(rule.meter.amount);
      if (free !== undefined) {
        bundle.problems.add(messages.elseIsFree(pathText(free.of), String(constantOf(free)), free.span));
      }
    }
    if (rule.condition === undefined) continue;
    const grants = what === "allow" || what === "exception";
    eachSmallest(rule.condition, program.defines, (part, polarity, params) => {
      const passed = part.kind === "compare" ? passedElse(part, grants, polarity, params) : undefined;
      if (passed === undefined) return;
      const { of, span } = passed;
      bundle.problems.add(messages.elseLetsThrough(pathText(of), String(constantOf(passed)), span));
    });
  }
}

/** An `else` that charges nothing. */
function freeElse(amount: Expr): Else | undefined {
  let found: Else | undefined;
  const look = (part: Expr): boolean => {
    if (part.kind === "else" && (constantOf(part) ?? 1) <= 0) found ??= part;
    return somePart(part, look);
  };
  look(amount);
  return found;
}

function constantOf({ fallback }: Else): number | undefined {
  return fallback.kind === "const" && typeof fallback.value === "number" ? fallback.value : undefined;
}

/** The `else` of a comparison that lets a call without the amount pass an upper bound. */
function passedElse(part: Compare, grants: boolean, polarity: Polarity, params: Params): Else | undefined {
  const [left, right] = [substituted(part.left, params), substituted(part.right, params)];
  const amount = left.kind === "else" ? left : right.kind === "else" ? right : undefined;
  if (amount === undefined || polarity === "either" || !isSent(amount.of)) return undefined;
  const bound = amount === left ? right : left;
  const operator = amount === left ? part.operator : MIRRORED[part.operator];
  const isUpper = operator === "<" || operator === "<=";
  const isLower = operator === ">" || operator === ">=";
  // In a grant the bound holds for small amounts; in a deny it holds for large ones.
  const isBound = grants === (polarity === "holds") ? isUpper : isLower;
  const fallback = constantOf(amount);
  if (!isBound || fallback === undefined) return undefined;
  const limit = bound.kind === "const" && typeof bound.value === "number" ? bound.value : undefined;
  if (limit === undefined) return fallback <= 0 ? amount : undefined;
  const holds =
    operator === "<"
      ? fallback < limit
      : operator === "<="
        ? fallback <= limit
        : operator === ">"
          ? fallback > limit
          : fallback >= limit;
  return holds === isUpper ? amount : undefined;
}

const MIRRORED: { readonly [operator: string]: string } = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
