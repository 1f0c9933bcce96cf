import type { Expr as SyntaxExpr } from "../../syntax/ast.js";
import type { Type } from "../../values/type.js";
import { messages } from "../messages.js";
import type { Expr } from "../program.js";
import { longest } from "../relate-types.js";
import { URL_PATH } from "../roots.js";
import type { Expressions } from "./expressions.js";
import { type NormalForm, normalFormOf } from "./normal-form.js";
import { deadAlternative } from "./pattern-alphabet.js";
import type { Scope } from "./scope.js";

type Of<K extends SyntaxExpr["kind"]> = SyntaxExpr & { readonly kind: K };
const BOOL: Type = { kind: "bool" };

/** Checks `like`, `matches` and `finds`. The grammar makes their patterns literals. */
export function checkPattern(
  checker: Expressions,
  expr: Of<"like" | "matches" | "finds">,
  scope: Scope,
): Expr | undefined {
  const of = checker.value(expr.of, scope);
  if (of === undefined) return undefined;
  return expr.kind === "like"
    ? checkLike(checker, expr as Of<"like">, of)
    : checkMatches(checker, expr as Of<"matches">, of);
}

function checkMatches(checker: Expressions, expr: Of<"matches" | "finds">, of: Expr): Expr | undefined {
  const { problems, options } = checker.bundle;
  const { value: pattern, span } = expr.pattern;
  const { kind } = of.type;
  if (kind !== "text" && kind !== "union" && kind !== "path" && kind !== "domain") {
    return problems.add(messages.wrongType(of.span, of.type, "a text", wholeHelp(kind)));
  }
  const problem = options.isPattern?.(pattern);
  if (problem !== undefined)
    return problems.add(
      messages.badPattern(
        span,
        `pattern: ${problem}`,
        "patterns are RE2, without look-around and back-references",
      ),
    );
  const form = normalFormOf(of) ?? optionsForm(of.type);
  const shape = expr.kind === "matches" ? deadPath(of.type, pattern) : undefined;
  const dead = form && (deadAlternative(pattern, form.admits) ?? shape);
  if (form !== undefined && dead !== undefined) {
    const written = kind === "union" || kind === "path" ? undefined : inLowerCase(dead, form);
    problems.add(messages.noSuchValue({ ...form, text: dead, span, written, pattern: true }));
  }
  return { kind: expr.kind, of, pattern, type: BOOL, span: expr.span };
}

function checkLike(checker: Expressions, expr: Of<"like">, of: Expr): Expr | undefined {
  const { problems } = checker.bundle;
  const { value: pattern, span } = expr.pattern;
  const { kind } = of.type;
  const separator = kind === "path" ? "/" : kind === "domain" ? "." : "text";
  if (separator === "text" && kind !== "text" && kind !== "union") {
    return problems.add(messages.wrongType(of.span, of.type, "a text, a path or a domain", wholeHelp(kind)));
  }
  if (pattern === "")
    return problems.add(messages.badPattern(span, "pattern: it is empty", 'compare with `== ""`'));
  if (kind === "path" && !/^[/*]/.test(pattern)) {
    return problems.add(
      messages.neverHolds(
        span,
        "every path begins with a `/`",
        `write \`"/${pattern}"\` or \`"**/${pattern}"\``,
      ),
    );
  }
  const form = normalFormOf(of) ?? optionsForm(of.type);
  const written = form?.ofPattern(pattern) ?? pattern;
  const odd = oddLike(written, of.type, form);
  if (odd !== undefined) problems.add(messages.oddGlob({ pattern, span, ...odd }));
  return { kind: "like", of, pattern: written, separator, type: BOOL, span: expr.span };
}

/** The normal form of a union: it has the characters of its options only. */
function optionsForm(type: Type): NormalForm | undefined {
  if (type.kind !== "union") return undefined;
  const characters = new Set(type.options.flatMap((option) => [...option]));
  const options = type.options.slice(0, 4).map((option) => `\`${option}\``);
  return {
    what: "option",
    rule: `the options are ${options.join(", ")}${type.options.length > 4 ? ", …" : ""}`,
    of: (text) => text,
    ofPattern: (pattern) => pattern,
    admits: (character) => characters.has(character),
  };
}

/** The dead part in lower case, if that is the only thing wrong with it. */
function inLowerCase(dead: string, { admits }: NormalForm): string | undefined {
  const written = dead.toLowerCase();
  return written !== dead && deadAlternative(written, admits) === undefined ? written : undefined;
}

/** Why a glob matches no path: a path begins with `/` and, except in a URL, does not end with one. */
function deadPath(type: Type, pattern: string): string | undefined {
  if (type.kind !== "path" || /[|()]/.test(pattern)) return undefined;
  const opens = /^[A-Za-z0-9_~-](?![*?{])/.test(pattern);
  const closes = type !== URL_PATH && pattern.length > 1 && /(?<!\\)\/$/.test(pattern);
  return opens || closes ? pattern : undefined;
}

interface OddGlob {
  readonly why: string;
  readonly help: string;
}

/** Why a glob does not match what it appears to match; undefined if there is nothing odd about it. */
function oddLike(pattern: string, type: Type, form: NormalForm | undefined): OddGlob | undefined {
  return (
    otherSyntax(pattern) ??
    (type.kind === "path" ? oddPath(pattern, type) : undefined) ??
    (type.kind === "domain" ? oddDomain(pattern) : undefined) ??
    outsideAlphabet(pattern, form) ??
    tooLong(pattern, type)
  );
}

/** Characters that are special in a shell, a regular expression or SQL, but literal here. */
function otherSyntax(pattern: string): OddGlob | undefined {
  const found = [
    {
      sign: /\?/,
      why: "`?` is not a wildcard",
      help: "`*` matches any run; for one character use `matches`",
    },
    {
      sign: /\[[^\]]+\]|\{[^}]*,[^}]*\}/,
      why: "`[…]` and `{…}` mean themselves here",
      help: "write one `like` for each form, or use `matches`",
    },
    { sign: /^%|%$/, why: "`%` is not a wildcard", help: `write \`"${pattern.replaceAll("%", "**")}"\`` },
    {
      sign: /^\^|^\.\*.*\.\*$|\\[.dws]/,
      why: "this reads like a regular expression",
      help: `write \`matches ${JSON.stringify(pattern)}\``,
    },
  ].find(({ sign }) => sign.test(pattern));
  return found && { why: found.why, help: found.help };
}

function oddPath(pattern: string, type: Type): OddGlob | undefined {
  if (type !== URL_PATH && pattern.length > 1 && pattern.endsWith("/")) {
    const folder = pattern.replace(/\/+$/, "");
    return {
      why: "no path ends with a `/`",
      help: `write \`"${folder}"\` for the folder itself, \`"${folder}/**"\` for what is in it`,
    };
  }
  if (!/\/(?:\/|\.{1,2}(?:\/|$))/.test(pattern)) return undefined;
  const plain = pattern.replace(/\/(?:\.?(?=\/)|\.$)/g, "");
  return {
    why: "no path has an empty, `.` or `..` segment",
    help: plain.includes("..") ? "write the path without it" : `write \`"${plain}"\``,
  };
}

function oddDomain(pattern: string): OddGlob | undefined {
  if (pattern.startsWith(".")) {
    return {
      why: "no domain begins with a `.`",
      help: `write \`"**${pattern}"\` for every domain below it`,
    };
  }
  return /\.\.|\.$/.test(pattern)
    ? { why: "no domain has an empty label", help: "remove the extra `.`" }
    : undefined;
}

function outsideAlphabet(pattern: string, form: NormalForm | undefined): OddGlob | undefined {
  const odd = form && [...pattern].find((character) => character !== "*" && !form.admits(character));
  return odd === undefined
    ? undefined
    : { why: `no ${form?.what} has \`${odd}\` in it`, help: form?.rule ?? "" };
}

function tooLong(pattern: string, type: Type): OddGlob | undefined {
  if (type.kind !== "text" && type.kind !== "union") return undefined;
  const shortest = [...pattern.replaceAll("*", "")].length;
  if (shortest <= longest(type)) return undefined;
  return { why: `${shortest} characters, ${longest(type)} at most`, help: "write a shorter pattern" };
}

function wholeHelp(kind: Type["kind"]): string | undefined {
  if (kind === "url") return "a whole url has no pattern, its parts do: `.scheme`, `.host`, `.path`";
  if (kind === "email") return "a whole email has no pattern, its parts do: `.local`, `.domain`";
  if (kind === "ip") return 'an ip is looked for in a network: `in "10.0.0.0/8"`';
  return undefined;
}
