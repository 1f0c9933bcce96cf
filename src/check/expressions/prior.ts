import type { Name, Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { FieldType, Type } from "../../values/type.js";
import { keyShape, neverEqual } from "../key-shape.js";
import { messages } from "../messages.js";
import type { Expr, LimitKey, Tool } from "../program.js";
import { joinTypes } from "../relate-types.js";
import type { Expressions } from "./expressions.js";
import type { Scope } from "./scope.js";

const BOOL: Type = { kind: "bool" };

/**
 * Checks `prior vendors.create ok within 1d same args.payee`: the keys are read from this call and compared with those
 * of the earlier call.
 */
export function checkPrior(
  checker: Expressions,
  expr: SyntaxExpr & { readonly kind: "prior" },
  scope: Scope,
): Expr | undefined {
  const entry = checker.bundle.find("tool", expr.tool, "tool");
  const tool = entry && checker.bundle.tools.get(entry.id);
  const same: LimitKey[] = [];
  let whole = tool !== undefined;
  for (const name of expr.same) {
    const key = checker.surroundings.key(name, scope);
    if (key === undefined) whole = false;
    else {
      const shared = tool && sharedKey(checker, { name, key, tool, scope });
      if (shared === undefined) whole = false;
      else same.push(shared);
    }
  }
  if (expr.within.ms <= 0 || expr.within.ms > 3653 * 86_400_000) {
    return checker.bundle.problems.add(
      messages.outOfRange("the time looked back", expr.within.span, "above 0 and at most ten years"),
    );
  }
  if (!whole || tool === undefined) return undefined;
  return {
    kind: "prior",
    tool: tool.id,
    ...(tool.was === undefined ? {} : { was: tool.was }),
    status: expr.status ?? "any",
    within: expr.within.ms,
    same,
    type: BOOL,
    span: expr.span,
  };
}

interface Shared {
  readonly name: Name;
  readonly key: LimitKey;
  readonly tool: Tool;
  readonly scope: Scope;
}

/** The key with what both calls have of it; undefined after it is reported that they can never be equal. */
function sharedKey(checker: Expressions, { name, key, tool, scope }: Shared): LimitKey | undefined {
  if (key.kind !== "argument" && key.kind !== "args") return key;
  const here = checker.value({ kind: "path", name, span: name.span }, scope);
  const there = here && (key.kind === "args" ? tool.args : argumentOf(checker, name, key.path, tool));
  if (here === undefined || there === undefined) return undefined;
  const { problems } = checker.bundle;
  const joined = joinTypes(here.type, there);
  if (joined === undefined) {
    return problems.add(messages.notComparable("same", name.span, here, { span: name.span, type: there }));
  }
  const why =
    key.kind === "args" && holdsNothing(here.type, there) ? undefined : neverEqual(here.type, there);
  if (why !== undefined) {
    const help = "name arguments that both tools have, with types that have values in common";
    return problems.add(messages.neverHolds(name.span, why, help));
  }
  const shape = keyShape(joined);
  return shape === undefined ? key : { ...key, shape };
}

/** Whether both tools have no arguments: then the arguments are always equal. */
function holdsNothing(here: Type, there: Type): boolean {
  return [here, there].every((type) => type.kind === "record" && type.fields.length === 0);
}

/** The type of an argument of the earlier call; undefined after it is reported that there is none. */
function argumentOf(checker: Expressions, name: Name, path: readonly string[], tool: Tool): Type | undefined {
  let there: Type = tool.args;
  for (const segment of path) {
    const fields: readonly FieldType[] = there.kind === "record" ? there.fields : [];
    const field = fields.find((candidate) => candidate.name === segment);
    if (field === undefined) {
      const names = fields.map((candidate) => candidate.name);
      checker.bundle.problems.add(
        messages.unknownField(tool.name, segment, name.span, names, "the earlier call has no such argument"),
      );
      return undefined;
    }
    there = field.type;
  }
  return there;
}
