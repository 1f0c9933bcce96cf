import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import { MAX_TEXTS } from "../../values/texts.js";
import type { Type } from "../../values/type.js";
import { describeType } from "../describe-type.js";
import { messages } from "../messages.js";
import type { Expr, FunctionName } from "../program.js";
import { isAssignable, longest } from "../relate-types.js";
import { FUNCTION_NAMES, KEY_TEXT, LABELS, URL_PATH } from "../roots.js";
import type { Expressions } from "./expressions.js";
import { normalFormOf } from "./normal-form.js";
import { pathOf, type Scope } from "./scope.js";

type Call = SyntaxExpr & { readonly kind: "call" };

const TEXT: Type = { kind: "text", max: 4096 };
const INT: Type = { kind: "int", min: 0 };
const BOOL: Type = { kind: "bool" };
const PATH: Type = { kind: "path" };
const DAYS: Type = { kind: "union", options: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] };

/** The signature of a function as text, for editors and help. */
export function functionShape(name: FunctionName): string {
  return SIGNATURES[name].shape;
}

/** The parameters of a function, in words and as a check, and its result type. */
interface Signature {
  readonly shape: string;
  readonly takes: readonly { readonly wanted: string; readonly fits: (type: Type) => boolean }[];
  readonly gives: (types: readonly Type[]) => Type;
}

const isText = (type: Type) => type.kind === "text" || type.kind === "union";
const text = { wanted: "a text", fits: isText };
const time = { wanted: "a time", fits: (type: Type) => type.kind === "time" };
const map = { wanted: "a map", fits: (type: Type) => type.kind === "map" };
const sized = {
  wanted: "a list, set, map or text",
  fits: (type: Type) => ["list", "set", "map", "text", "union"].includes(type.kind),
};
const path = { wanted: "a path", fits: (type: Type) => type.kind === "path" };
const anything = { wanted: "an argument", fits: () => true };
const elements = (of: Type, from: Type | undefined): Type => ({
  kind: "list",
  of,
  max: from?.kind === "map" ? from.max : 256,
});

const SIGNATURES: { readonly [name in FunctionName]: Signature } = {
  size: { shape: "size(list)", takes: [sized], gives: () => INT },
  keys: { shape: "keys(map)", takes: [map], gives: ([of]) => elements(KEY_TEXT, of) },
  values: {
    shape: "values(map)",
    takes: [map],
    gives: ([of]) => elements(of?.kind === "map" ? of.of : TEXT, of),
  },
  under: {
    shape: 'under(path, "/srv/work")',
    takes: [path, { ...path, wanted: "a path" }],
    gives: () => BOOL,
  },
  lower: { shape: "lower(text)", takes: [text], gives: () => TEXT },
  contains: { shape: 'contains(args.body, "word")', takes: [text, text], gives: () => BOOL },
  starts_with: { shape: 'starts_with(args.body, "word")', takes: [text, text], gives: () => BOOL },
  ends_with: { shape: 'ends_with(args.body, "word")', takes: [text, text], gives: () => BOOL },
  texts: {
    shape: "texts(args)",
    takes: [anything],
    gives: () => ({ kind: "list", of: TEXT, max: MAX_TEXTS }),
  },
  weekday: { shape: 'weekday(now, "Europe/Berlin")', takes: [time, text], gives: () => DAYS },
  hour: {
    shape: 'hour(now, "Europe/Berlin")',
    takes: [time, text],
    gives: () => ({ kind: "int", min: 0, max: 23 }),
  },
  minute: {
    shape: 'minute(now, "Europe/Berlin")',
    takes: [time, text],
    gives: () => ({ kind: "int", min: 0, max: 59 }),
  },
  labels_of: { shape: "labels_of(args.to)", takes: [anything], gives: () => LABELS },
  stated: { shape: "stated(args.to)", takes: [anything], gives: () => BOOL },
};

/** Checks the use of a function or a define. */
export function checkCall(checker: Expressions, expr: Call, scope: Scope): Expr | undefined {
  const name = expr.name.text;
  if (FUNCTION_NAMES.has(name))
    checker.bundle.report({
      kind: "function",
      text: name,
      span: expr.name.span,
      name: name as FunctionName,
    });
  if (FUNCTION_NAMES.has(name)) return checkFunction(checker, expr, name as FunctionName, scope);
  const lookup = checker.bundle.names.find("define", name);
  if (lookup.kind === "unknown") {
    const candidates = [...FUNCTION_NAMES, ...checker.bundle.names.candidates("define")];
    const variables = [...scope.variables.values()];
    checker.bundle.report({ kind: "unknown-value", text: name, span: expr.name.span, variables });
    const unknown = messages.unknownName("function", name, expr.name.span, candidates);
    const written = methodAsFunction(expr);
    const help = written === undefined ? undefined : `write \`${written}\``;
    return checker.bundle.problems.add(help === undefined ? unknown : { ...unknown, help });
  }
  const entry = checker.bundle.find("define", expr.name, "define");
  const define = entry && checker.surroundings.define(entry.id, expr.name.span);
  if (define === undefined || entry === undefined) return undefined;
  if (define.params.length !== expr.args.length) {
    const shape = `${name}(${define.params.map((param) => param.name).join(", ")})`;
    return checker.bundle.problems.add(
      messages.argumentCount(name, expr.span, define.params.length, expr.args.length, shape),
    );
  }
  const args = expr.args.map((arg, index) => {
    const wanted = define.params[index]?.type as Type;
    const given = checker.value(arg, scope, wanted);
    if (given === undefined || isAssignable(given.type, wanted)) return given;
    return checker.bundle.problems.add(
      messages.wrongType(given.span, given.type, `\`${describeType(wanted)}\``, sizeHelp(given.type, wanted)),
    );
  });
  if (args.includes(undefined)) return undefined;
  return { kind: "define", define: entry.id, args: args as Expr[], type: define.body.type, span: expr.span };
}

/** Methods of other languages, with the function that does the same here. */
const METHODS: ReadonlyMap<string, FunctionName> = new Map([
  ["contains", "contains"],
  ["includes", "contains"],
  ["startsWith", "starts_with"],
  ["startswith", "starts_with"],
  ["starts_with", "starts_with"],
  ["endsWith", "ends_with"],
  ["endswith", "ends_with"],
  ["ends_with", "ends_with"],
  ["size", "size"],
  ["length", "size"],
  ["len", "size"],
  ["count", "size"],
  ["lower", "lower"],
  ["toLowerCase", "lower"],
  ["lowerAscii", "lower"],
  ["keys", "keys"],
  ["values", "values"],
]);

/**
 * Rewrites `args.body.contains("x")` to `contains(args.body, "x")` for the help; undefined for a name that is not a
 * known method.
 */
function methodAsFunction({ name: { text }, args }: Call): string | undefined {
  const dot = text.lastIndexOf(".");
  const method = METHODS.get(text.slice(dot + 1));
  if (method === undefined) return undefined;
  const shown = args.map((arg) => pathOf(arg) ?? (arg.kind === "string" ? JSON.stringify(arg.value) : "…"));
  return `${method}(${[...(dot < 0 ? [] : [text.slice(0, dot)]), ...shown].join(", ")})`;
}

function sizeHelp(given: Type, wanted: Type): string | undefined {
  const larger =
    "max" in given &&
    given.kind === wanted.kind &&
    given.kind !== "text" &&
    given.kind !== "number" &&
    given.kind !== "int";
  return larger && "max" in wanted && (given.max ?? 0) > (wanted.max ?? 0)
    ? `it may be larger than the parameter: declare that as \`${describeType(given)}\``
    : undefined;
}

function checkFunction(checker: Expressions, expr: Call, name: FunctionName, scope: Scope): Expr | undefined {
  const signature = SIGNATURES[name];
  const { problems } = checker.bundle;
  if (signature.takes.length !== expr.args.length) {
    return problems.add(
      messages.argumentCount(name, expr.span, signature.takes.length, expr.args.length, signature.shape),
    );
  }
  if (name === "labels_of" || name === "stated") return checkOrigin(checker, expr, name, scope);
  if (name === "texts") return checkTexts(checker, expr, scope);
  let first: Type | undefined;
  const args = expr.args.map((arg, index) => {
    const base = first === URL_PATH ? URL_PATH : PATH;
    const given = checker.value(arg, scope, name === "under" && index === 1 ? base : undefined);
    first ??= given?.type;
    const takes = signature.takes[index] as Signature["takes"][number];
    if (given === undefined || takes.fits(given.type)) return given;
    const help = isSearch(name) && index === 0 ? searchHelp(name, expr, given.type) : undefined;
    return problems.add(messages.wrongType(given.span, given.type, takes.wanted, help));
  });
  if (args.includes(undefined)) return undefined;
  const checked = isSearch(name) ? searched(checker, args as Expr[]) : (args as Expr[]).map(withoutSlash);
  if (checked === undefined) return undefined;
  if ((name === "weekday" || name === "hour" || name === "minute") && !isZone(checker, checked[1] as Expr))
    return undefined;
  return {
    kind: "function",
    name,
    args: checked,
    type: signature.gives(checked.map((arg) => arg.type)),
    span: expr.span,
  };
}

/** What a path of a URL lies under, without the `/` that its own end may have. */
function withoutSlash(expr: Expr): Expr {
  if (expr.kind !== "const" || expr.type !== URL_PATH || typeof expr.value !== "string") return expr;
  return { ...expr, value: expr.value.replace(/(?<=.)\/$/, "") };
}

type Search = "contains" | "starts_with" | "ends_with";

function isSearch(name: FunctionName): name is Search {
  return name === "contains" || name === "starts_with" || name === "ends_with";
}

/**
 * The searched text and the search term, with the term in the normal form of the text; a term found in every text or in
 * none is reported.
 */
function searched(checker: Expressions, [text, part]: readonly Expr[]): Expr[] | undefined {
  if (text === undefined || part === undefined) return undefined;
  if (part.kind !== "const" || typeof part.value !== "string") return [text, part];
  const { problems } = checker.bundle;
  if (part.value === "") {
    const help = 'look for a word, or compare with `== ""`';
    return problems.add(messages.badPattern(part.span, "text to look for: it is empty", help));
  }
  const value = normalFormOf(text)?.ofPattern(part.value) ?? part.value;
  const size = [...value].length;
  if (size > longest(text.type)) {
    problems.add(
      messages.oddGlob({
        pattern: value,
        span: part.span,
        why: `${size} characters, ${longest(text.type)} at most`,
        help: "look for a shorter text",
      }),
    );
  }
  return [text, { ...part, value }];
}

/** What to write for a value that is not a text, if the author searches in it. */
function searchHelp(name: Search, expr: Call, type: Type): string | undefined {
  const [of, part] = expr.args.map(
    (arg) => pathOf(arg) ?? (arg.kind === "string" ? JSON.stringify(arg.value) : "…"),
  );
  switch (type.kind) {
    case "list":
    case "set":
      return `write \`${part} in ${of}\`, or \`some x in ${of} { ${name}(x, ${part}) }\``;
    case "map":
      return `look into \`keys(${of})\` or \`values(${of})\``;
    case "path":
      return `write \`under(${of}, "/folder")\`, or \`${of} like "**/name"\``;
    case "domain":
      return `write \`${of} like "**.acme.com"\``;
    case "email":
      return `look into \`${of}.local\` or \`${of}.domain\``;
    case "url":
      return `look into \`${of}.host\` or \`${of}.path\``;
    default:
      return undefined;
  }
}

/**
 * Declarations in which a search through all arguments is allowed. In an allow it is not: text that was left out would
 * grant.
 */
const READS_TEXTS = new Set(["deny", "require", "limit"]);

/** Checks `texts(args)`: all arguments of the called tool, including those the rule cannot read by name. */
function checkTexts(checker: Expressions, expr: Call, scope: Scope): Expr | undefined {
  const { problems } = checker.bundle;
  const [arg] = expr.args;
  if (arg?.kind !== "path" || arg.name.text !== "args") {
    const help = "write `texts(args)`, or read one argument by its name";
    return problems.add(
      messages.mismatch(arg?.span ?? expr.span, "`texts` looks through all arguments", help),
    );
  }
  const args = checker.value(arg, scope);
  if (args === undefined) return undefined;
  if (scope.of === undefined || !READS_TEXTS.has(scope.of)) {
    const why =
      "more than 4,096 texts or 1 MiB are unknown, and advisory fields may change after an approval";
    const help = "use it in a `deny`, `require` or `limit`, or read an argument by its name";
    return problems.add(messages.notReadableHere("texts(args)", expr.span, why, help));
  }
  if ((scope.args?.channels.length ?? 0) > 0) {
    const why = "what is sent to a channel is not looked into";
    return problems.add(
      messages.notReadableHere("texts(args)", expr.span, why, "write a separate rule for channels"),
    );
  }
  return { kind: "function", name: "texts", args: [args], type: SIGNATURES.texts.gives([]), span: expr.span };
}

/** Provenance is recorded for arguments only. */
function checkOrigin(
  checker: Expressions,
  expr: Call,
  name: "labels_of" | "stated",
  scope: Scope,
): Expr | undefined {
  const [written] = expr.args;
  const arg = written && checker.value(written, scope);
  if (arg === undefined) return undefined;
  let root = arg;
  while (root.kind === "field" || root.kind === "index") root = root.of;
  if (root.kind !== "root" || root.root !== "args" || root === arg) {
    const help = `write \`${name}(args.to)\`: one argument, or a field of one`;
    return checker.bundle.problems.add(
      messages.mismatch(arg.span, `\`${name}\` is asked of an argument of the call`, help),
    );
  }
  if (name === "stated" && isNeverRemembered(arg.type)) {
    const help =
      "compare the value, or declare an identifier: a `text`, `email`, `url`, `domain`, `path` or `ip`";
    return checker.bundle.problems.add(messages.neverStated(arg.span, arg.type, help));
  }
  return { kind: "function", name, args: [arg], type: SIGNATURES[name].gives([]), span: expr.span };
}

/** Kinds whose values are never identifiers, so they are never found in what the user said. */
const NEVER_REMEMBERED: ReadonlySet<Type["kind"]> = new Set([
  "bool",
  "duration",
  "time",
  "span",
  "label",
  "json",
  "map",
]);

/** Whether every value of the type has a part that is never recorded. */
function isNeverRemembered(type: Type): boolean {
  if (type.kind === "list" || type.kind === "set") return isNeverRemembered(type.of);
  if (type.kind !== "record") return NEVER_REMEMBERED.has(type.kind);
  return type.fields.some((field) => !field.optional && isNeverRemembered(field.type));
}

/** Whether a zone is a literal that the time zone database contains; otherwise it is reported. */
function isZone(checker: Expressions, zone: Expr): boolean {
  const help = 'write a name such as `"Europe/Berlin"` or `"UTC"`';
  if (zone.kind !== "const" || typeof zone.value !== "string") {
    checker.bundle.problems.add(messages.badPattern(zone.span, "time zone: a zone is written out", help));
    return false;
  }
  if (checker.zones.has(zone.value)) return true;
  try {
    // Offsets and abbreviations have different meanings in different releases of the runtime.
    if (!/^UTC$|^[A-Z][A-Za-z_]*(?:\/[A-Z][A-Za-z0-9_+-]*)+$/.test(zone.value)) throw new RangeError();
    new Intl.DateTimeFormat("en", { timeZone: zone.value });
    checker.zones.add(zone.value);
    return true;
  } catch {
    checker.bundle.problems.add(messages.badPattern(zone.span, `time zone: \`${zone.value}\``, help));
    return false;
  }
}
