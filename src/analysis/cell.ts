/** One cell of the matrix: what one agent may do with one tool. */
import type { Exception, Inside, Need, Program, Rule } from "../check/program.js";
import { type conjunction, disjunction, not } from "../check/solve/fields.js";
import { FAILS, HOLDS, UNCLEAR } from "../check/solve/outcomes.js";
import { ruleCondition } from "../check/solve/rule-condition.js";
import type { Situation } from "../check/solve/situation.js";
import { type Claim, Solver } from "../check/solve/solver.js";
import { boundTexts, conditionTexts, needTexts } from "./alternative-text.js";
import { ACCESS_ORDER, type Access, type Alternative, type Cell } from "./posture.js";

/**
 * The maximum number of denies and requires of one tool that are analysed together; beyond it, fewer `never` are found.
 */
const MAX_TOGETHER = 48;

/** The rules of one tool that decide: neither shadow rules nor expired ones. */
export interface RulesAt {
  readonly allows: readonly Rule[];
  readonly denies: readonly Rule[];
  /** Rules that add requirements. */
  readonly requires: readonly Rule[];
  readonly exceptions: readonly Exception[];
}

type Asks = (need: Need) => boolean;
/** In the order in which an access names them. */
const KINDS = ["step-up", "confirmation", "approval"] as const;
const isOfUser: Asks = (need) => need.kind !== "approval";

/** Derives what agents may do with one tool in one situation. */
export class CellFinder {
  readonly #program: Program;
  readonly #rules: RulesAt;
  readonly #solver: Solver;
  readonly #situation: Situation;
  readonly #tool: string;

  constructor(situation: Situation, rules: RulesAt) {
    this.#situation = situation;
    this.#program = situation.program;
    this.#tool = situation.tool?.id ?? "";
    this.#solver = new Solver(situation);
    const concerns = ({ who }: Rule | Exception) =>
      who.agents === "any" || situation.agent === undefined || who.agents.has(situation.agent);
    this.#rules = {
      allows: rules.allows.filter(concerns),
      denies: rules.denies.filter(concerns),
      requires: rules.requires.filter(concerns),
      exceptions: rules.exceptions.filter(concerns),
    };
  }

  cell(): Cell {
    const ways = this.#rules.allows.flatMap((allow) => this.#alternative(allow) ?? []);
    const rank = (way: Alternative) => ACCESS_ORDER.indexOf(way.access);
    ways.sort((a, b) => rank(a) - rank(b) || (a.rule < b.rule ? -1 : 1));
    return { access: ways[0]?.access ?? "never", ways };
  }

  #alternative(allow: Rule): Alternative | undefined {
    const inside = this.#insideOf(allow);
    if (inside !== "anywhere" && inside.size === 0) return undefined;
    const granted: Claim = { expr: ruleCondition(allow, inside), outcomes: HOLDS };
    const possible = [granted, ...this.#notRefused(this.#rules.exceptions)];
    if (this.#solver.excludes(possible)) return undefined;
    if (this.#situation.user === "absent" && this.#mustMeet(allow, isOfUser, granted)) return undefined;
    const access = this.#accessOf(allow, granted);
    const unless = this.#rules.denies.filter((deny) => !this.#isSilent(deny, granted));
    const { sure, maybe } = this.#requiresWith(granted);
    return {
      rule: allow.id,
      ...(allow.annotations.ref === undefined ? {} : { ref: allow.annotations.ref }),
      access,
      within: boundTexts(allow, inside, this.#situation),
      when: conditionTexts(allow, this.#program),
      unless: unless.map(({ name }) => name),
      needs: needTexts([allow.needs, ...sure.map(({ needs }) => needs)], this.#program),
      mayNeed: maybe.flatMap(({ name, needs }) =>
        needTexts([needs], this.#program).map((text) => `${text} (${name})`),
      ),
    };
  }

  #accessOf(allow: Rule, granted: Claim): Exclude<Access, "never"> {
    const kinds = KINDS.filter((kind) => this.#mustMeet(allow, (need) => need.kind === kind, granted));
    const named = ACCESS_ORDER.find((access) => access === kinds.join(" + "));
    if (named !== undefined && named !== "never") return named;
    if (this.#mustMeet(allow, () => true, granted)) return "some need";
    return this.#isCertain(granted) ? "allow" : "conditional";
  }

  /** Reports whether everything that this allow grants needs something of a kind, from any rule. */
  #mustMeet(allow: Rule, asks: Asks, granted: Claim): boolean {
    if (allow.needs.some(asks)) return true;
    const silent = this.#rules.requires
      .filter(({ needs }) => needs.some(asks))
      .slice(0, MAX_TOGETHER)
      .map((require) => this.#claim(require, FAILS));
    const free = this.#rules.exceptions.filter(({ needs }) => !needs.some(asks));
    return this.#solver.excludes([...silent, ...this.#notRefused(free), granted]);
  }

  /** Every deny is false, or waived by one of these exceptions. */
  #notRefused(exceptions: readonly Exception[]): Claim[] {
    return this.#rules.denies.slice(0, MAX_TOGETHER).map((deny) => {
      const lifts = deny.waivable ? exceptions.filter((exception) => exception.lifts.has(deny.id)) : [];
      if (lifts.length === 0) return this.#claim(deny, FAILS);
      const conditions = lifts.map((exception) => this.#condition(exception));
      return { expr: disjunction([not(this.#condition(deny)), ...conditions]), outcomes: HOLDS };
    });
  }

  /** Reports whether every request is granted and no other rule can refuse it. */
  #isCertain(granted: Claim): boolean {
    if (this.#narrowsLabels()) return false;
    if (!this.#solver.isAlways(granted.expr)) return false;
    const sometimes = HOLDS | UNCLEAR;
    return [...this.#rules.denies, ...this.#rules.requires].every((rule) =>
      this.#solver.excludes([this.#claim(rule, sometimes)]),
    );
  }

  /** Reports whether the labels of a call may exclude it. */
  #narrowsLabels(): boolean {
    const accepts = this.#situation.tool?.accepts;
    if (accepts === undefined || accepts === "any") return false;
    return [...this.#program.labels.keys()].some((label) => !accepts.has(label));
  }

  #isSilent(rule: Rule, granted: Claim): boolean {
    return this.#solver.excludes([this.#claim(rule, HOLDS | UNCLEAR), granted]);
  }

  #requiresWith(granted: Claim): { sure: Rule[]; maybe: Rule[] } {
    const sure: Rule[] = [];
    const maybe: Rule[] = [];
    for (const require of this.#rules.requires) {
      if (this.#solver.excludes([this.#claim(require, FAILS), granted])) sure.push(require);
      else if (!this.#isSilent(require, granted)) maybe.push(require);
    }
    return { sure, maybe };
  }

  #claim(rule: Rule, outcomes: number): Claim {
    return { expr: this.#condition(rule), outcomes };
  }

  #condition(rule: Rule | Exception): ReturnType<typeof conjunction> {
    return ruleCondition(rule, rule.reach.tools.get(this.#tool) ?? "anywhere");
  }

  /** Only transactions whose order has the tool: others do not admit a step with it. */
  #insideOf(allow: Rule): Inside {
    const inside = allow.reach.tools.get(this.#tool) ?? "anywhere";
    if (inside === "anywhere") return inside;
    return new Set(
      [...inside].filter((id) => {
        const order = this.#program.transactions.get(id)?.order;
        return order === undefined || order.some((step) => step.tools.has(this.#tool));
      }),
    );
  }
}
