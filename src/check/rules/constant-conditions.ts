import type { Span } from "../../source/source.js";
import type { Bundle } from "../bundle.js";
import { conjuncts, somePart } from "../expressions/parts.js";
import { messages } from "../messages.js";
import type { Expr, Program, Reach, Tool } from "../program.js";
import { MAX_BUNDLE_STEPS } from "../solve/limits.js";
import { HOLDS } from "../solve/outcomes.js";
import { canHold, plainly } from "../solve/plain.js";
import { type Allowance, Solver } from "../solve/solver.js";
import { termKey } from "../solve/term-key.js";
import { conditionals } from "./rule-lists.js";

/**
 * Warns of conditions that are always or never true. One that is never true makes a rule without effect, and one that
 * is always true checks nothing: both look effective.
 */
export function constantConditions(bundle: Bundle, program: Program): void {
  const solvers = new Map<Tool | undefined, Solver>();
  const solverOf = (tool: Tool | undefined): Solver => {
    let solver = solvers.get(tool);
    if (solver === undefined) {
      solver = new Solver(tool === undefined ? { program } : { program, tool });
      solvers.set(tool, solver);
    }
    return solver;
  };
  const never = new Questions((expr, tool, allowance) =>
    solverOf(tool).excludes([{ expr, outcomes: HOLDS }], allowance),
  );
  const always = new Questions((expr, tool, allowance) => solverOf(tool).isAlways(expr, allowance));
  for (const [what, { name, nameSpan, reach, condition }] of conditionals(program)) {
    if (condition === undefined) continue;
    const tool = onlyTool(reach, program);
    const parts = conjuncts(condition);
    const plain = parts.map(plainly);
    if (!canHold(plain) && never.ask(condition, tool)) {
      bundle.problems.add(messages.neverTrue(what, name, spanOfAll(parts), nameSpan));
      continue;
    }
    parts.forEach((part, index) => {
      if (!plain[index]?.fails && !hasIdleGuard(part) && always.ask(part, tool)) {
        bundle.problems.add(messages.alwaysTrue(what, name, part.span));
      }
    });
  }
}

interface Answer {
  readonly is: boolean;
  /**
   * The steps taken of the allowance. A cached answer is charged the same, so that answers do not depend on which rules
   * are alike.
   */
  readonly steps: number;
}

type Question = (expr: Expr, tool: Tool | undefined, allowance: Allowance) => boolean;

/** One question for the solver, applied to many conditions. */
class Questions {
  readonly #question: Question;
  readonly #allowance: Allowance = { left: MAX_BUNDLE_STEPS };
  /** Rules of one tool repeat the same questions, about arguments of the same types. */
  readonly #answers = new Map<Tool, Map<string, Answer>>();

  constructor(question: Question) {
    this.#question = question;
  }

  /** `tool` is the tool in question, if there is only one. */
  ask(expr: Expr, tool: Tool | undefined): boolean {
    const before = this.#allowance.left;
    if (tool === undefined || before <= 0) return this.#question(expr, tool, this.#allowance);
    const answers = this.#answersOf(tool);
    const key = termKey(expr);
    const known = answers.get(key);
    if (known !== undefined) {
      this.#allowance.left -= known.steps;
      return known.is;
    }
    const is = this.#question(expr, tool, this.#allowance);
    answers.set(key, { is, steps: before - this.#allowance.left });
    return is;
  }

  #answersOf(tool: Tool): Map<string, Answer> {
    let answers = this.#answers.get(tool);
    if (answers === undefined) {
      answers = new Map();
      this.#answers.set(tool, answers);
    }
    return answers;
  }
}

function onlyTool({ tools, channels }: Reach, program: Program): Tool | undefined {
  if (channels.size > 0 || tools.size !== 1) return undefined;
  const [id = ""] = tools.keys();
  return program.tools.get(id);
}

/** From the first part to the last, because the parts may be in several clauses. */
function spanOfAll(parts: readonly Expr[]): Span {
  const spans = parts.map((part) => part.span);
  return {
    file: spans[0]?.file ?? "",
    start: Math.min(...spans.map((span) => span.start)),
    end: Math.max(...spans.map((span) => span.end)),
  };
}

/** Whether the condition contains a guard on a value that is always present, which is reported separately. */
function hasIdleGuard(expr: Expr): boolean {
  if (expr.kind === "has" || expr.kind === "else") {
    return expr.kind === "has" || (expr.of.kind === "field" && !expr.of.optional);
  }
  return somePart(expr, hasIdleGuard);
}
