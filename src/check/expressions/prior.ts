import type { Name, Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { FieldType, Type } from "../../values/type.js";
import { messages } from "../messages.js";
import type { Expr, LimitKey, Tool } from "../program.js";
import { joinTypes } from "../relate-types.js";
import type { Expressions } from "./expressions.js";
import type { Scope } from "./scope.js";

const BOOL: Type = { kind: "bool" };

/** `prior vendors.create ok within 1d same args.payee`: the keys are looked up in this call, and are of the earlier one. */
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
    else if (tool !== undefined && !sharesKey(checker, name, key, tool, scope)) whole = false;
    else same.push(key);
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
    status: expr.status ?? "any",
    within: expr.within.ms,
    same,
    type: BOOL,
    span: expr.span,
  };
}

/** Whether this call has the argument, and the earlier one has one that could be equal; otherwise it is reported. */
function sharesKey(checker: Expressions, name: Name, key: LimitKey, tool: Tool, scope: Scope): boolean {
  if (key.kind !== "argument") return true;
  const here = checker.value({ kind: "path", name, span: name.span }, scope);
  if (here === undefined) return false;
  let there: Type = tool.args;
  for (const segment of key.path) {
    const fields: readonly FieldType[] = there.kind === "record" ? there.fields : [];
    const field = fields.find((candidate) => candidate.name === segment);
    if (field === undefined) {
      const names = fields.map((candidate) => candidate.name);
      checker.bundle.problems.add(
        messages.unknownField(tool.name, segment, name.span, names, "the earlier call has no such argument"),
      );
      return false;
    }
    there = field.type;
  }
  if (joinTypes(here.type, there) !== undefined) return true;
  checker.bundle.problems.add(
    messages.notComparable("same", name.span, here, { span: name.span, type: there }),
  );
  return false;
}
