import type { Name } from "../syntax/ast.js";
import type { Type } from "../values/type.js";
import type { Bundle } from "./bundle.js";
import type { Scope } from "./expressions/scope.js";
import { keyShape } from "./key-shape.js";
import { didYouMeanIn } from "./messages/wording.js";
import { messages } from "./messages.js";
import { segmentSpan } from "./names.js";
import type { LimitKey } from "./program.js";

const PLAIN = ["user", "agent", "tool", "tenant", "session", "transaction", "args"] as const;

/** Checks what a limit counts by, or a `prior` compares: a word, or an argument that every targeted tool has. */
export function checkKey(bundle: Bundle, name: Name, scope: Scope): LimitKey | undefined {
  const words =
    scope.args === undefined ? PLAIN : [...PLAIN, ...[...scope.args.names()].map((arg) => `args.${arg}`)];
  bundle.report({ kind: "choice", text: name.text, span: name.span, of: "key", options: words });
  const plain = PLAIN.find((word) => word === name.text);
  if (plain !== undefined) {
    if (plain !== "args" || scope.args !== undefined) return { kind: plain };
    return outsideOfCalls(bundle, name);
  }
  const [root, ...path] = name.text.split(".");
  if (root !== "args" || path.length === 0) {
    const help =
      didYouMeanIn(name.text, PLAIN) ??
      `count by ${PLAIN.map((word) => `\`${word}\``).join(", ")} or \`args.x\``;
    return bundle.problems.add(messages.badKey(name.text, name.span, "nothing to count by", help));
  }
  if (scope.args === undefined) return outsideOfCalls(bundle, name);
  const type = argumentType(bundle, name, path, scope);
  if (type === undefined) return undefined;
  const shape = keyShape(type);
  return shape === undefined ? { kind: "argument", path } : { kind: "argument", path, shape };
}

function outsideOfCalls(bundle: Bundle, name: Name): undefined {
  return bundle.problems.add(
    messages.notReadableHere(
      name.text,
      name.span,
      "a define serves many tools, and knows the arguments of none",
      "write this condition in the rule itself",
    ),
  );
}

function argumentType(bundle: Bundle, name: Name, path: readonly string[], scope: Scope): Type | undefined {
  const [first = "", ...rest] = path;
  const args = scope.args;
  const lookup = args?.find(first);
  if (args === undefined || lookup === undefined) return undefined;
  const span = segmentSpan(name, 1, 2);
  const shared = args.tools.flatMap((tool) => tool.args.fields);
  const found = shared.filter((field) => field.name === first);
  bundle.report({ kind: "field", text: first, span, found, all: shared });
  if (lookup.kind === "missing") {
    if (args.partial || (args.tools.length === 0 && args.channels.length === 0)) return undefined;
    bundle.problems.add(
      lookup.having.length > 0
        ? messages.notShared(first, segmentSpan(name, 0, 2), lookup.lacking, lookup.having.length)
        : messages.unknownField("args", first, span, [...args.names()]),
    );
    return undefined;
  }
  if (lookup.kind === "no-common-type") {
    bundle.problems.add(
      messages.noCommonType(first, segmentSpan(name, 0, 2), [...lookup.first], [...lookup.second]),
    );
    return undefined;
  }
  let field: { readonly type: Type; readonly advisory: boolean } = lookup.field;
  for (const [index, segment] of rest.entries()) {
    if (field.advisory) break;
    const fields: readonly { readonly name: string; readonly type: Type; readonly advisory: boolean }[] =
      field.type.kind === "record" ? field.type.fields : [];
    const next = fields.find((candidate) => candidate.name === segment);
    if (next === undefined) {
      const of = ["args", ...path.slice(0, index + 1)].join(".");
      const names = fields.map((candidate) => candidate.name);
      bundle.problems.add(messages.unknownField(of, segment, segmentSpan(name, index + 2, index + 3), names));
      return undefined;
    }
    field = next;
  }
  if (field.advisory) return bundle.problems.add(messages.readsAdvisory(name.text, name.span));
  if (field.type.kind !== "record" || field.type.fields.some(({ advisory }) => !advisory)) return field.type;
  const help = "name a field that every tool of this rule has";
  return bundle.problems.add(messages.badKey(name.text, name.span, "no field of it can be compared", help));
}
