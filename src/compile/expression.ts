/**
 * Compiles typed expressions to closures over a frame.
 *
 * A condition gives a `Tri`. Any other expression gives a value, `ABSENT` or `UNKNOWABLE`. No value makes an expression
 * throw: what cannot be computed is unknown, and an unknown value never grants access.
 */
import type { Expr, Label, Program } from "../check/program.js";
import { compileEqual, equal } from "../values/equal.js";
import { inCidr, parseCidr } from "../values/ip.js";
import { compileLike } from "../values/like.js";
import { under } from "../values/path.js";
import {
  type Ip,
  isPrimitive,
  type RecordValue,
  type TimeSpan,
  type Type,
  type Value,
} from "../values/type.js";
import type { Frame } from "./frame.js";
import { callFunction } from "./functions.js";
import { compilePattern, compileSearch } from "./pattern.js";
import { priorKey } from "./prior-key.js";
import { FALSE, negate, TRUE, type Tri, UNKNOWN } from "./tri.js";

/** A missing optional field. Only `has` and `else` handle it; anywhere else it is unknown. */
export const ABSENT = Symbol("absent");
/** A value that cannot be known. */
export const UNKNOWABLE = Symbol("unknowable");
export type Result = Value | typeof ABSENT | typeof UNKNOWABLE;
export type ValueCode = (frame: Frame) => Result;
export type ConditionCode = (frame: Frame) => Tri;

/** Slots of variables, and the meaning of a define's parameters. */
interface Scope {
  readonly slots: ReadonlyMap<string, number>;
  readonly params: ReadonlyMap<string, ValueCode>;
}
const outermost: Scope = { slots: new Map(), params: new Map() };

/** Compiles expressions of one program. Defines without parameters are compiled once and shared. */
export class ExpressionCompiler {
  readonly #program: Program;
  readonly #defines = new Map<string, { value: ValueCode; condition: ConditionCode }>();

  constructor(program: Program) {
    this.#program = program;
  }

  condition(expr: Expr, scope: Scope = outermost): ConditionCode {
    switch (expr.kind) {
      case "and":
        return conjunction(expr.items.map((item) => this.condition(item, scope)));
      case "or":
        return disjunction(expr.items.map((item) => this.condition(item, scope)));
      case "not": {
        const of = this.condition(expr.of, scope);
        return (frame) => negate(of(frame));
      }
      case "const":
        return expr.value === true ? () => TRUE : expr.value === false ? () => FALSE : () => UNKNOWN;
      case "has": {
        const of = this.value(expr.of, scope);
        return (frame) => {
          const value = of(frame);
          return value === UNKNOWABLE ? UNKNOWN : value === ABSENT ? FALSE : TRUE;
        };
      }
      case "compare":
        return this.#compare(expr, scope);
      case "like": {
        const of = this.value(expr.of, scope);
        const like = compileLike(expr.pattern, expr.separator);
        return (frame) => {
          const value = of(frame);
          return typeof value === "string" ? (like(value) ? TRUE : FALSE) : UNKNOWN;
        };
      }
      case "matches":
      case "finds": {
        const of = this.value(expr.of, scope);
        const compilePart = expr.kind === "matches" ? compilePattern : compileSearch;
        const matches = compilePart(expr.pattern);
        return (frame) => {
          const value = of(frame);
          return typeof value === "string" ? matches(value) : UNKNOWN;
        };
      }
      case "quantifier":
        return this.#quantifier(expr, scope);
      case "prior": {
        const key = priorKey(expr);
        return (frame) => frame.state.priors?.get(key) ?? UNKNOWN;
      }
      case "define":
        return this.#define(expr, scope).condition;
      default: {
        const value = this.value(expr, scope);
        return (frame) => asTri(value(frame));
      }
    }
  }

  value(expr: Expr, scope: Scope = outermost): ValueCode {
    switch (expr.kind) {
      case "const": {
        const constant = expr.value;
        return () => constant;
      }
      case "root":
        return root(expr.root);
      case "variable": {
        const param = scope.params.get(expr.name);
        if (param !== undefined) return param;
        const slot = scope.slots.get(expr.name);
        if (slot === undefined) return () => UNKNOWABLE;
        return (frame) => frame.variables[slot] ?? UNKNOWABLE;
      }
      case "data": {
        const data = this.#program.data.get(expr.data);
        if (data === undefined) return () => UNKNOWABLE;
        const constant = data.value;
        return () => constant;
      }
      case "field":
        return this.#field(expr, scope);
      case "index": {
        const of = this.value(expr.of, scope);
        const key = expr.key;
        return (frame) => {
          const map = of(frame);
          if (map instanceof Map) return map.has(key) ? (map.get(key) as Value) : ABSENT;
          return map === ABSENT ? ABSENT : UNKNOWABLE;
        };
      }
      case "else": {
        const of = this.value(expr.of, scope);
        const fallback = this.value(expr.fallback, scope);
        return (frame) => {
          const value = of(frame);
          return value === ABSENT ? fallback(frame) : value;
        };
      }
      case "arithmetic":
        return this.#arithmetic(expr, scope);
      case "negate": {
        const of = this.value(expr.of, scope);
        return (frame) => {
          const value = of(frame);
          return typeof value === "number" ? 0 - value : UNKNOWABLE;
        };
      }
      case "list": {
        const items = expr.items.map((item) => this.value(item, scope));
        return (frame) => {
          const values: Value[] = [];
          for (const item of items) {
            const value = item(frame);
            if (value === ABSENT || value === UNKNOWABLE) return UNKNOWABLE;
            values.push(value);
          }
          return values;
        };
      }
      case "function":
        return this.#function(expr, scope);
      case "define":
        return this.#define(expr, scope).value;
      default: {
        const condition = this.condition(expr, scope);
        return (frame) => {
          const tri = condition(frame);
          return tri === UNKNOWN ? UNKNOWABLE : tri === TRUE;
        };
      }
    }
  }

  #field(expr: Expr & { kind: "field" }, scope: Scope): ValueCode {
    const name = expr.name;
    // `args.x` and `context.x` are most of what rules read: one property load instead of three calls.
    if (expr.of.kind === "root") {
      switch (expr.of.root) {
        case "args":
          return (frame) => frame.args[name] ?? ABSENT;
        case "context":
          return (frame) => frame.context[name] ?? ABSENT;
        case "tool":
          return (frame) => frame.tool[name] ?? UNKNOWABLE;
        default:
      }
    }
    if (isRoles(expr)) {
      return ({ user }) =>
        user === undefined
          ? ABSENT
          : user.possibleRoles.length > 0
            ? UNKNOWABLE
            : (user.root.roles ?? ABSENT);
    }
    const of = this.value(expr.of, scope);
    return (frame) => {
      const record = of(frame);
      if (record === ABSENT || record === UNKNOWABLE) return record;
      if (typeof record !== "object" || record === null) return UNKNOWABLE;
      return (record as RecordValue)[name] ?? ABSENT;
    };
  }

  #compare(expr: Expr & { kind: "compare" }, scope: Scope): ConditionCode {
    const { operator } = expr;
    if (operator === "in" || operator === "not in") {
      const inside = this.#membership(expr, scope);
      return operator === "in" ? inside : (frame) => negate(inside(frame));
    }
    if (expr.right.kind === "const" && isScalar(expr.right.value)) {
      const { value } = expr.right;
      return againstScalar(operator, this.value(expr.left, scope), value);
    }
    const left = this.value(expr.left, scope);
    const right = this.value(expr.right, scope);
    if (operator === "==" || operator === "!=") {
      const whenEqual = operator === "==" ? TRUE : FALSE;
      const whenNot = operator === "==" ? FALSE : TRUE;
      const equal = equalityOf(expr.left.type, expr.right.type);
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === "symbol" || typeof b === "symbol") return UNKNOWN;
        return equal(a, b) ? whenEqual : whenNot;
      };
    }
    const order = orders[operator];
    return (frame) => {
      const a = left(frame);
      const b = right(frame);
      if (typeof a !== "number" || typeof b !== "number") return UNKNOWN;
      return order(a, b) ? TRUE : FALSE;
    };
  }

  #membership(expr: Expr & { kind: "compare" }, scope: Scope): ConditionCode {
    if (isRoles(expr.right) && expr.left.kind === "const") return roleMembership(expr.left.value);
    const left = this.value(expr.left, scope);
    if (expr.left.type.kind === "ip" && expr.right.kind === "const" && typeof expr.right.value === "string") {
      const block = parseCidr(expr.right.value);
      if (block === undefined) return () => UNKNOWN;
      return (frame) => {
        const ip = left(frame);
        return typeof ip === "object" && ip !== null && (ip as Ip).kind === "ip"
          ? inCidr(ip as Ip, block)
            ? TRUE
            : FALSE
          : UNKNOWN;
      };
    }
    const right = this.value(expr.right, scope);
    if (expr.left.type.kind === "label") return labelMembership(left, right, this.#program.labels);
    if (expr.right.type.kind === "span") {
      return (frame) => {
        const time = left(frame);
        const span = right(frame);
        if (typeof time !== "number" || typeof span !== "object" || span === null) return UNKNOWN;
        return time >= (span as TimeSpan).from && time < (span as TimeSpan).to ? TRUE : FALSE;
      };
    }
    const scalars = constantScalars(expr.right, this.#program);
    if (scalars !== undefined) {
      return (frame) => {
        const value = left(frame);
        return typeof value === "symbol" ? UNKNOWN : scalars.has(value) ? TRUE : FALSE;
      };
    }
    const equal = equalityOf(expr.left.type);
    return (frame) => {
      const value = left(frame);
      const list = right(frame);
      if (typeof value === "symbol" || !Array.isArray(list)) return UNKNOWN;
      for (const item of list) if (equal(item as Value, value)) return TRUE;
      return FALSE;
    };
  }

  #arithmetic(expr: Expr & { kind: "arithmetic" }, scope: Scope): ValueCode {
    const left = this.value(expr.left, scope);
    const right = this.value(expr.right, scope);
    const { operator } = expr;
    const whole = expr.type.kind !== "number";
    return (frame) => {
      const a = left(frame);
      const b = right(frame);
      if (typeof a !== "number" || typeof b !== "number") return UNKNOWABLE;
      const result = operator === "+" ? a + b : operator === "-" ? a - b : a * b;
      if (whole ? !Number.isSafeInteger(result) : !Number.isFinite(result)) return UNKNOWABLE;
      return result === 0 ? 0 : result;
    };
  }

  #quantifier(expr: Expr & { kind: "quantifier" }, scope: Scope): ConditionCode {
    const over = this.value(expr.over, scope);
    const slot = scope.slots.size;
    const body = this.condition(expr.body, {
      ...scope,
      slots: new Map(scope.slots).set(expr.variable, slot),
    });
    const some = expr.quantifier === "some";
    // `some` is a disjunction that starts false, `all` a conjunction that starts true.
    const settled = some ? TRUE : FALSE;
    const start = some ? FALSE : TRUE;
    return (frame) => {
      const list = over(frame);
      if (!Array.isArray(list)) return UNKNOWN;
      let result: Tri = start;
      const before = frame.variables[slot];
      for (const item of list) {
        frame.variables[slot] = item as Value;
        const tri = body(frame);
        if (tri === settled) {
          result = settled;
          break;
        }
        if (tri === UNKNOWN) result = UNKNOWN;
      }
      if (before === undefined) frame.variables.length = Math.min(frame.variables.length, slot);
      else frame.variables[slot] = before;
      return result;
    };
  }

  #function(expr: Expr & { kind: "function" }, scope: Scope): ValueCode {
    if (expr.name === "labels_of" || expr.name === "stated") {
      const path = argumentPath(expr.args[0]);
      if (path === undefined) return () => UNKNOWABLE;
      return expr.name === "labels_of"
        ? (frame) => frame.state.labelsOf?.get(path) ?? UNKNOWABLE
        : (frame) => frame.state.stated?.get(path) ?? UNKNOWABLE;
    }
    if (expr.name === "texts") return (frame) => frame.texts ?? UNKNOWABLE;
    const args = expr.args.map((arg) => this.value(arg, scope));
    const name = expr.name;
    if (name === "under") {
      const [path, rootPath] = args;
      return (frame) => {
        const a = path?.(frame);
        const b = rootPath?.(frame);
        return typeof a === "string" && typeof b === "string" ? under(a, b) : UNKNOWABLE;
      };
    }
    return (frame) => {
      const values: Value[] = [];
      for (const arg of args) {
        const value = arg(frame);
        if (typeof value === "symbol") return UNKNOWABLE;
        values.push(value);
      }
      return callFunction(name, values) ?? UNKNOWABLE;
    };
  }

  #define(expr: Expr & { kind: "define" }, scope: Scope): { value: ValueCode; condition: ConditionCode } {
    const define = this.#program.defines.get(expr.define);
    if (define === undefined) return { value: () => UNKNOWABLE, condition: () => UNKNOWN };
    if (define.params.length === 0 && scope.slots.size === 0) {
      const known = this.#defines.get(expr.define);
      if (known !== undefined) return known;
    }
    const params = new Map<string, ValueCode>();
    define.params.forEach((param, i) => {
      const arg = expr.args[i];
      params.set(param.name, arg === undefined ? () => UNKNOWABLE : this.value(arg, scope));
    });
    // The body's own quantifiers take slots above the caller's, so that an argument still sees the caller's variables.
    const slots = new Map([...scope.slots].map(([, slot]) => [`\u0000${slot}`, slot] as const));
    const inner: Scope = { slots, params };
    const isCondition = define.body.type.kind === "bool";
    const condition = isCondition ? this.condition(define.body, inner) : () => UNKNOWN as Tri;
    const value: ValueCode = isCondition
      ? (frame) => {
          const tri = condition(frame);
          return tri === UNKNOWN ? UNKNOWABLE : tri === TRUE;
        }
      : this.value(define.body, inner);
    const compiled = { value, condition };
    if (define.params.length === 0 && scope.slots.size === 0) this.#defines.set(expr.define, compiled);
    return compiled;
  }
}

/** `args.message.to` as `message.to`; undefined for anything that is not a path from `args`. */
export function argumentPath(expr: Expr | undefined): string | undefined {
  const names: string[] = [];
  let at = expr;
  while (at !== undefined && at.kind === "field") {
    names.unshift(at.name);
    at = at.of;
  }
  return at?.kind === "root" && at.root === "args" ? names.join(".") : undefined;
}

function root(name: (Expr & { kind: "root" })["root"]): ValueCode {
  switch (name) {
    case "args":
      return (frame) => frame.args;
    case "tool":
      return (frame) => frame.tool;
    case "user":
      return (frame) => frame.user?.root ?? ABSENT;
    case "agent":
      return (frame) => frame.agent;
    case "chain":
      return (frame) => frame.chain;
    case "context":
      return (frame) => frame.context;
    case "session":
      return (frame) => frame.state.session ?? UNKNOWABLE;
    case "txn":
      return (frame) => {
        const transaction = frame.state.transaction;
        return transaction === undefined ? UNKNOWABLE : transaction === "none" ? ABSENT : transaction.root;
      };
    case "labels":
      return (frame) => frame.state.labels ?? UNKNOWABLE;
    case "now":
      return (frame) => frame.now;
    case "reported":
      return (frame) => frame.reported ?? ABSENT;
  }
}

const orders = {
  "<": (a: number, b: number) => a < b,
  "<=": (a: number, b: number) => a <= b,
  ">": (a: number, b: number) => a > b,
  ">=": (a: number, b: number) => a >= b,
} as const;

type Scalar = string | number | boolean;
function isScalar(value: Value): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function againstScalar(
  operator: "==" | "!=" | "<" | "<=" | ">" | ">=",
  left: ValueCode,
  right: Scalar,
): ConditionCode {
  switch (operator) {
    case "==":
      return (frame) => {
        const a = left(frame);
        return typeof a === "symbol" ? UNKNOWN : a === right ? TRUE : FALSE;
      };
    case "!=":
      return (frame) => {
        const a = left(frame);
        return typeof a === "symbol" ? UNKNOWN : a === right ? FALSE : TRUE;
      };
    default: {
      if (typeof right !== "number") return () => UNKNOWN;
      const order = orders[operator];
      return (frame) => {
        const a = left(frame);
        return typeof a !== "number" ? UNKNOWN : order(a, right) ? TRUE : FALSE;
      };
    }
  }
}

/** Sets are equal in any order, at any depth; everything else is compared by structure, which needs no type. */
function equalityOf(...types: readonly Type[]): (a: Value, b: Value) => boolean {
  const type = types.find(holdsSet);
  return type === undefined ? equal : compileEqual(type);
}

function holdsSet(type: Type): boolean {
  if (type.kind === "record") return type.fields.some((field) => holdsSet(field.type));
  return type.kind === "set" || ((type.kind === "list" || type.kind === "map") && holdsSet(type.of));
}

function isRoles(expr: Expr): boolean {
  return expr.kind === "field" && expr.name === "roles" && expr.of.kind === "root" && expr.of.root === "user";
}

/** Whether the user has a role, by its id; unknown if a sent name may mean it. */
function roleMembership(role: Value): ConditionCode {
  return ({ user }) => {
    const held = user?.root.roles;
    if (user === undefined || !Array.isArray(held)) return UNKNOWN;
    if (held.includes(role)) return TRUE;
    return user.possibleRoles.some(({ id }) => id === role) ? UNKNOWN : FALSE;
  };
}

/** A label is among labels if one of them equals or implies it. */
function labelMembership(
  left: ValueCode,
  right: ValueCode,
  labels: ReadonlyMap<string, Label>,
): ConditionCode {
  return (frame) => {
    const label = left(frame);
    const among = right(frame);
    if (typeof label !== "string" || !Array.isArray(among)) return UNKNOWN;
    for (const held of among as readonly string[]) {
      if (held === label || labels.get(held)?.closure.has(label)) return TRUE;
    }
    return FALSE;
  };
}

/** The elements of a constant list, set or data as a hash set, if identity decides equality. */
function constantScalars(expr: Expr, program: Program): ReadonlySet<unknown> | undefined {
  const value = constantValue(expr, program);
  if (!Array.isArray(value) || !hasScalarElements(expr.type)) return undefined;
  return new Set(value);
}

function constantValue(expr: Expr, program: Program): unknown {
  if (expr.kind === "const") return expr.value;
  if (expr.kind === "data") return program.data.get(expr.data)?.value;
  if (expr.kind !== "list") return undefined;
  const values = expr.items.map((item) => constantValue(item, program));
  return values.includes(undefined) ? undefined : values;
}

function hasScalarElements(type: Type): boolean {
  if (type.kind !== "list" && type.kind !== "set") return false;
  return isPrimitive(type.of);
}

function asTri(value: Result): Tri {
  return value === true ? TRUE : value === false ? FALSE : UNKNOWN;
}

/** Shared by all that read no state. */
export const alwaysTrue: ConditionCode = () => TRUE;

function conjunction(items: readonly ConditionCode[]): ConditionCode {
  const [first, second] = items;
  if (first === undefined) return alwaysTrue;
  if (second === undefined) return first;
  if (items.length === 2) {
    return (frame) => {
      const a = first(frame);
      if (a === FALSE) return FALSE;
      const b = second(frame);
      return b === FALSE ? FALSE : a === UNKNOWN ? UNKNOWN : b;
    };
  }
  return (frame) => {
    let result: Tri = TRUE;
    for (let i = 0; i < items.length; i++) {
      const tri = (items[i] as ConditionCode)(frame);
      if (tri === FALSE) return FALSE;
      if (tri === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

function disjunction(items: readonly ConditionCode[]): ConditionCode {
  const [first, second] = items;
  if (first === undefined) return () => FALSE;
  if (second === undefined) return first;
  return (frame) => {
    let result: Tri = FALSE;
    for (let i = 0; i < items.length; i++) {
      const tri = (items[i] as ConditionCode)(frame);
      if (tri === TRUE) return TRUE;
      if (tri === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}
