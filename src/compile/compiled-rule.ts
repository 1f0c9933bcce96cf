/** One rule, exception or limit, ready to be evaluated on a frame. */
import { eachPart } from "../check/expressions/parts.js";
import type { Exception, Expr, Inside, Limit, Program, Rule, Who } from "../check/program.js";
import type { ConditionCode, ExpressionCompiler, ValueCode } from "./expression.js";
import { alwaysTrue, argumentPath } from "./expression.js";
import type { Frame } from "./frame.js";
import { type PriorExpr, priorKey } from "./prior-key.js";
import { type Requirement, requirementsOf } from "./requirements.js";
import { FALSE, TRUE, type Tri, UNKNOWN } from "./tri.js";

/** The state that a rule reads, so that a decision fetches only that. */
export interface StateQuestions {
  /** The session's labels or steps, or the labels of the call. */
  readonly session: boolean;
  /** The number of the session's steps. Every other call in the session changes it and so competes. */
  readonly steps: boolean;
  readonly transaction: boolean;
  /** Arguments whose labels or statedness are read, by dotted path. */
  readonly provenance: readonly string[];
  /** `labels`: the labels of every argument are read. */
  readonly carried: boolean;
  readonly priors: readonly PriorExpr[];
}

/** A rule with its compiled condition and what judging it requires. */
export interface CompiledRule<Source extends Rule | Exception | Limit = Rule | Exception | Limit> {
  readonly source: Source;
  readonly id: string;
  readonly condition: ConditionCode;
  /** Arguments whose value can make the condition false by itself. */
  readonly requirements: readonly Requirement[];
  /** Milliseconds; infinite if the rule does not end. */
  readonly until: number;
  /** Whether anything it depends on beyond `inside` is kept between calls. */
  readonly stateful: boolean;
  readonly asks: StateQuestions;
  /** Whether its condition, or what it meters, reads the arguments. */
  readonly readsArgs: boolean;
}

/** A limit with what it meters compiled. */
export interface CompiledLimit extends CompiledRule<Limit> {
  /** The amount of `of …`; undefined if it counts calls. */
  readonly amount: ValueCode | undefined;
}

/** Compiles one rule, limit or exception. */
export function compileRule<Source extends Rule | Exception | Limit>(
  source: Source,
  program: Program,
  expressions: ExpressionCompiler,
): CompiledRule<Source> {
  const parts = source.condition === undefined ? [] : [source.condition];
  if (source.kind === "limit" && source.meter.kind === "of") parts.push(source.meter.amount);
  const found = findQuestions(parts, program);
  return {
    source,
    id: source.id,
    condition: source.condition === undefined ? alwaysTrue : expressions.condition(source.condition),
    requirements: requirementsOf(source.condition),
    until: source.until ?? Number.POSITIVE_INFINITY,
    stateful:
      found.asks.session ||
      found.asks.transaction ||
      found.asks.carried ||
      found.asks.provenance.length > 0 ||
      found.asks.priors.length > 0,
    asks: found.asks,
    readsArgs: found.readsArgs,
  };
}

/** Shared by all rules that read no state, which most are. */
const NOTHING: StateQuestions = Object.freeze({
  session: false,
  steps: false,
  transaction: false,
  carried: false,
  provenance: [],
  priors: [],
});

/** Compiles a limit with what it meters. */
export function compileLimit(limit: Limit, program: Program, expressions: ExpressionCompiler): CompiledLimit {
  const amount = limit.meter.kind === "of" ? expressions.value(limit.meter.amount) : undefined;
  return { ...compileRule(limit, program, expressions), amount };
}

function findQuestions(
  exprs: readonly Expr[],
  program: Program,
): { asks: StateQuestions; readsArgs: boolean } {
  const found = { session: false, steps: false, transaction: false, carried: false, readsArgs: false };
  // Few rules have any of these.
  let provenance: Set<string> | undefined;
  let priors: Map<string, PriorExpr> | undefined;
  let defines: Set<string> | undefined;
  const visit = (expr: Expr): void => {
    switch (expr.kind) {
      case "root":
        if (expr.root === "session") found.session = found.steps = true;
        if (expr.root === "txn") found.transaction = true;
        if (expr.root === "labels") found.carried = true;
        if (expr.root === "args") found.readsArgs = true;
        return;
      case "field":
        if (expr.of.kind === "root" && expr.of.root === "session" && expr.name === "labels") {
          found.session = true;
          return;
        }
        break;
      case "function": {
        const path =
          expr.name === "labels_of" || expr.name === "stated" ? argumentPath(expr.args[0]) : undefined;
        if (path !== undefined) {
          provenance ??= new Set();
          provenance.add(path);
        }
        break;
      }
      case "prior":
        priors ??= new Map();
        priors.set(priorKey(expr), expr);
        if (expr.same.some((key) => key.kind === "args" || key.kind === "argument")) found.readsArgs = true;
        return;
      case "define":
        defines ??= new Set();
        if (!defines.has(expr.define)) {
          defines.add(expr.define);
          const define = program.defines.get(expr.define);
          if (define !== undefined) visit(define.body);
        }
        break;
      default:
    }
    eachPart(expr, visit);
  };
  for (const expr of exprs) visit(expr);
  const { session, steps, transaction, carried, readsArgs } = found;
  if (!session && !transaction && !carried && provenance === undefined && priors === undefined) {
    return { asks: NOTHING, readsArgs };
  }
  const asks = {
    session,
    steps,
    transaction,
    carried,
    provenance: [...(provenance ?? [])],
    priors: [...(priors?.values() ?? [])],
  };
  return { asks, readsArgs };
}

/**
 * Whether a rule is about the agent or user that acts. Both are known before any rule runs, so this is never unknown.
 * A role name that several modules declare counts as each of their roles for rules that tighten, and as none for rules that
 * grant.
 */
export function concerns(who: Who, frame: Frame, tightens: boolean): boolean {
  if (who.agents !== "any" && !who.agents.has(frame.agentId)) return false;
  const { user } = frame;
  switch (who.for.kind) {
    case "any":
      return true;
    case "nobody":
      return user === undefined;
    case "roles": {
      const { roles } = who.for;
      if (user === undefined) return false;
      if (user.roles.some(({ id }) => roles.has(id))) return true;
      return tightens && user.possibleRoles.some(({ id }) => roles.has(id));
    }
    case "users":
      return user !== undefined && who.for.users.has(user.id);
  }
}

/** Whether the call belongs to an open transaction of one of these kinds. */
export function isInside(inside: Inside, frame: Frame): Tri {
  if (inside === "anywhere") return TRUE;
  const { transaction } = frame.state;
  if (transaction === undefined) return UNKNOWN;
  return transaction !== "none" && inside.has(transaction.kind) ? TRUE : FALSE;
}
