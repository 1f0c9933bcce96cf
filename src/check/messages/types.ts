/** Mistakes in types and expressions: W3… */
import { diagnostic } from "../../diagnostics/catalogue.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Span } from "../../source/source.js";
import type { Type } from "../../values/type.js";
import { grouped } from "../describe-type.js";
import { didYouMeanOr, quoted, typed } from "./wording.js";

/** Messages by what is wrong. */
export const typeMessages = {
  unknownField: (
    path: string,
    field: string,
    span: Span,
    candidates: readonly string[],
    whose?: string,
  ): Diagnostic =>
    diagnostic("W3001", span, `\`${path}\` has no field \`${field}\``, {
      ...(whose === undefined ? {} : { label: whose }),
      ...didYouMeanOr(
        field,
        candidates,
        span,
        candidates.length === 0
          ? "it has no fields"
          : `it has ${candidates
              .slice(0, 8)
              .map((c) => `\`${c}\``)
              .join(", ")}`,
      ),
    }),
  undeclaredSchemaField: (
    root: string,
    field: string,
    span: Span,
    candidates: readonly string[],
  ): Diagnostic =>
    diagnostic("W3001", span, `\`${root}\` has no field \`${field}\``, {
      label: "no schema declares it",
      ...didYouMeanOr(field, candidates, span, `declare it: \`schema ${root} { ${field}?: text }\``),
    }),
  mismatch: (span: Span, message: string, help?: string, label?: string): Diagnostic =>
    diagnostic("W3002", span, message, {
      ...(label === undefined ? {} : { label }),
      ...(help === undefined ? {} : { help }),
    }),
  notComparable: (operator: string, span: Span, left: Side, right: Side, help?: string): Diagnostic => {
    const literals = [left, right].filter((side) => side.kind === "const");
    const [literal] = literals;
    const at =
      literals.length === 1 && literal !== undefined && !"+-*".includes(operator) ? literal.span : span;
    const others = [left, right].filter((side) => side.span !== at);
    return diagnostic("W3002", at, together(operator, typed(left.type), typed(right.type)), {
      ...(at === span ? {} : { label: `this is ${typed((literal as Side).type)}` }),
      secondary: others.map((side) => ({ span: side.span, message: `this is ${typed(side.type)}` })),
      ...(help === undefined ? {} : { help }),
    });
  },
  wrongType: (span: Span, given: Type, wanted: string, help?: string): Diagnostic =>
    diagnostic("W3002", span, `expected ${wanted}, found ${typed(given)}`, {
      label: `this is ${typed(given)}`,
      ...(help === undefined ? {} : { help }),
    }),
  mayBeAbsent: (path: string, span: Span, help: string): Diagnostic =>
    diagnostic("W3003", span, `\`${path}\` may be absent`, { label: "read without a guard", help }),
  notBool: (span: Span, type: Type): Diagnostic =>
    diagnostic("W3004", span, `a condition is true or false, not ${typed(type)}`, {
      label: `this is ${typed(type)}`,
      help: "compare it with a value",
    }),
  badLiteral: (span: Span, message: string, help?: string): Diagnostic =>
    diagnostic("W3005", span, message, help === undefined ? {} : { help }),
  notAnOption: (text: string, span: Span, options: readonly string[]): Diagnostic =>
    diagnostic("W3005", span, `\`${text}\` is not one of the possible values`, {
      ...didYouMeanOr(text, options, span, `possible values: ${quoted(options, "and")}`),
    }),
  neverHolds: (span: Span, why: string, help?: string): Diagnostic =>
    diagnostic("W3006", span, "this comparison can never hold", {
      label: why,
      ...(help === undefined ? {} : { help }),
    }),
  typeArguments: (name: string, span: Span, wanted: string): Diagnostic =>
    diagnostic("W3007", span, `\`${name}\` does not take this`, { help: `write ${wanted}` }),
  argumentCount: (name: string, span: Span, wanted: number, given: number, shapeOf: string): Diagnostic =>
    diagnostic(
      "W3008",
      span,
      `\`${name}\` takes ${wanted === 0 ? "no arguments" : wanted === 1 ? "one argument" : `${wanted} arguments`}, not ${given}`,
      { help: `write \`${shapeOf}\`` },
    ),
  notShared: (field: string, span: Span, lacking: readonly string[], having: number): Diagnostic =>
    diagnostic("W3009", span, `not every tool that this matches has \`args.${field}\``, {
      label: `${quoted(lacking)} ${lacking.length === 1 ? "has" : "have"} no such argument`,
      help: having === 0 ? "match only tools that have it" : "name the tools that have it in a separate rule",
    }),
  noCommonType: (field: string, span: Span, first: [string, Type], second: [string, Type]): Diagnostic =>
    diagnostic("W3009", span, `\`args.${field}\` has different types in the tools that this matches`, {
      label: `${typed(first[1])} in \`${first[0]}\`, ${typed(second[1])} in \`${second[0]}\``,
      help: "write one rule for each type",
    }),
  notReadableHere: (name: string, span: Span, why: string, help: string): Diagnostic =>
    diagnostic("W3010", span, `\`${name}\` cannot be read here`, { label: why, help }),
  badPattern: (span: Span, why: string, help?: string): Diagnostic =>
    diagnostic("W3011", span, `this is not a ${why}`, help === undefined ? {} : { help }),
  tooLarge: (what: string, name: string, span: Span, size: number, limit: number): Diagnostic =>
    diagnostic("W3012", span, `${what} \`${name}\` is too large once its defines are expanded`, {
      label: `${grouped(size)} parts, ${grouped(limit)} at most`,
      help: "use a define fewer times, or nest them less deeply",
    }),
  tooDeep: (span: Span, limit: number): Diagnostic =>
    diagnostic("W3012", span, "this condition is nested too deeply", {
      label: `more than ${limit} levels`,
      help: "move a part of it into a define",
    }),
  tooCostly: (what: string, name: string, span: Span, cost: number, limit: number): Diagnostic =>
    diagnostic("W3013", span, `${what} \`${name}\` may take ${grouped(cost)} steps`, {
      label: `${grouped(limit)} at most`,
      help: "bound the list it iterates over: `list<email, 10>` instead of `list<email>`",
    }),
  badPlace: (text: string, span: Span, why: string, help: string): Diagnostic =>
    diagnostic("W3014", span, `\`${text}\` is not a location that an obligation can act on`, {
      label: why,
      help,
    }),
  badKey: (key: string, span: Span, why: string, help: string): Diagnostic =>
    diagnostic("W3015", span, `\`${key}\` is not a key`, { label: why, help }),
  neverStated: (span: Span, type: Type, help: string): Diagnostic =>
    diagnostic("W3017", span, `\`stated\` is never true for ${typed(type)}`, {
      label: "values of this type are not remembered",
      help,
    }),
  outOfRange: (what: string, span: Span, wanted: string): Diagnostic =>
    diagnostic("W3016", span, `${what} is ${wanted}`, { help: `write a value that is ${wanted}` }),
};

/** One side of an operator, for a complaint about both. */
export interface Side {
  readonly kind?: string;
  readonly span: Span;
  readonly type: Type;
}

/** What the operator cannot do with two types, in words. */
function together(operator: string, left: string, right: string): string {
  switch (operator) {
    case "+":
    case "-":
    case "*":
      return `\`${operator}\` cannot combine ${left} with ${right}`;
    case "else":
      return `\`else\` cannot replace ${left} with ${right}`;
    case "[]":
      return `a list cannot contain both ${left} and ${right}`;
    case "in":
    case "not in":
      return `\`${operator}\` cannot look for ${left} in ${right}`;
    default:
      return `\`${operator}\` cannot compare ${left} with ${right}`;
  }
}
