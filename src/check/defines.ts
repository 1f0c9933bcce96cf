import type { Span } from "../source/source.js";
import { checkAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { declared, entriesOf } from "./declare.js";
import { MAX_EXPRESSION, type Weights } from "./expressions/cost.js";
import type { Expressions } from "./expressions/expressions.js";
import { readsOf } from "./expressions/reads.js";
import type { Scope } from "./expressions/scope.js";
import type { Variable } from "./expressions/variable.js";
import { BROKEN } from "./fold-value.js";
import { messages } from "./messages.js";
import type { Define } from "./program.js";
import type { TypeResolver } from "./resolve-type.js";
import { ROOT_NAMES } from "./roots.js";

/**
 * Checks defines when they are first used, so that their order does not matter. A define that uses itself is reported
 * as a cycle.
 */
export class Defines {
  readonly #bundle: Bundle;
  readonly #types: TypeResolver;
  readonly #weights: Weights;
  readonly #expressions: () => Expressions;
  readonly #checking: string[] = [];
  readonly #wrong = new Set<string>();

  constructor(bundle: Bundle, types: TypeResolver, weights: Weights, expressions: () => Expressions) {
    this.#bundle = bundle;
    this.#types = types;
    this.#weights = weights;
    this.#expressions = expressions;
  }

  checkAll(): void {
    for (const entry of entriesOf(this.#bundle, "define", "define")) this.use(entry.id, entry.nameSpan);
  }

  /** The checked define, or undefined if it has a mistake; the mistake is reported once, at the define. */
  use(id: string, at: Span): Define | undefined {
    const known = this.#bundle.defines.get(id);
    if (known !== undefined || this.#wrong.has(id)) return known;
    const circle = this.#checking.indexOf(id);
    if (circle >= 0) {
      const path = [...this.#checking.slice(circle), id].map(
        (member) => this.#bundle.names.byId("define", member)?.name ?? member,
      );
      return this.#bundle.problems.add(messages.cycle("define", at, path));
    }
    this.#checking.push(id);
    const define = this.#check(id);
    this.#checking.pop();
    if (define === undefined) this.#wrong.add(id);
    else this.#bundle.defines.set(id, define);
    return define;
  }

  #check(id: string): Define | undefined {
    const entry = this.#bundle.names.byId("define", id);
    if (entry?.declaration.kind !== "define") return undefined;
    const { declaration } = entry;
    checkAnnotations(this.#bundle, declaration.annotations, "other");
    const variables = new Map<string, Variable>();
    const params: { name: string; type: Variable["type"] }[] = [];
    for (const param of declaration.params) {
      const { text, span } = param.name;
      const first = variables.get(text);
      if (first !== undefined)
        this.#bundle.problems.add(messages.duplicate("parameter", text, span, first.span));
      if (ROOT_NAMES.has(text)) this.#bundle.problems.add(messages.shadowsRoot("parameter", text, span));
      const type = this.#types.resolve(param.type);
      if (first === undefined) {
        const variable = { name: text, type, span };
        variables.set(text, variable);
        this.#bundle.report({ kind: "variable", text, span, variable });
      }
      params.push({ name: text, type });
    }
    const scope: Scope = { args: undefined, reported: false, variables, present: new Set() };
    const expressions = this.#expressions();
    const body = expressions.within(`${id}/`, () => expressions.value(declaration.body, scope));
    if (body === undefined || params.some((param) => param.type === BROKEN)) return undefined;
    const { size } = this.#weights.of(body);
    if (size > MAX_EXPRESSION) {
      return this.#bundle.problems.add(
        messages.tooLarge("define", entry.name, entry.nameSpan, size, MAX_EXPRESSION),
      );
    }
    return { ...declared(entry), params, body, reads: readsOf([body], this.#bundle.defines) };
  }
}
