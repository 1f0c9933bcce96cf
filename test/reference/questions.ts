/** One request asked of each rule of a bundle. */
import type { Exception, Limit, Need, Program, Rule, Who } from "../../src/check/program.js";
import type { Entered } from "./enter.js";
import { and, type Facts, judgeCondition, type Tri, UNKNOWN } from "./evaluate.js";
import { type LimitResult, measure } from "./limits.js";
import { transactionOf } from "./situations.js";
import type { DecisionEvent, World } from "./world.js";

/** Which limits count what is about to leave their window; the others do not count it. */
export type Slivers = ReadonlySet<string>;
/** Deliberate mistakes, to see that the laws notice them. */
export interface Mistakes {
  readonly denySkippedOnError?: boolean;
  readonly firstAllowWins?: boolean;
  readonly requireSkippedOnError?: boolean;
  readonly absentMakesTrue?: boolean;
  readonly limitIgnoredOnUnknown?: boolean;
}
export interface How {
  readonly caller?: string;
  readonly slivers?: Slivers;
  readonly mistakes?: Mistakes;
  /** The call that was allowed before under the same key, whose answer is to be given again. */
  readonly earlier?: DecisionEvent;
}

export class Questions {
  readonly world: World;
  readonly program: Program;
  readonly entered: Entered;
  readonly mistakes: Mistakes;
  readonly earlier: DecisionEvent | undefined;
  readonly #slivers: Slivers;

  constructor(world: World, entered: Entered, how: How) {
    this.world = world;
    this.program = world.program;
    this.entered = entered;
    this.mistakes = how.mistakes ?? {};
    this.earlier = how.earlier;
    this.#slivers = how.slivers ?? new Set();
  }

  get isChannel(): boolean {
    return this.entered.call.target.kind === "channel";
  }

  /** The rules that count: a shadow rule is only watched. */
  rules(effect: Rule["effect"]): Rule[] {
    return [...this.program.rules.values()].filter((rule) => rule.effect === effect && !rule.shadow);
  }
  exceptionsTo(id: string): Exception[] {
    return [...this.program.exceptions.values()].filter((exception) => exception.lifts.has(id));
  }

  /** Whether who, what and when of a rule are so; a rule that does not reach this target is false of it. */
  applies(rule: Rule | Exception | Limit, facts: Facts): Tri {
    const inside = this.#insideOf(rule);
    if (inside === undefined || !concerns(rule, this.entered)) return false;
    if (rule.until !== undefined && rule.until <= this.world.now) return false;
    const within = inside === "anywhere" ? true : this.#isInside(inside, facts);
    const condition = judgeCondition(rule.condition, facts);
    if (condition === UNKNOWN && this.mistakes.absentMakesTrue) return within;
    return and([within, condition]);
  }
  /** Whether it reads nothing that is kept between calls. */
  isPure(rule: Rule | Exception): boolean {
    const { session, transaction, prior } = rule.reads;
    return this.#insideOf(rule) === "anywhere" && !session && !transaction && !prior;
  }
  #insideOf(rule: Rule | Exception | Limit): "anywhere" | ReadonlySet<string> | undefined {
    const { kind, id } = this.entered.call.target;
    return (kind === "tool" ? rule.reach.tools : rule.reach.channels).get(id);
  }
  #isInside(kinds: ReadonlySet<string>, facts: Facts): Tri {
    if (facts.txn === undefined) return false;
    if (facts.txn === UNKNOWN) return UNKNOWN;
    return kinds.has(transactionOf(this.world, this.entered)?.kind.id ?? "");
  }

  /** Unknown never helps: what may refuse refuses. */
  refuses(rule: Rule, facts: Facts): boolean {
    const result = this.applies(rule, facts);
    return result === true || (result === UNKNOWN && !this.mistakes.denySkippedOnError);
  }
  /** What may demand demands. */
  demands(rule: Rule, facts: Facts): boolean {
    const result = this.applies(rule, facts);
    return result === true || (result === UNKNOWN && !this.mistakes.requireSkippedOnError);
  }
  /** What may lift does not. */
  lifts(exception: Exception, facts: Facts): boolean {
    return this.applies(exception, facts) === true && this.#hasUsesLeft(exception);
  }
  /** Uses are counted over all users of a tenant, at `allow`. */
  #hasUsesLeft(exception: Exception): boolean {
    if (this.earlier !== undefined) return this.earlier.exceptions.includes(exception.id);
    if (exception.uses === undefined) return true;
    const isBack = (event: DecisionEvent): boolean =>
      event.outcome?.status === "not_run" &&
      this.program.tools.get(event.call.target.id)?.irreversible !== true;
    const { tenant } = this.entered.call;
    const used = this.world.decisions.filter(
      (event) => event.call.tenant === tenant && event.exceptions.includes(exception.id) && !isBack(event),
    );
    return used.length < exception.uses;
  }

  /** Every limit that applies, measured; `isRetry`: the attempt was counted before. */
  limits(facts: Facts, isRetry = false): LimitResult[] {
    return [...this.program.limits.values()]
      .filter((limit) => !limit.shadow)
      .map((limit) => {
        const applies = this.applies(limit, facts);
        return measure(this.world, this.entered, limit, applies, facts, {
          countSliver: this.#slivers.has(limit.id),
          isRetry,
        });
      })
      .filter((result) => result !== undefined)
      .filter((result) => !(this.mistakes.limitIgnoredOnUnknown && result.unknown));
  }
}

/** What cannot be told of a role counts against the caller. */
function tightens(rule: object): boolean {
  return "meter" in rule || ("effect" in rule && rule.effect !== "allow");
}

/** Whether a rule, limit or transaction is about these actors. */
export function concerns(rule: { readonly who: Who }, entered: Entered): boolean {
  const { agents, for: whom } = rule.who;
  if (agents !== "any" && !agents.has(entered.call.agents.at(-1) as string)) return false;
  switch (whom.kind) {
    case "any":
      return true;
    case "nobody":
      return !entered.hasUser;
    case "roles":
      return [...whom.roles].some(
        (role) => entered.userRoles.has(role) || (tightens(rule) && entered.possibleRoles.has(role)),
      );
    case "users":
      return entered.userId !== undefined && whom.users.has(entered.userId);
  }
}

/** What a limit asks for where it is passed. */
export function neededBy(limit: Limit): { readonly id: string; readonly needs: readonly Need[] } {
  return { id: limit.id, needs: limit.over.kind === "need" ? limit.over.needs : [] };
}
