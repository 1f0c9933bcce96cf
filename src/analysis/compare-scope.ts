/** Compares which calls a rule matches before and after: proved if the solver can, else unknown. */
import type { Exception, Inside, Limit, Program, Rule } from "../check/program.js";
import { MAX_PARTS } from "../check/solve/limits.js";
import { FAILS, HOLDS, type Outcomes, UNCLEAR } from "../check/solve/outcomes.js";
import { Resolver } from "../check/solve/resolve.js";
import { ruleCondition } from "../check/solve/rule-condition.js";
import type { Situation } from "../check/solve/situation.js";
import { type Allowance, type Claim, Solver } from "../check/solve/solver.js";
import { termKey } from "../check/solve/term-key.js";
import type { Direction } from "./change.js";
import { isSame, type Pair } from "./compare-fields.js";

/** Anything that has a scope. */
export type AnyRule = Rule | Limit | Exception;
/**
 * The effect of a matching rule: an allow or exception grants, a deny or require restricts, a limit refuses if its
 * scope is unknown.
 */
export type Role = "grants" | "restricts" | "meters";

/** The maximum number of solver questions about two bundles; beyond it, every comparison is unknown. */
const MAX_STEPS = 2_000_000;

/** Pairs of outcomes, before and after, that would be looser; swapped they would be tighter. */
const LOOSER: Readonly<Record<Role, readonly (readonly [before: Outcomes, after: Outcomes])[]>> = {
  grants: [[FAILS | UNCLEAR, HOLDS]],
  restricts: [[HOLDS | UNCLEAR, FAILS]],
  meters: [
    [HOLDS | UNCLEAR, FAILS],
    [UNCLEAR, HOLDS],
  ],
};

/** Compares scopes of rules of two bundles. */
export class ScopeComparer {
  readonly #pair: Pair;
  readonly #allowance: Allowance = { left: MAX_STEPS };
  readonly #solvers = new Map<string, Solver>();
  /**
   * Labels imply each other within one bundle; a proof across two bundles with different implications would be invalid.
   */
  readonly #isComparable: boolean;

  constructor(pair: Pair) {
    this.#pair = pair;
    this.#isComparable = isSame(pair.before.labels, pair.after.labels);
  }

  /** Returns undefined if it matches the same calls. */
  compare(before: AnyRule, after: AnyRule, role: Role): Direction | undefined {
    if (this.#isWrittenAlike(before, after)) return undefined;
    if (!this.#isComparable) return "unknown";
    const targets = new Set(
      [before, after].flatMap(({ reach }) => [...reach.tools.keys(), ...reach.channels.keys()]),
    );
    let looser = false;
    let tighter = false;
    for (const id of targets) {
      const at = this.#at(id, before, after);
      if (at === undefined) {
        // A removed target refuses every call.
        tighter = true;
        continue;
      }
      looser ||= LOOSER[role].some(([was, is]) => !this.#excludes(at, was, is));
      tighter ||= LOOSER[role].some(([was, is]) => !this.#excludes(at, is, was));
    }
    if (looser && tighter) return "unknown";
    return looser ? "looser" : tighter ? "tighter" : undefined;
  }

  /** Reports whether actors, targets and end are equal, and the conditions too, with defines and data expanded. */
  #isWrittenAlike(before: AnyRule, after: AnyRule): boolean {
    const { before: old, after: now } = this.#pair;
    const [was, is] = [expanded(before.condition, old), expanded(after.condition, now)];
    return (
      was !== undefined &&
      was === is &&
      isSame([before.who, before.until], [after.who, after.until]) &&
      isSame(before.reach, after.reach)
    );
  }

  #at(id: string, before: AnyRule, after: AnyRule): AtTarget | undefined {
    const [old, now] = [situationOf(id, this.#pair.before), situationOf(id, this.#pair.after)];
    if (now === undefined) return undefined;
    let solver = this.#solvers.get(id);
    if (solver === undefined) {
      solver = new Solver(now);
      this.#solvers.set(id, solver);
    }
    const [was, is] = [insideOf(before, id), insideOf(after, id)];
    const at = { solver, was: undefined, is: is === undefined ? undefined : ruleCondition(after, is) };
    if (was === undefined || old === undefined) return at;
    const resolver = new Resolver(old, MAX_PARTS);
    const condition = resolver.resolve(ruleCondition(before, was));
    return resolver.exhausted ? { ...at, solver: undefined } : { ...at, was: condition };
  }

  /** Returns true only if no request has both outcomes. */
  #excludes({ solver, was, is }: AtTarget, before: Outcomes, after: Outcomes): boolean {
    // A rule that does not match the target is false there.
    if (was === undefined && (before & FAILS) === 0) return true;
    if (is === undefined && (after & FAILS) === 0) return true;
    if (solver === undefined) return false;
    const claims: Claim[] = [];
    if (was !== undefined) claims.push({ expr: was, outcomes: before });
    if (is !== undefined) claims.push({ expr: is, outcomes: after });
    return solver.excludes(claims, this.#allowance);
  }
}

/** Returns the conditions at one target, with the facts of each bundle; undefined if the rule does not match it. */
interface AtTarget {
  readonly solver: Solver | undefined;
  readonly was: Claim["expr"] | undefined;
  readonly is: Claim["expr"] | undefined;
}

/** Returns a condition as text with defines and data expanded; undefined if it is too large. */
export function expanded(condition: AnyRule["condition"], program: Program): string | undefined {
  if (condition === undefined) return "";
  const resolver = new Resolver({ program }, MAX_PARTS);
  const resolved = resolver.resolve(condition);
  return resolver.exhausted ? undefined : termKey(resolved);
}

function situationOf(id: string, program: Program): Situation | undefined {
  const [tool, channel] = [program.tools.get(id), program.channels.get(id)];
  if (tool !== undefined) return { program, tool };
  return channel === undefined ? undefined : { program, channel };
}

function insideOf({ reach }: AnyRule, id: string): Inside | undefined {
  return reach.tools.get(id) ?? reach.channels.get(id);
}
