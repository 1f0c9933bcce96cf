/**
 * What an expression means, one case a construct, in strong three-valued logic.
 *
 * Nothing is indexed, folded or shared: every sub-expression is evaluated whenever it is met, in full. `UNKNOWN` is
 * what cannot be told, `ABSENT` a field that is not there.
 */
import type { Expr, Program } from "../../src/check/program.js";
import type { Ip, RecordValue, TimeSpan, Value } from "../../src/values/type.js";
import { isInBlock } from "./normal-forms.js";
import { isAlike } from "./reading.js";

export const UNKNOWN = Symbol("unknown");
export const ABSENT = Symbol("absent");
export type Unknown = typeof UNKNOWN;
export type Tri = boolean | Unknown;
export type Result = Value | Unknown | typeof ABSENT;

/** Everything of one request that an expression may look at. */
export interface Facts {
  readonly program: Program;
  readonly now: number;
  readonly args: RecordValue;
  readonly tool: RecordValue;
  readonly user: RecordValue | undefined;
  readonly agent: RecordValue;
  readonly chain: RecordValue;
  /** Roles of which it cannot be told whether the user has them. */
  readonly possibleRoles: ReadonlySet<string>;
  /** Every text in the arguments. */
  readonly texts: readonly string[] | Unknown;
  readonly context: RecordValue;
  readonly session: RecordValue | Unknown;
  readonly txn: RecordValue | Unknown | undefined;
  /** What the call carries. */
  readonly labels: readonly string[] | Unknown;
  readonly labelsOf: (path: readonly string[]) => readonly string[] | Unknown;
  readonly stated: (path: readonly string[]) => Tri;
  readonly prior: (prior: Extract<Expr, { kind: "prior" }>) => Tri;
  readonly reported: number | undefined;
}
type Scope = ReadonlyMap<string, Result>;

export const not = (value: Tri): Tri => (value === UNKNOWN ? UNKNOWN : !value);
export const and = (values: readonly Tri[]): Tri =>
  values.includes(false) ? false : values.includes(UNKNOWN) ? UNKNOWN : true;
export const or = (values: readonly Tri[]): Tri => not(and(values.map(not)));

/** A condition: true, false or unknown; whatever is no boolean is unknown. */
export function judgeCondition(expr: Expr | undefined, facts: Facts): Tri {
  return expr === undefined ? true : tri(evaluate(expr, facts, new Map()));
}
export function tri(value: Result): Tri {
  return typeof value === "boolean" ? value : UNKNOWN;
}

export function evaluate(expr: Expr, facts: Facts, scope: Scope = new Map()): Result {
  const value = (inner: Expr): Result => evaluate(inner, facts, scope);
  /** The operands, where each is known and there; else undefined. */
  const known = (...inner: readonly Expr[]): Value[] | undefined => {
    const values = inner.map(value);
    return values.some((v) => v === UNKNOWN || v === ABSENT) ? undefined : (values as Value[]);
  };
  switch (expr.kind) {
    case "const":
      return expr.value;
    case "root":
      return root(expr.root, facts);
    case "variable":
      return scope.get(expr.name) ?? UNKNOWN;
    case "data":
      return facts.program.data.get(expr.data)?.value ?? UNKNOWN;
    case "field": {
      const of = value(expr.of);
      if (of === UNKNOWN || of === ABSENT) return of;
      if (areRoles(expr) && facts.possibleRoles.size > 0) return UNKNOWN;
      return field(of, expr.name);
    }
    case "index": {
      const of = value(expr.of);
      if (of === UNKNOWN || of === ABSENT) return of;
      return (of as ReadonlyMap<string, Value>).get(expr.key) ?? ABSENT;
    }
    case "has": {
      const of = value(expr.of);
      return of === UNKNOWN ? UNKNOWN : of !== ABSENT;
    }
    case "else": {
      const of = value(expr.of);
      return of === ABSENT ? value(expr.fallback) : of;
    }
    case "and":
      return and(expr.items.map((item) => tri(value(item))));
    case "or":
      return or(expr.items.map((item) => tri(value(item))));
    case "not":
      return not(tri(value(expr.of)));
    case "compare": {
      if (expr.operator.endsWith("in") && areRoles(expr.right) && expr.left.kind === "const") {
        const has = hasRole(expr.left.value as string, facts);
        return expr.operator === "in" ? has : not(has);
      }
      const pair = known(expr.left, expr.right);
      return pair === undefined ? UNKNOWN : compare(expr, pair[0] as Value, pair[1] as Value, facts.program);
    }
    case "like": {
      const of = known(expr.of);
      return of === undefined ? UNKNOWN : glob(expr.pattern, of[0] as string, expr.separator);
    }
    case "matches": {
      const of = known(expr.of);
      if (of === undefined || Buffer.byteLength(of[0] as string, "utf8") > 8192) return UNKNOWN;
      return new RegExp(`^(?:${expr.pattern})$`, "su").test(of[0] as string);
    }
    case "finds": {
      const of = known(expr.of);
      if (of === undefined || Buffer.byteLength(of[0] as string, "utf8") > 256 * 1024) return UNKNOWN;
      return new RegExp(expr.pattern, "su").test(of[0] as string);
    }
    case "arithmetic": {
      const pair = known(expr.left, expr.right) as [number, number] | undefined;
      if (pair === undefined) return UNKNOWN;
      const [a, b] = pair;
      const result = expr.operator === "+" ? a + b : expr.operator === "-" ? a - b : a * b;
      return within(expr, result);
    }
    case "negate": {
      const of = known(expr.of);
      return of === undefined ? UNKNOWN : within(expr, -(of[0] as number));
    }
    case "list":
      return known(...expr.items) ?? UNKNOWN;
    case "function":
      return call(expr, facts, scope);
    case "define": {
      const define = facts.program.defines.get(expr.define);
      if (define === undefined) return UNKNOWN;
      const inner = new Map<string, Result>();
      for (const [i, param] of define.params.entries()) inner.set(param.name, value(expr.args[i] as Expr));
      return evaluate(define.body, facts, inner);
    }
    case "quantifier": {
      const over = known(expr.over);
      if (over === undefined) return UNKNOWN;
      const each = (over[0] as readonly Value[]).map((item) =>
        tri(evaluate(expr.body, facts, new Map([...scope, [expr.variable, item]]))),
      );
      return expr.quantifier === "some" ? or(each) : and(each);
    }
    case "prior":
      return facts.prior(expr);
  }
}

function root(name: Extract<Expr, { kind: "root" }>["root"], facts: Facts): Result {
  const roots: Record<typeof name, Result> = {
    args: facts.args,
    tool: facts.tool,
    user: facts.user ?? ABSENT,
    agent: facts.agent,
    chain: facts.chain,
    context: facts.context,
    session: facts.session,
    txn: facts.txn ?? ABSENT,
    labels: facts.labels,
    now: facts.now,
    reported: facts.reported ?? ABSENT,
  };
  return roots[name];
}

function field(of: Value, name: string): Result {
  const held = Object.hasOwn(of as object, name) ? (of as RecordValue)[name] : undefined;
  return held ?? ABSENT;
}

function within(expr: Expr, result: number): Result {
  const fits = expr.type.kind === "number" ? Number.isFinite(result) : Number.isSafeInteger(result);
  return fits ? result : UNKNOWN;
}

function compare(
  expr: Extract<Expr, { kind: "compare" }>,
  left: Value,
  right: Value,
  program: Program,
): boolean {
  switch (expr.operator) {
    case "==":
      return isAlike([expr.left.type, expr.right.type], left, right);
    case "!=":
      return !isAlike([expr.left.type, expr.right.type], left, right);
    case "<":
      return (left as number) < (right as number);
    case "<=":
      return (left as number) <= (right as number);
    case ">":
      return (left as number) > (right as number);
    case ">=":
      return (left as number) >= (right as number);
    case "in":
      return isIn(expr, left, right, program);
    case "not in":
      return !isIn(expr, left, right, program);
  }
}

function isIn(
  expr: Extract<Expr, { kind: "compare" }>,
  left: Value,
  right: Value,
  program: Program,
): boolean {
  if (Array.isArray(right)) {
    const items = right as readonly Value[];
    // However a role is written, it is that role.
    if (areRoles(expr.right)) return items.includes(program.resolve("role", left as string) ?? left);
    if (expr.left.type.kind === "label") {
      return items.some((held) => program.labels.get(held as string)?.closure.has(left as string) ?? false);
    }
    return items.some((item) => isAlike([expr.left.type], left, item));
  }
  if (expr.left.type.kind === "ip") {
    return isInBlock((left as Ip).text, right as string);
  }
  const span = right as TimeSpan;
  return span.from <= (left as number) && (left as number) < span.to;
}

function hasRole(role: string, { user, possibleRoles, program }: Facts): Tri {
  if (user === undefined) return UNKNOWN;
  const id = program.resolve("role", role) ?? role;
  if ((user.roles as readonly string[]).includes(id)) return true;
  return possibleRoles.has(id) ? UNKNOWN : false;
}

function areRoles(expr: Expr): boolean {
  return expr.kind === "field" && expr.name === "roles" && expr.of.kind === "root" && expr.of.root === "user";
}

/** Whole match: how far into the text each piece of the pattern can have come. */
function glob(pattern: string, text: string, separator: "/" | "." | "text"): boolean {
  const stops = (character: string): boolean =>
    separator === "text" ? !/^[\p{L}\p{M}\p{N}_.-]$/u.test(character) : character === separator;
  const characters = [...text];
  let reached = [true, ...characters.map(() => false)];
  for (const piece of pattern.match(/\*+|[^*]/gu) ?? []) {
    const next = reached.map(() => false);
    for (const [i, character] of [...characters, ""].entries()) {
      if (piece.startsWith("*")) {
        next[i] ||= reached[i] as boolean;
        const goesOn = next[i] && i < characters.length && (piece.length > 1 || !stops(character));
        if (goesOn) next[i + 1] = true;
      } else if (reached[i] && i < characters.length && character === piece) next[i + 1] = true;
    }
    reached = next;
  }
  return reached.at(-1) as boolean;
}

function call(expr: Extract<Expr, { kind: "function" }>, facts: Facts, scope: Scope): Result {
  if (expr.name === "labels_of") return facts.labelsOf(argumentPath(expr.args[0] as Expr));
  if (expr.name === "stated") return facts.stated(argumentPath(expr.args[0] as Expr));
  if (expr.name === "texts") return facts.texts;
  const args = expr.args.map((arg) => evaluate(arg, facts, scope));
  if (args.some((arg) => arg === UNKNOWN || arg === ABSENT)) return UNKNOWN;
  const [a, b] = args as [Value, Value];
  switch (expr.name) {
    case "size":
      return typeof a === "string"
        ? [...a].length
        : Array.isArray(a)
          ? a.length
          : (a as Map<string, Value>).size;
    case "keys":
      return [...(a as ReadonlyMap<string, Value>).keys()];
    case "values":
      return [...(a as ReadonlyMap<string, Value>).values()];
    case "under":
      return b === "/" || a === b || (a as string).startsWith(`${b as string}/`);
    case "lower":
      return (a as string).toLowerCase();
    case "contains":
      return (a as string).indexOf(b as string) >= 0;
    case "starts_with":
      return (a as string).slice(0, (b as string).length) === b;
    case "ends_with":
      return (a as string).length >= (b as string).length && (a as string).slice(-(b as string).length) === b;
    case "weekday":
      if (Number.isNaN(new Date(a as number).getTime())) return UNKNOWN;
      return local(a as number, b as string, { weekday: "short" }).toLowerCase();
    case "hour":
      if (Number.isNaN(new Date(a as number).getTime())) return UNKNOWN;
      return Number(local(a as number, b as string, { hour: "2-digit", hourCycle: "h23" }));
    case "minute":
      if (Number.isNaN(new Date(a as number).getTime())) return UNKNOWN;
      return Number(local(a as number, b as string, { minute: "numeric" }));
  }
}

function local(time: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-US", { ...options, timeZone: zone }).format(time);
}

/** `args.message.to` is `["message", "to"]`. */
function argumentPath(expr: Expr): readonly string[] {
  return expr.kind === "field" ? [...argumentPath(expr.of), expr.name] : [];
}
