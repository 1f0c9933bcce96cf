import type { Span } from "../../source/source.js";
import type { Bundle } from "../bundle.js";
import { somePart } from "../expressions/parts.js";
import { messages } from "../messages.js";
import type { Expr, Program, Reach, Tool } from "../program.js";
import { MOST_STEPS_OF_A_BUNDLE } from "../solve/limits.js";
import { HOLDS } from "../solve/outcomes.js";
import type { Situation } from "../solve/situation.js";
import { Solver } from "../solve/solver.js";
import { ToolFacts } from "../solve/tool-facts.js";
import { type Conditional, conditionals } from "./rule-lists.js";

/**
 * A condition that can never be true makes a rule that does nothing, and one that is always true says nothing: both
 * look like a rule that does.
 */
export function meanConditions(bundle: Bundle, program: Program): void {
  const all = conditionals(program);
  const idle = new Set<Conditional>();
  const facts = new ToolFacts(program);
  const never = new Questions(program, facts, (solver, expr) => solver.excludes([{ expr, outcomes: HOLDS }]));
  for (const [what, rule] of all) {
    if (rule.condition === undefined) continue;
    if (!never.ask(rule, rule.condition)) continue;
    idle.add(rule);
    bundle.problems.add(messages.neverTrue(what, rule.name, wholeSpan(rule.condition), rule.nameSpan));
  }
  const always = new Questions(program, facts, (solver, expr) => solver.isAlways(expr));
  for (const [what, rule] of all) {
    if (rule.condition === undefined || idle.has(rule)) continue;
    for (const part of conjuncts(rule.condition)) {
      if (!hasIdleGuard(part) && always.ask(rule, part)) {
        bundle.problems.add(messages.alwaysTrue(what, rule.name, part.span));
      }
    }
  }
}

interface Answer {
  readonly is: boolean;
  /** What it took of the allowance; it takes as much each time, so that answers do not depend on which rules are alike. */
  readonly steps: number;
}

/** One question, asked of many conditions. */
class Questions {
  readonly #program: Program;
  readonly #facts: ToolFacts;
  readonly #question: (solver: Solver, expr: Expr) => boolean;
  readonly #allowance = { left: MOST_STEPS_OF_A_BUNDLE };
  readonly #solvers = new Map<Tool | undefined, Solver>();
  /** Where the tool is known: rules ask the same again and again, of arguments of the same types. */
  readonly #answers = new Map<number, Answer>();

  constructor(program: Program, facts: ToolFacts, question: (solver: Solver, expr: Expr) => boolean) {
    this.#program = program;
    this.#facts = facts;
    this.#question = question;
  }

  ask(rule: Conditional, expr: Expr): boolean {
    const tool = onlyTool(rule.reach, this.#program);
    const before = this.#allowance.left;
    if (tool === undefined || before <= 0) return this.#question(this.#solver(tool), expr);
    const number = this.#facts.numberOf(expr, tool);
    const known = this.#answers.get(number);
    if (known !== undefined) {
      this.#allowance.left -= known.steps;
      return known.is;
    }
    const is = this.#question(this.#solver(tool), expr);
    this.#answers.set(number, { is, steps: before - this.#allowance.left });
    return is;
  }

  #solver(tool: Tool | undefined): Solver {
    let solver = this.#solvers.get(tool);
    if (solver === undefined) {
      const situation: Situation = { program: this.#program, ...(tool === undefined ? {} : { tool }) };
      solver = new Solver(situation, this.#allowance);
      this.#solvers.set(tool, solver);
    }
    return solver;
  }
}

function onlyTool({ tools, channels }: Reach, program: Program): Tool | undefined {
  if (channels.size > 0 || tools.size !== 1) return undefined;
  const [id = ""] = tools.keys();
  return program.tools.get(id);
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
function hasIdleGuard(expr: Expr): boolean {
  if (expr.kind === "has" || expr.kind === "else") {
    return expr.kind === "has" || (expr.of.kind === "field" && !expr.of.optional);
  }
  return somePart(expr, hasIdleGuard);
}
