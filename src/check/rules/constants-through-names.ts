import type { Bundle } from "../bundle.js";
import { type NormalForm, normalFormOf } from "../expressions/normal-form.js";
import { deadAlternative } from "../expressions/pattern-alphabet.js";
import { eachSmallest, type Params, substituted } from "../expressions/polarity.js";
import { messages } from "../messages.js";
import type { Define, Expr, Program } from "../program.js";
import { conditionals } from "./rule-lists.js";

type Problem = ReturnType<typeof messages.noSuchValue>;

/** Defines that are only other names for defines, deeper than this, are not looked into. */
const MAX_DEPTH = 16;

/**
 * Constants that no value is equal to, where one of the two is only reached through a name: the parameter or the result of a
 * define, the variable of a quantifier. They are shared, so they stay as they are written, and are reported once.
 */
export function constantsThroughNames(bundle: Bundle, program: Program): void {
  const reported = new Set<string>();
  for (const [, { condition }] of conditionals(program)) {
    if (condition === undefined) continue;
    eachSmallest(condition, program.defines, (part, _polarity, params) => {
      const look = new Look(bundle, program.defines, params);
      for (const problem of look.problemsOf(part)) {
        const { file, start } = problem.primary.span;
        const key = `${problem.code} ${file} ${start}`;
        if (!reported.has(key)) bundle.problems.add(problem);
        reported.add(key);
      }
    });
  }
}

class Look {
  readonly #bundle: Bundle;
  readonly #defines: ReadonlyMap<string, Define>;
  readonly #params: Params;

  constructor(bundle: Bundle, defines: ReadonlyMap<string, Define>, params: Params) {
    this.#bundle = bundle;
    this.#defines = defines;
    this.#params = params;
  }

  problemsOf(part: Expr): readonly Problem[] {
    switch (part.kind) {
      case "compare": {
        const { left, right, operator } = part;
        if (operator.startsWith("<") || operator.startsWith(">")) return [];
        const always = operator === "!=" || operator === "not in";
        const of = (text: string, form: NormalForm) => form.of(text);
        return [...this.#odd(left, right, of, always), ...this.#odd(right, left, of, always)];
      }
      case "function": {
        const [text, word] = part.args;
        const isSearch = part.name === "contains" || part.name === "starts_with" || part.name === "ends_with";
        if (!isSearch || text === undefined || word === undefined) return [];
        return this.#odd(text, word, (constant, form) => form.ofPattern(constant));
      }
      case "like":
        return this.#pattern(part.of, part, (form) => form.ofPattern(part.pattern) !== part.pattern);
      case "matches":
      case "finds":
        return this.#pattern(
          part.of,
          part,
          (form) => deadAlternative(part.pattern, form.admits) !== undefined,
        );
      default:
        return [];
    }
  }

  /** The constants of one side that no value of the other is equal to. */
  #odd(
    value: Expr,
    side: Expr,
    written: (text: string, form: NormalForm) => string | undefined,
    always = false,
  ): readonly Problem[] {
    const [of, constant] = [this.#meant(value), this.#meant(side)];
    // If neither is reached through a name, the check of the condition has compared them.
    if (of === value && constant === side) return [];
    const form = normalFormOf(of);
    if (form === undefined) return [];
    return this.#textsOf(constant).flatMap((text) => {
      const normal = written(text, form);
      if (normal === text) return [];
      const { span } = constant;
      return [messages.noSuchValue({ ...form, text, span, always, written: normal })];
    });
  }

  #pattern(
    value: Expr,
    { pattern, span }: Expr & { readonly kind: "like" | "matches" | "finds" },
    isDead: (form: NormalForm) => boolean,
  ): readonly Problem[] {
    const of = this.#meant(value);
    const form = of === value ? undefined : normalFormOf(of);
    if (form === undefined || !isDead(form)) return [];
    return [messages.noSuchValue({ ...form, text: pattern, span, written: undefined, pattern: true })];
  }

  /** What an expression is in the end: a parameter what is given for it, a use of a define its body. */
  #meant(expr: Expr): Expr {
    let meant = substituted(expr, this.#params);
    let params = this.#params;
    for (let depth = 0; meant.kind === "define" && depth < MAX_DEPTH; depth++) {
      const define = this.#defines.get(meant.define);
      if (define === undefined) return meant;
      const given = meant.args;
      const outer = params;
      params = new Map(
        define.params.flatMap(({ name }, i) => {
          const arg = given[i];
          return arg === undefined ? [] : [[name, substituted(arg, outer)] as const];
        }),
      );
      meant = substituted(define.body, params);
    }
    return meant;
  }

  #textsOf(expr: Expr): readonly string[] {
    let value: unknown;
    if (expr.kind === "const") value = expr.value;
    else if (expr.kind === "data") value = this.#bundle.data.get(expr.data)?.value;
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    return all.filter((text): text is string => typeof text === "string");
  }
}
