/** Conditions with everything known substituted: defines expanded, data and the tool's properties as constants. */

import type { Type, Value } from "../../values/type.js";
import { withParts } from "../expressions/parts.js";
import type { Expr } from "../program.js";
import { conjunction, constantOf, disjunction, fact, roleField } from "./fields.js";
import type { Situation } from "./situation.js";

/** Elements of a constant list over which `some` and `all` are expanded. */
const MAX_ELEMENTS = 256;

/**
 * Expands conditions for one situation. Equal parts stay shared, so defines that double cost their written size, not
 * their expanded size.
 */
export class Resolver {
  readonly #situation: Situation;
  readonly #known = new Map<Expr, Expr>();
  #roles: ReadonlyMap<string, string | undefined> | undefined;
  #left: number;

  /** `parts` bounds the work; beyond it `exhausted` is true and results are invalid. */
  constructor(situation: Situation, parts: number) {
    this.#situation = situation;
    this.#left = parts;
  }

  /** The number of parts that may still be expanded. */
  get left(): number {
    return this.#left;
  }

  get exhausted(): boolean {
    return this.#left < 0;
  }

  resolve(expr: Expr): Expr {
    const known = this.#known.get(expr);
    if (known !== undefined) return known;
    if (--this.#left < 0) return expr;
    const resolved = this.#resolve(expr);
    this.#known.set(expr, resolved);
    return resolved;
  }

  /** The body with the variable replaced, expanded again. */
  instance(body: Expr, variable: string, by: Expr): Expr {
    return this.resolve(this.#replace(body, new Map([[variable, by]])));
  }

  #resolve(expr: Expr): Expr {
    const { program } = this.#situation;
    switch (expr.kind) {
      case "data": {
        const data = program.data.get(expr.data);
        return data === undefined ? expr : { ...constantOf(data.value, data.type), span: expr.span };
      }
      case "define": {
        const define = program.defines.get(expr.define);
        if (define === undefined) return expr;
        const args = new Map<string, Expr>();
        define.params.forEach((param, index) => {
          const arg = expr.args[index];
          if (arg !== undefined) args.set(param.name, arg);
        });
        return this.resolve(args.size === 0 ? define.body : this.#replace(define.body, args));
      }
      case "field":
        return this.#field(expr, this.resolve(expr.of));
      case "negate": {
        const of = this.resolve(expr.of);
        return of.kind === "const" && typeof of.value === "number"
          ? { ...expr, ...constantOf(0 - of.value, expr.type), span: expr.span }
          : { ...expr, of };
      }
      case "list": {
        const items = expr.items.map((item) => this.resolve(item));
        const values = items.flatMap((item) => (item.kind === "const" ? [item.value] : []));
        return values.length === items.length
          ? { ...constantOf(values as readonly Value[], expr.type), span: expr.span }
          : { ...expr, items };
      }
      case "compare":
        return this.#compare({ ...expr, left: this.resolve(expr.left), right: this.resolve(expr.right) });
      case "quantifier":
        return this.#quantifier(expr);
      default:
        return withParts(expr, (part) => this.resolve(part));
    }
  }

  #field(expr: Expr & { kind: "field" }, of: Expr): Expr {
    if (of.kind === "root" && of.root === "tool") return this.#toolField(expr, of);
    if (of.kind === "root" && of.root === "args") {
      const field = this.#situation.tool?.args.fields.find((each) => each.name === expr.name);
      if (field !== undefined) return { ...expr, of, type: field.type, optional: field.optional };
    }
    if (of.kind === "const" && typeof of.value === "object" && of.value !== null) {
      const value = Object.hasOwn(of.value, expr.name)
        ? (of.value as Readonly<Record<string, Value | undefined>>)[expr.name]
        : undefined;
      if (value !== undefined) return { ...constantOf(value, expr.type), span: expr.span };
    }
    return { ...expr, of };
  }

  #toolField(expr: Expr & { kind: "field" }, of: Expr): Expr {
    const { tool, channel, program } = this.#situation;
    const constant = (value: Value, type: Type = expr.type) => ({
      ...constantOf(value, type),
      span: expr.span,
    });
    if (expr.name === "name" && (tool ?? channel) !== undefined)
      return constant((tool ?? channel)?.name ?? "");
    if (tool !== undefined) {
      if (expr.name === "tier" || expr.name === "action" || expr.name === "irreversible")
        return constant(tool[expr.name]);
      if (expr.name === "tags" && [...tool.tags].every((tag) => program.tags.has(tag))) {
        return constant([...tool.tags]);
      }
    }
    return { ...expr, of };
  }

  /** `"clerk" in user.roles` is the same fact as `for role clerk`, if only one module has the role. */
  #compare(expr: Expr & { kind: "compare" }): Expr {
    const { left, right, operator } = expr;
    const isMembership = operator === "in" || operator === "not in";
    if (!isMembership || left.kind !== "const" || typeof left.value !== "string") return expr;
    if (right.kind !== "field" || right.name !== "roles") return expr;
    if (right.of.kind !== "root" || right.of.root !== "user") return expr;
    this.#roles ??= rolesByName(this.#situation);
    const role = this.#roles.get(left.value);
    if (role === undefined) return expr;
    const held = fact("user", roleField(role));
    return operator === "in" ? held : { kind: "not", of: held, type: expr.type, span: expr.span };
  }

  #quantifier(expr: Expr & { kind: "quantifier" }): Expr {
    const over = this.resolve(expr.over);
    if (over.kind !== "const" || !Array.isArray(over.value) || over.value.length > MAX_ELEMENTS) {
      return { ...expr, over, body: this.resolve(expr.body) };
    }
    const { type } = over;
    const element: Type = type.kind === "list" || type.kind === "set" ? type.of : { kind: "json" };
    const items = (over.value as readonly Value[]).map((value) =>
      this.instance(expr.body, expr.variable, constantOf(value, element)),
    );
    return expr.quantifier === "some" ? disjunction(items) : conjunction(items);
  }

  #replace(expr: Expr, by: ReadonlyMap<string, Expr>): Expr {
    if (--this.#left < 0) return expr;
    if (expr.kind === "variable") return by.get(expr.name) ?? expr;
    return withParts(expr, (part) => this.#replace(part, by));
  }
}

/** Ids by role name; undefined for a name that several modules have. */
function rolesByName({ program }: Situation): ReadonlyMap<string, string | undefined> {
  const roles = new Map<string, string | undefined>();
  for (const { id, name } of program.roles.values()) roles.set(name, roles.has(name) ? undefined : id);
  return roles;
}
