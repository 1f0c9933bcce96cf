import type { Obligation, WithClause } from "../syntax/ast.js";
import type { Type } from "../values/type.js";
import type { Bundle } from "./bundle.js";
import { describeType } from "./describe-type.js";
import { constant } from "./expressions/constant.js";
import type { Expressions } from "./expressions/expressions.js";
import type { Scope } from "./expressions/scope.js";
import { messages } from "./messages.js";
import { checkPlace } from "./places.js";
import type { Expr, ObligationName, ObligationTemplate } from "./program.js";
import { isAssignable } from "./relate-types.js";

const TEXT: Type = { kind: "text", max: 4096 };

/**
 * The parameters of an obligation. With `many`, the last type repeats; `places` lists the arguments that name a field.
 */
interface Shape {
  readonly written: string;
  readonly types: readonly Type[];
  readonly many?: true;
  readonly places?: true;
}

const SHAPES: { readonly [name in ObligationName]: Shape } = {
  timeout: { written: "timeout(5s)", types: [{ kind: "duration" }] },
  rows: { written: "rows(100)", types: [{ kind: "int", min: 1 }] },
  redact: { written: 'redact("result.card")', types: [TEXT], many: true, places: true },
  drop: { written: 'drop("args.note")', types: [TEXT], many: true, places: true },
  mask: {
    written: 'mask("result.card", "last4")',
    types: [TEXT, { kind: "union", options: ["last4", "hash", "full"] }],
    places: true,
  },
  filter: { written: 'filter("region", regions)', types: [TEXT, { kind: "set", of: TEXT, max: 10_000 }] },
  notify: { written: 'notify("security")', types: [TEXT], many: true },
  sandbox: { written: 'sandbox("no-network")', types: [TEXT] },
  log: { written: 'log("full")', types: [{ kind: "union", options: ["standard", "full"] }] },
};

/** Obligations with their arguments typed; an obligation with a mistake is left out. */
export function checkObligations(
  checker: Expressions,
  clauses: readonly WithClause[],
  scope: Scope,
): ObligationTemplate[] {
  return clauses.flatMap((clause) =>
    clause.obligations.flatMap((obligation) => checkObligation(checker, obligation, scope) ?? []),
  );
}

function checkObligation(
  checker: Expressions,
  obligation: Obligation,
  scope: Scope,
): ObligationTemplate | undefined {
  const name = obligation.name.text;
  const { problems } = checker.bundle;
  const options = Object.keys(SHAPES);
  checker.bundle.report({
    kind: "choice",
    text: name,
    span: obligation.name.span,
    of: "obligation",
    options,
  });
  if (!Object.hasOwn(SHAPES, name)) {
    return problems.add(
      messages.unknownBuiltIn("obligation", name, obligation.name.span, Object.keys(SHAPES)),
    );
  }
  const shape = SHAPES[name as ObligationName];
  const wanted = shape.types.length;
  const given = obligation.args.length;
  if (shape.many ? given < wanted : given !== wanted) {
    return problems.add(messages.argumentCount(name, obligation.span, wanted, given, shape.written));
  }
  const args = obligation.args.map((arg, index) => {
    const type = shape.types[Math.min(index, wanted - 1)] as Type;
    const checked = checker.value(arg, scope, type);
    if (checked === undefined) return undefined;
    const fits = type.kind === "set" ? isSetOfTexts(checked.type) : isAssignable(checked.type, type);
    if (!fits)
      return problems.add(messages.wrongType(checked.span, checked.type, `\`${describeType(type)}\``));
    if (type.kind === "int" && checked.kind === "const" && (checked.value as number) < 1) {
      return problems.add(messages.outOfRange("a number of rows", checked.span, "at least 1"));
    }
    return shape.places && (index === 0 || shape.many) ? place(checker.bundle, checked, scope) : checked;
  });
  if (args.includes(undefined)) return undefined;
  return { name: name as ObligationName, args: args as Expr[], span: obligation.span };
}

function isSetOfTexts(type: Type): boolean {
  return (
    (type.kind === "set" || type.kind === "list") &&
    (type.of.kind === "text" || type.of.kind === "union" || type.of.kind === "domain")
  );
}

function place(bundle: Bundle, arg: Expr, scope: Scope): Expr | undefined {
  if (arg.kind !== "const" || typeof arg.value !== "string") {
    const help = 'write `"args.x"`, `"result.x"` or `"label:pii"`';
    return bundle.problems.add(messages.badPlace("…", arg.span, "a place is written out", help));
  }
  const checked = checkPlace(bundle, arg.value, arg.span, scope);
  return checked === undefined ? undefined : constant(checked, arg.type, arg.span);
}
