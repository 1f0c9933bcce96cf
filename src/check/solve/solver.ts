/**
 * Decides whether conditions can have certain outcomes, for any request. It splits cases and narrows facts; what it
 * does not understand may have any value. So a `no` is certain and a `yes` is not, and nothing is tested on samples.
 */

import { withParts } from "../expressions/parts.js";
import type { Expr } from "../program.js";
import { conjunction, has } from "./fields.js";
import { assumeLeaf, isNotEmpty } from "./leaf.js";
import { MAX_PARTS, MAX_STEPS } from "./limits.js";
import { ANYTHING, conjoined, FAILS, flipped, HOLDS, type Outcomes, THERE, UNCLEAR } from "./outcomes.js";
import { Resolver } from "./resolve.js";
import type { Situation } from "./situation.js";
import { NOTHING_ASSUMED, Store } from "./store.js";
import { termKey } from "./term-key.js";

/** The claim that a condition has one of these outcomes. */
export interface Claim {
  readonly expr: Expr;
  readonly outcomes: Outcomes;
}
/** Whether a condition is true of every request, of none, or not known to be either. */
export type Certainty = "always" | "never" | "sometimes";

const EACH: readonly Outcomes[] = [HOLDS, FAILS, UNCLEAR];

/** A condition as the leaf that is analyzed, or as the negation of one. */
interface Canonical {
  readonly leaf: Expr;
  readonly isNegated: boolean;
}

type Step =
  | { readonly kind: "claims"; readonly claims: readonly Claim[] }
  | { readonly kind: "cases"; readonly cases: readonly (readonly Claim[])[] }
  | { readonly kind: "leaf" }
  | { readonly kind: "impossible" };

/** Steps shared by several questions; after they are used up, nothing more is excluded. */
export interface Allowance {
  left: number;
}

const UNBOUNDED: Allowance = { left: Number.POSITIVE_INFINITY };

/** Answers questions about the requests of one situation. */
export class Solver {
  readonly #situation: Situation;
  #resolver: Resolver;
  #canonicals = new Map<Expr, Canonical>();
  readonly #store: Store;
  /** Possible outcomes of leaves, with the state of the store: the cases of a split repeat the same question. */
  readonly #tried = new Map<Expr, { readonly state: number; readonly outcomes: Outcomes }>();
  #steps = 0;
  #names = 0;

  constructor(situation: Situation) {
    this.#situation = situation;
    this.#store = new Store(situation);
    this.#resolver = new Resolver(situation, MAX_PARTS);
  }

  /** Whether a condition is always true (never false, never unknown), or never true. */
  certainty(expr: Expr): Certainty {
    if (this.excludes([{ expr, outcomes: HOLDS }])) return "never";
    return this.isAlways(expr) ? "always" : "sometimes";
  }

  /** Whether a condition is true for every request: never false, and never unknown. */
  isAlways(expr: Expr, allowance = UNBOUNDED): boolean {
    return this.excludes([{ expr, outcomes: FAILS | UNCLEAR }], allowance);
  }

  /** Whether it is certain that no request satisfies every claim. */
  excludes(claims: readonly Claim[], allowance = UNBOUNDED): boolean {
    if (allowance.left <= 0) return false;
    if (this.#resolver.left < MAX_PARTS / 2) {
      this.#resolver = new Resolver(this.#situation, MAX_PARTS);
      this.#canonicals = new Map();
    }
    this.#steps = MAX_STEPS;
    const queue = claims.map(({ expr, outcomes }) => ({ expr: this.#resolver.resolve(expr), outcomes }));
    this.#store.backTo(NOTHING_ASSUMED);
    this.#tried.clear();
    const possible = this.#isPossible(queue, [], this.#store);
    allowance.left -= MAX_STEPS - this.#steps;
    return !possible && !this.#resolver.exhausted;
  }

  #isPossible(claims: Claim[], open: (readonly (readonly Claim[])[])[], store: Store): boolean {
    const splits = [...open];
    for (let claim = claims.pop(); claim !== undefined; claim = claims.pop()) {
      if (--this.#steps < 0 || this.#resolver.exhausted) return true;
      const step = this.#step(claim, store);
      if (step.kind === "impossible") return false;
      if (step.kind === "claims") claims.push(...step.claims);
      else if (step.kind === "cases") splits.push(step.cases);
      else if (claims.length + splits.length === 0) return this.#isLeafPossible(claim, store);
      else {
        const split = this.#leaf(claim, store);
        if (split === "impossible") return false;
        if (split.length > 0) splits.push(split);
      }
    }
    return store.isConsistent() && this.#isAnyPossible(splits, store);
  }

  /** Assumes a leaf if one outcome is left; otherwise returns the cases and assumes nothing. */
  #leaf({ expr, outcomes }: Claim, store: Store): "impossible" | readonly (readonly Claim[])[] {
    if (isOne(outcomes)) return this.#assume(expr, outcomes, store) ? [] : "impossible";
    const possible = this.#leafOutcomes(expr, store);
    const left = possible & outcomes;
    if (left === 0) return "impossible";
    if (isOne(left)) return this.#assume(expr, left, store) ? [] : "impossible";
    if ((possible & ~outcomes) === 0) return [];
    return EACH.filter((outcome) => outcome & left).map((outcome) => [{ expr, outcomes: outcome }]);
  }

  /** If a leaf is the last thing to analyze, the first possible outcome is enough. */
  #isLeafPossible({ expr, outcomes }: Claim, store: Store): boolean {
    const mark = store.mark();
    for (const outcome of EACH) {
      if ((outcome & outcomes) === 0) continue;
      this.#steps--;
      store.backTo(mark);
      if (this.#assume(expr, outcome, store) && store.isConsistent()) return true;
    }
    return false;
  }

  /** Takes the split with the fewest remaining cases first. */
  #isAnyPossible(splits: readonly (readonly (readonly Claim[])[])[], store: Store): boolean {
    let best: readonly (readonly Claim[])[] | undefined;
    let bestIndex = -1;
    for (const [index, cases] of splits.entries()) {
      const left = cases.filter((each) =>
        each.every(({ expr, outcomes }) => (this.#outcomes(expr, store) & outcomes) !== 0),
      );
      if (left.length === 0) return false;
      if (best === undefined || left.length < best.length) {
        best = left;
        bestIndex = index;
      }
      if (left.length === 1) break;
    }
    if (best === undefined) return true;
    const rest = splits.filter((_, index) => index !== bestIndex);
    const mark = store.mark();
    return best.some((each) => {
      store.backTo(mark);
      return this.#isPossible([...each], rest, store);
    });
  }

  /** The possible outcomes of a condition, computed part by part: a superset, never a subset. */
  #outcomes(expr: Expr, store: Store): Outcomes {
    if (--this.#steps < 0) return ANYTHING;
    switch (expr.kind) {
      case "and":
        return conjoined(expr.items.map((item) => this.#outcomes(item, store)));
      case "or":
        return flipped(conjoined(expr.items.map((item) => flipped(this.#outcomes(item, store)))));
      case "not":
        return flipped(this.#outcomes(expr.of, store));
      case "quantifier":
        return store.outcomeOf(termKey(expr)) ?? ANYTHING;
      default: {
        if (findElse(expr) !== undefined) return ANYTHING;
        const { leaf, isNegated } = this.#canonical(expr);
        if (leaf.kind === "and" || leaf.kind === "or") return ANYTHING;
        const outcomes = this.#leafOutcomes(leaf, store);
        return isNegated ? flipped(outcomes) : outcomes;
      }
    }
  }

  #leafOutcomes(leaf: Expr, store: Store): Outcomes {
    this.#steps -= 3;
    const tried = this.#tried.get(leaf);
    if (tried?.state === store.state) return tried.outcomes;
    let outcomes = 0;
    const mark = store.mark();
    for (const outcome of EACH) {
      if (this.#assume(leaf, outcome, store)) outcomes |= outcome;
      store.backTo(mark);
    }
    this.#tried.set(leaf, { state: mark.state, outcomes });
    return outcomes;
  }

  #assume(leaf: Expr, outcome: Outcomes, store: Store): boolean {
    return assumeLeaf(store, leaf, outcome, this.#situation.program.labels);
  }

  /** Caches one object per condition, so that the text key of its facts is built once. */
  #canonical(expr: Expr): Canonical {
    let found = this.#canonicals.get(expr);
    if (found === undefined) {
      found = canonical(expr);
      this.#canonicals.set(expr, found);
    }
    return found;
  }

  /** Takes one step towards leaves. */
  #step({ expr, outcomes }: Claim, store: Store): Step {
    if (outcomes === ANYTHING) return { kind: "claims", claims: [] };
    switch (expr.kind) {
      case "and":
        return joined(expr.items, outcomes, (each) => each);
      case "or":
        return joined(expr.items, flipped(outcomes), flipped);
      case "not":
        return { kind: "claims", claims: [{ expr: expr.of, outcomes: flipped(outcomes) }] };
      case "quantifier":
        return expr.quantifier === "some"
          ? this.#some(expr, expr.body, outcomes, (each) => each, store)
          : this.#some(expr, expr.body, flipped(outcomes), flipped, store);
      default: {
        const choice = findElse(expr);
        if (choice !== undefined) return chosen(expr, choice, outcomes);
        const { leaf, isNegated } = this.#canonical(expr);
        if (leaf === expr) return { kind: "leaf" };
        return {
          kind: "claims",
          claims: [{ expr: leaf, outcomes: isNegated ? flipped(outcomes) : outcomes }],
        };
      }
    }
  }

  /** Expands `some`, or `all` as the negation of a `some`: `turn` maps outcomes of the body accordingly. */
  #some(
    expr: Expr & { kind: "quantifier" },
    body: Expr,
    outcomes: Outcomes,
    turn: (outcomes: Outcomes) => Outcomes,
    store: Store,
  ): Step {
    const { over, variable } = expr;
    const list = termKey(over);
    if (outcomes === HOLDS) {
      if (!store.be(over, THERE) || !isNotEmpty(store, over)) return { kind: "impossible" };
      const claims = this.#element(list, over, store);
      const [, witness] = store.elements.at(-1) as [string, Expr];
      claims.push({ expr: this.#resolver.instance(body, variable, witness), outcomes: turn(HOLDS) });
      return { kind: "claims", claims };
    }
    if (outcomes === FAILS || outcomes === (FAILS | UNCLEAR)) {
      if (outcomes === FAILS && !store.be(over, THERE)) return { kind: "impossible" };
      const wanted = turn(outcomes);
      store.universals.push({ over: list, variable, body, outcomes: wanted });
      const claims = store.elements
        .filter(([of]) => of === list)
        .map(([, element]) => ({ expr: this.#resolver.instance(body, variable, element), outcomes: wanted }));
      return { kind: "claims", claims };
    }
    if (outcomes === UNCLEAR) return { kind: "claims", claims: [] };
    const each = EACH.filter((outcome) => outcome & outcomes);
    const back = turn === flipped ? flipped : (outcome: Outcomes) => outcome;
    return { kind: "cases", cases: each.map((outcome) => [{ expr, outcomes: back(outcome) }]) };
  }

  /** Adds an element to a list; everything that holds for all elements holds for it. */
  #element(list: string, over: Expr, store: Store): Claim[] {
    const type =
      over.type.kind === "list" || over.type.kind === "set" ? over.type.of : ({ kind: "json" } as const);
    const witness: Expr = { kind: "variable", name: `#${this.#names++}`, type, span: over.span };
    store.elements.push([list, witness]);
    return store.universals
      .filter((universal) => universal.over === list)
      .map((universal) => ({
        expr: this.#resolver.instance(universal.body, universal.variable, witness),
        outcomes: universal.outcomes,
      }));
  }
}

function isOne(outcomes: Outcomes): boolean {
  return outcomes === HOLDS || outcomes === FAILS || outcomes === UNCLEAR;
}

/** A conjunction with these outcomes; with `turn`, a disjunction. */
function joined(items: readonly Expr[], outcomes: Outcomes, turn: (outcomes: Outcomes) => Outcomes): Step {
  const every = (each: Outcomes): Claim[] => items.map((expr) => ({ expr, outcomes: turn(each) }));
  const some = (each: Outcomes): Claim[][] => items.map((expr) => [{ expr, outcomes: turn(each) }]);
  switch (outcomes) {
    case HOLDS:
    case HOLDS | UNCLEAR:
      return { kind: "claims", claims: every(outcomes) };
    case FAILS:
    case FAILS | UNCLEAR:
      return { kind: "cases", cases: some(outcomes) };
    case UNCLEAR:
      return {
        kind: "cases",
        cases: some(UNCLEAR).map((one) => [...every(HOLDS | UNCLEAR), ...one]),
      };
    default:
      return { kind: "cases", cases: [every(HOLDS), ...some(FAILS)] };
  }
}

/**
 * Rewrites comparisons to the forms that are analyzed, `==`, `<` and `in`, with a constant on the right if there is
 * one.
 */
function canonical(expr: Expr): Canonical {
  if (expr.kind !== "compare") return { leaf: expr, isNegated: false };
  const { left, right } = expr;
  switch (expr.operator) {
    case "!=":
      return { leaf: canonical({ ...expr, operator: "==" }).leaf, isNegated: true };
    case "==":
      return { leaf: mustTurn(left, right) ? { ...expr, left: right, right: left } : expr, isNegated: false };
    case ">":
      return { leaf: { ...expr, operator: "<", left: right, right: left }, isNegated: false };
    case "<=":
      return { leaf: { ...expr, operator: "<", left: right, right: left }, isNegated: true };
    case ">=":
      return { leaf: { ...expr, operator: "<" }, isNegated: true };
    case "not in":
      return { leaf: canonical({ ...expr, operator: "in" }).leaf, isNegated: true };
    case "in": {
      const span = right.kind === "const" ? right.value : undefined;
      if (typeof span !== "object" || span === null || !("kind" in span) || span.kind !== "span")
        return { leaf: expr, isNegated: false };
      const bound = (value: unknown): Expr =>
        ({ ...right, value: value as number, type: { kind: "time" } }) as Expr;
      const before = (time: unknown): Expr => ({ ...expr, operator: "<", right: bound(time) }) as Expr;
      const from: Expr = { kind: "not", of: before(span.from), type: expr.type, span: expr.span };
      return { leaf: conjunction([from, before(span.to)]), isNegated: false };
    }
    default:
      return { leaf: expr, isNegated: false };
  }
}

function mustTurn(left: Expr, right: Expr): boolean {
  if (left.kind === "const") return right.kind !== "const";
  return right.kind !== "const" && termKey(left) > termKey(right);
}

/** The first `a else b` among the terms of a leaf. */
function findElse(expr: Expr): (Expr & { kind: "else" }) | undefined {
  switch (expr.kind) {
    case "else":
      return findElse(expr.of) ?? findElse(expr.fallback) ?? expr;
    case "field":
    case "index":
    case "like":
    case "matches":
    case "finds":
    case "negate":
      return findElse(expr.of);
    case "compare":
    case "arithmetic":
      return findElse(expr.left) ?? findElse(expr.right);
    case "list":
      return expr.items.map(findElse).find((each) => each !== undefined);
    case "function":
      return expr.name === "stated" || expr.name === "labels_of"
        ? undefined
        : expr.args.map(findElse).find((each) => each !== undefined);
    default:
      return undefined;
  }
}

/** Splits the leaf: with the value if it is present, with the fallback if it is absent; unknown if that is unknown. */
function chosen(expr: Expr, choice: Expr & { kind: "else" }, outcomes: Outcomes): Step {
  const key = termKey(choice);
  const put = (by: Expr): Expr => {
    const replace = (part: Expr): Expr => (termKey(part) === key ? by : withParts(part, replace));
    return replace(expr);
  };
  const there = has(choice.of);
  const cases: Claim[][] = [
    [
      { expr: there, outcomes: HOLDS },
      { expr: put(choice.of), outcomes },
    ],
    [
      { expr: there, outcomes: FAILS },
      { expr: put(choice.fallback), outcomes },
    ],
  ];
  if (outcomes & UNCLEAR) cases.push([{ expr: there, outcomes: UNCLEAR }]);
  return { kind: "cases", cases };
}
