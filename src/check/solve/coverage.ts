import type { Program, Rule } from "../program.js";
import { has, rootOf } from "./fields.js";
import { FAILS, HOLDS, type Outcomes } from "./outcomes.js";
import { ruleCondition } from "./rule-condition.js";
import { type RuleAt, RuleIndex } from "./rule-index.js";
import { type Allowance, type Claim, Solver } from "./solver.js";

/** A rule with more tools is not analyzed: every tool would need a rule that covers it. */
const MAX_TOOLS = 32;
/** Questions per bundle. */
const MAX_QUESTIONS = 20_000;

/** Finds, for a rule, another one that takes effect wherever the rule holds. */
export class Coverage {
  readonly #program: Program;
  readonly #allowance: Allowance;
  readonly #indexes = new Map<string, RuleIndex>();
  readonly #solvers = new Map<string, Solver>();
  /** The outcomes of the other rule's condition that have no effect. */
  readonly #silent: Outcomes;
  #left = MAX_QUESTIONS;

  constructor(program: Program, rules: readonly Rule[], silent: Outcomes, allowance: Allowance) {
    this.#allowance = allowance;
    this.#program = program;
    this.#silent = silent;
    for (const rule of rules) {
      for (const [tool, inside] of rule.reach.tools) {
        let index = this.#indexes.get(tool);
        if (index === undefined) {
          index = new RuleIndex(program);
          this.#indexes.set(tool, index);
        }
        index.add({ rule, inside });
      }
    }
  }

  /** The first rule that covers this one at every tool it targets; undefined if none is known to. */
  of(rule: Rule): Rule | undefined {
    const [first] = rule.reach.tools;
    if (first === undefined || rule.reach.tools.size > MAX_TOOLS) return undefined;
    for (const { rule: other } of this.#indexes.get(first[0])?.near(rule) ?? []) {
      if (other !== rule && this.#covers(other, rule)) return other;
    }
    return undefined;
  }

  #covers(other: Rule, rule: Rule): boolean {
    for (const [tool, inside] of rule.reach.tools) {
      const reached = other.reach.tools.get(tool);
      if (reached === undefined || --this.#left < 0) return false;
      if (!this.#coversAt(tool, { rule: other, inside: reached }, { rule, inside })) return false;
    }
    return true;
  }

  #coversAt(tool: string, other: RuleAt, rule: RuleAt): boolean {
    const holds: Claim[] = [
      { expr: ruleCondition(rule.rule, rule.inside), outcomes: HOLDS },
      ...userOf(rule.rule, this.#program),
    ];
    const silent: Claim = { expr: ruleCondition(other.rule, other.inside), outcomes: this.#silent };
    const solver = this.#solver(tool);
    // A rule that never holds is covered by any other rule, which is not a finding about that rule.
    return solver.excludes([silent, ...holds], this.#allowance) && !solver.excludes(holds, this.#allowance);
  }

  #solver(id: string): Solver {
    let solver = this.#solvers.get(id);
    if (solver === undefined) {
      const tool = this.#program.tools.get(id);
      solver = new Solver({ program: this.#program, ...(tool === undefined ? {} : { tool }) });
      this.#solvers.set(id, solver);
    }
    return solver;
  }
}

/** Agents that act for a user have one, and those that act alone have none. */
function userOf({ who }: Rule, program: Program): Claim[] {
  const agents = who.agents === "any" ? [...program.agents.keys()] : [...who.agents];
  const acts = new Set(agents.map((id) => program.agents.get(id)?.acts));
  if (acts.size !== 1) return [];
  return [{ expr: has(rootOf("user")), outcomes: acts.has("alone") ? FAILS : HOLDS }];
}
