import type { Span } from "../../source/source.js";
import type { Bundle } from "../bundle.js";
import { partsOf } from "../expressions/parts.js";
import { messages } from "../messages.js";
import type { Expr, Program } from "../program.js";
import { MOST_STEPS_OF_A_BUNDLE } from "../solve/limits.js";
import { HOLDS } from "../solve/outcomes.js";
import type { Situation } from "../solve/situation.js";
import { Solver } from "../solve/solver.js";
import { type Conditional, conditionals } from "./rule-lists.js";

/**
 * A condition that can never be true makes a rule that does nothing, and one that is always true says nothing: both
 * look like a rule that does.
 */
export function meanConditions(bundle: Bundle, program: Program): void {
  const all = conditionals(program);
  const idle = new Set<Conditional>();
  const solvers = new Solvers(program);
  for (const [what, rule] of all) {
    if (rule.condition === undefined) continue;
    if (!solvers.for(rule).excludes([{ expr: rule.condition, outcomes: HOLDS }])) continue;
    idle.add(rule);
    bundle.problems.add(messages.neverTrue(what, rule.name, wholeSpan(rule.condition), rule.nameSpan));
  }
  const others = new Solvers(program);
  for (const [what, rule] of all) {
    if (rule.condition === undefined || idle.has(rule)) continue;
    for (const part of conjuncts(rule.condition)) {
      if (!hasIdleGuard(part, program) && others.for(rule).isAlways(part)) {
        bundle.problems.add(messages.alwaysTrue(what, rule.name, part.span));
      }
    }
  }
}

/** One solver for rules of the same tool, and one for those that reach several. */
class Solvers {
  readonly #program: Program;
  readonly #allowance = { left: MOST_STEPS_OF_A_BUNDLE };
  readonly #byTool = new Map<string | undefined, Solver>();

  constructor(program: Program) {
    this.#program = program;
  }

  for(rule: Conditional): Solver {
    const [id, second] = rule.reach.channels.size > 0 ? [] : rule.reach.tools.keys();
    const tool = second === undefined && id !== undefined ? this.#program.tools.get(id) : undefined;
    let solver = this.#byTool.get(tool?.id);
    if (solver === undefined) {
      const situation: Situation = { program: this.#program, ...(tool === undefined ? {} : { tool }) };
      solver = new Solver(situation, this.#allowance);
      this.#byTool.set(tool?.id, solver);
    }
    return solver;
  }
}

function conjuncts(condition: Expr): readonly Expr[] {
  return condition.kind === "and" ? condition.items.flatMap(conjuncts) : [condition];
}

/** From the first part to the last, for the parts may stand in several clauses. */
function wholeSpan(condition: Expr): Span {
  const spans = conjuncts(condition).map((part) => part.span);
  return {
    file: condition.span.file,
    start: Math.min(...spans.map((span) => span.start)),
    end: Math.max(...spans.map((span) => span.end)),
  };
}

/** A guard on what is always there is reported as that. */
function hasIdleGuard(expr: Expr, program: Program): boolean {
  if (expr.kind === "has" || expr.kind === "else") {
    return expr.kind === "has" || (expr.of.kind === "field" && !expr.of.optional);
  }
  return partsOf(expr).some((part) => hasIdleGuard(part, program));
}
