import type { Span } from "../../source/source.js";
import type { Name, Expr as SyntaxExpr } from "../../syntax/ast.js";
import { type FieldType, HOST_KINDS, type Type } from "../../values/type.js";
import { BROKEN } from "../fold-value.js";
import { messages } from "../messages.js";
import { type Entry, segmentEnd, segmentSpan } from "../names.js";
import type { Expr, Root } from "../program.js";
import { LABELS, OPTIONAL_ROOTS, ROOT_NAMES, URL_PATH } from "../roots.js";
import { constant } from "./constant.js";
import type { Expressions, Maybe } from "./expressions.js";
import { pathOf, type Scope } from "./scope.js";

type Of<K extends SyntaxExpr["kind"]> = SyntaxExpr & { readonly kind: K };
const BOOL: Type = { kind: "bool" };

/** Checks a dotted name: a variable, a root, a data, define or label, followed by fields. */
export function checkPath(checker: Expressions, expr: Of<"path">, scope: Scope): Maybe | undefined {
  const head = checkHead(checker, expr.name, scope);
  if (head === undefined) return undefined;
  const { text } = expr.name;
  let at: Maybe | undefined = head.value;
  let index = head.length;
  for (let end = segmentEnd(text, index); end < text.length; index++) {
    if (at === undefined) return undefined;
    const of = text.slice(0, end);
    end = segmentEnd(text, index + 1);
    const written = text.slice(0, end);
    at = step(checker, at, {
      name: text.slice(of.length + 1, end),
      nameSpan: segmentSpan(expr.name, index, index + 1),
      span: segmentSpan(expr.name, 0, index + 1),
      of,
      written,
      present: scope.present.has(written),
      scope,
    });
  }
  return at;
}

/** What the first segments mean, and how many segments that takes. */
function checkHead(
  checker: Expressions,
  name: Name,
  scope: Scope,
): { readonly value: Maybe; readonly length: number } | undefined {
  const { text } = name;
  const first = text.slice(0, segmentEnd(text, 1));
  const span = segmentSpan(name, 0, 1);
  const variable = scope.variables.get(first);
  if (variable !== undefined) {
    checker.bundle.report({ kind: "variable", text: first, span, variable });
    if (variable.type === BROKEN) return undefined;
    const expr: Expr = { kind: "variable", name: variable.name, type: variable.type, span };
    return { value: { expr, absent: undefined }, length: 1 };
  }
  if (ROOT_NAMES.has(first)) {
    const value = checkRoot(checker, first as Root, span, scope);
    return value && { value, length: 1 };
  }
  for (let length = 1, end = 0; end < text.length; length++) {
    end = segmentEnd(text, length);
    const part = { text: text.slice(0, end), span: segmentSpan(name, 0, length) };
    const lookup = checker.bundle.names.find("values", part.text);
    if (lookup.kind === "unknown") continue;
    const entry = checker.bundle.find("values", part, "name");
    const expr = entry && named(checker, entry, part.span);
    return expr && { value: { expr, absent: undefined }, length };
  }
  if (first === "") return undefined;
  checker.bundle.report({
    kind: "unknown-value",
    text: first,
    span,
    variables: [...scope.variables.values()],
  });
  const candidates = [...scope.variables.keys(), ...ROOT_NAMES, ...checker.bundle.names.candidates("values")];
  return checker.bundle.problems.add(
    first === text
      ? messages.unknownName("name", name.text, name.span, candidates)
      : messages.unknownName("name", first, span, candidates),
  );
}

function checkRoot(checker: Expressions, root: Root, span: Span, scope: Scope): Maybe | undefined {
  const { bundle } = checker;
  if (root === "args" && scope.args === undefined) {
    const help = "hand it in: `define small(amount: number) = amount <= 50`, used as `small(args.amount)`";
    const why = "a define serves many tools, and knows the arguments of none";
    return bundle.problems.add(messages.notReadableHere(root, span, why, help));
  }
  if (root === "reported" && !scope.reported) {
    const help = "use it in a limit: `at most 1_000 of reported else 10 in 1h`";
    const why = "an outcome reports it, after the call";
    return bundle.problems.add(messages.notReadableHere(root, span, why, help));
  }
  const type = (root === "args" ? scope.args?.record : checker.roots.get(root)) ?? BROKEN;
  if (bundle.isWatched) bundle.report({ kind: "root", text: root, span, root, type });
  const absent = OPTIONAL_ROOTS.has(root) && !scope.present.has(root);
  return { expr: { kind: "root", root, type, span }, absent: absent ? { path: root, span } : undefined };
}

/** The expression for a data, a define without parameters, or a label. */
function named(checker: Expressions, entry: Entry, span: Span): Expr | undefined {
  switch (entry.space) {
    case "data": {
      const type = checker.bundle.dataTypes.get(entry.id) ?? BROKEN;
      return type === BROKEN ? undefined : { kind: "data", data: entry.id, type, span };
    }
    case "define": {
      const define = checker.surroundings.define(entry.id, span);
      if (define === undefined) return undefined;
      if (define.params.length === 0) {
        return { kind: "define", define: entry.id, args: [], type: define.body.type, span };
      }
      const shape = `${entry.name}(${define.params.map((param) => param.name).join(", ")})`;
      return checker.bundle.problems.add(
        messages.argumentCount(entry.name, span, define.params.length, 0, shape),
      );
    }
    default:
      return constant(entry.id, { kind: "label" }, span);
  }
}

interface Selection {
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  /** The path before the field, for messages. */
  readonly of: string;
  readonly written: string;
  readonly present: boolean;
  readonly scope: Scope;
}

/** Selects one field; if the value before it may be absent, so may the field. */
function step(checker: Expressions, at: Maybe, to: Selection): Maybe | undefined {
  reportField(checker, at.expr, to);
  const field = fieldOf(checker, at.expr, to);
  if (field === undefined || field.type === BROKEN) return undefined;
  if (field.advisory) return checker.bundle.problems.add(messages.readsAdvisory(to.written, to.span));
  const expr: Expr = {
    kind: "field",
    of: at.expr,
    name: to.name,
    optional: field.optional,
    type: field.type,
    span: to.span,
  };
  if (at.absent !== undefined || !field.optional || to.present)
    return { expr, absent: to.present ? undefined : at.absent };
  return { expr, absent: { path: to.written, span: to.span } };
}

type Field = Pick<FieldType, "type" | "optional" | "advisory">;
const text: Field = { type: { kind: "text", max: 4096 }, optional: false, advisory: false };
const domain: Field = { ...text, type: { kind: "domain" } };

const hostKind: Field = { ...text, type: { kind: "union", options: HOST_KINDS } };

/** The fields of structured values, which are parsed once when the request arrives. */
const PARTS: { readonly [kind: string]: { readonly [part: string]: Field } } = {
  email: { local: text, domain },
  url: { scheme: text, host: domain, host_kind: hostKind, path: { ...text, type: URL_PATH } },
  ip: { address_kind: hostKind },
};

/**
 * Reports a field to the watcher. If several tools share an argument, each has its own declaration, so each is
 * reported.
 */
function reportField(checker: Expressions, of: Expr, to: Selection): void {
  if (!checker.bundle.isWatched) return;
  const records =
    of.kind === "root" && of.root === "args" && to.scope.args !== undefined
      ? to.scope.args.tools.map((tool) => tool.args)
      : [of.type];
  const all = records.flatMap((type) => (type.kind === "record" ? type.fields : partFields(type)));
  const found = all.filter((field) => field.name === to.name);
  checker.bundle.report({ kind: "field", text: to.name, span: to.nameSpan, found, all });
}

function partFields(type: Type): FieldType[] {
  return Object.entries(PARTS[type.kind] ?? {}).map(([name, part]) => ({
    ...part,
    name,
    wire: name,
    labels: [],
  }));
}

function fieldOf(checker: Expressions, of: Expr, to: Selection): Field | undefined {
  if (of.kind === "root" && of.root === "args") return argument(checker, to);
  const { type } = of;
  if (of.kind === "root" && of.root === "tool" && to.name !== "name") {
    const [channel] = to.scope.args?.channels ?? [];
    if (channel !== undefined) {
      return checker.bundle.problems.add(
        messages.notReadableHere(
          to.written,
          to.span,
          "a channel has no tier, no action and no tags",
          "write a separate rule for channels",
        ),
      );
    }
  }
  const fields = type.kind === "record" ? type.fields : undefined;
  const found = fields?.find((field) => field.name === to.name) ?? PARTS[type.kind]?.[to.name];
  if (found !== undefined) return found;
  const { problems } = checker.bundle;
  if (type.kind === "json") {
    return problems.add(
      messages.mismatch(
        to.span,
        "json is for arguments that no rule looks into",
        "declare its fields as a record",
      ),
    );
  }
  if (type.kind === "map") {
    return problems.add(
      messages.mismatch(to.nameSpan, "a map has no fields", `write \`${to.of}[${JSON.stringify(to.name)}]\``),
    );
  }
  const names = fields?.map((field) => field.name) ?? Object.keys(PARTS[type.kind] ?? {});
  if (of.kind === "root" && (of.root === "user" || of.root === "agent" || of.root === "context")) {
    return problems.add(messages.undeclaredSchemaField(of.root, to.name, to.nameSpan, names));
  }
  return problems.add(messages.unknownField(to.of, to.name, to.nameSpan, names));
}

function argument(checker: Expressions, to: Selection): Field | undefined {
  const args = to.scope.args;
  if (args === undefined) return undefined;
  const lookup = args.find(to.name);
  if (lookup.kind === "found") return lookup.field;
  const { problems } = checker.bundle;
  if (lookup.kind === "no-common-type") {
    return problems.add(messages.noCommonType(to.name, to.span, [...lookup.first], [...lookup.second]));
  }
  if (args.partial || (args.tools.length === 0 && args.channels.length === 0)) return undefined;
  if (lookup.having.length > 0) {
    return problems.add(messages.notShared(to.name, to.span, lookup.lacking, lookup.having.length));
  }
  const whose =
    args.tools.length === 1
      ? `no argument of \`${args.tools[0]?.name}\``
      : "no argument of any tool that this reaches";
  return problems.add(messages.unknownField("args", to.name, to.nameSpan, [...args.names()], whose));
}

/** Checks a field of an expression that is not a plain path, as in `m["k"].x`. */
export function selectField(checker: Expressions, expr: Of<"field">, scope: Scope): Maybe | undefined {
  const of = checker.maybe(expr.of, scope);
  if (of === undefined) return undefined;
  const before = pathOf(expr.of);
  const written = pathOf(expr) ?? `….${expr.name.text}`;
  return step(checker, of, {
    name: expr.name.text,
    nameSpan: expr.name.span,
    span: expr.span,
    of: before ?? "this",
    written,
    present: scope.present.has(written),
    scope,
  });
}

/** Checks `m["k"]` of a map; the key may always be missing. */
export function selectKey(checker: Expressions, expr: Of<"index">, scope: Scope): Maybe | undefined {
  const of = checker.maybe(expr.of, scope);
  if (of === undefined) return undefined;
  const { type } = of.expr;
  if (type.kind !== "map") {
    return checker.bundle.problems.add(
      messages.wrongType(
        expr.of.span,
        type,
        "a map",
        type.kind === "record" ? `write \`.${expr.key.value}\`` : undefined,
      ),
    );
  }
  const written = pathOf(expr) ?? "this entry";
  const known = scope.present.has(written);
  const selected: Expr = { kind: "index", of: of.expr, key: expr.key.value, type: type.of, span: expr.span };
  if (type.of === BROKEN) return undefined;
  return { expr: selected, absent: known ? undefined : (of.absent ?? { path: written, span: expr.span }) };
}

/** Checks `has a.b`: the result is false if any part of the path is missing. */
export function checkHas(checker: Expressions, expr: Of<"has">, scope: Scope): Expr | undefined {
  const { path, key, span } = expr;
  const plain: SyntaxExpr = { kind: "path", name: path, span: path.span };
  const asked: SyntaxExpr = key === undefined ? plain : { kind: "index", of: plain, key, span };
  const found = checker.maybe(asked, scope);
  if (found === undefined) return undefined;
  const declared = found.absent ?? checker.maybe(asked, { ...scope, present: new Set() })?.absent;
  if (declared === undefined) {
    const what =
      found.expr.kind === "const" || found.expr.type === LABELS
        ? "write `… in labels`"
        : "leave out the `has`";
    checker.bundle.problems.add(messages.neverAbsent("has", path.span, what));
  }
  return { kind: "has", of: found.expr, type: BOOL, span };
}
