/** The assumptions about one kind of request: each fact only narrows what its terms may be. */
import type { Type } from "../../values/type.js";
import type { Expr } from "../program.js";
import { ABSENT, type Outcomes, type Presence, THERE, UNKNOWABLE } from "./outcomes.js";
import type { Situation } from "./situation.js";
import { termKey } from "./term-key.js";
import {
  type Atom,
  atomOf,
  boundsOf,
  EVERY_NUMBER,
  EVERY_VALUE,
  meet,
  meetRanges,
  oneOf,
  type Range,
  type ValueSet,
  valuesOf,
} from "./value-set.js";

/** What holds for every element of a list, as long as the list is known. */
export interface Universal {
  readonly over: string;
  readonly variable: string;
  readonly body: Expr;
  readonly outcomes: Outcomes;
}

/** `a < b`, or `a <= b`. */
interface Order {
  readonly less: Expr;
  readonly more: Expr;
  readonly strict: boolean;
}

const MAX_ROUNDS = 4;

/** A point to which a store can go back. */
export interface Mark {
  readonly state: number;
  readonly changes: number;
  readonly orders: number;
  readonly universals: number;
  readonly elements: number;
}

/** The initial mark of every store. */
export const NOTHING_ASSUMED: Mark = { state: 0, changes: 0, orders: 0, universals: 0, elements: 0 };

/** One change, for undoing it. */
interface Change {
  readonly facts: Map<string, unknown>;
  readonly key: string;
  readonly before: unknown;
}

/** What is assumed of terms so far; an assumption that contradicts it returns false. */
export class Store {
  readonly #situation: Situation;
  readonly #terms = new Map<string, Expr>();
  readonly #values = new Map<string, ValueSet>();
  readonly #presence = new Map<string, Presence>();
  readonly #leaves = new Map<string, Outcomes>();
  readonly #types = new Map<Type, ValueSet>();
  readonly #orders: Order[] = [];
  readonly #changes: Change[] = [];
  #state = 0;
  #lastState = 0;
  readonly universals: Universal[] = [];
  /** Elements assumed to be in a list, by the list. */
  readonly elements: [over: string, element: Expr][] = [];

  constructor(situation: Situation) {
    this.#situation = situation;
  }

  /** A number that identifies the current assumptions about terms and leaves: equal numbers mean equal assumptions. */
  get state(): number {
    return this.#state;
  }

  /**
   * The current state, to return to. Cases are tried one after the other from it; undoing is cheaper than a copy for
   * each case.
   */
  mark(): Mark {
    return {
      state: this.#state,
      changes: this.#changes.length,
      orders: this.#orders.length,
      universals: this.universals.length,
      elements: this.elements.length,
    };
  }

  /** Drops every assumption made since the mark. */
  backTo(mark: Mark): void {
    while (this.#changes.length > mark.changes) {
      const { facts, key, before } = this.#changes.pop() as Change;
      if (before === undefined) facts.delete(key);
      else facts.set(key, before);
    }
    this.#state = mark.state;
    this.#orders.length = mark.orders;
    this.universals.length = mark.universals;
    this.elements.length = mark.elements;
  }

  #put<Fact>(facts: Map<string, Fact>, key: string, fact: Fact): void {
    this.#state = ++this.#lastState;
    this.#changes.push({ facts, key, before: facts.get(key) });
    facts.set(key, fact);
  }

  /** The outcome assumed for a condition that is not analyzed; undefined if there is none. */
  outcomeOf(leaf: string): Outcomes | undefined {
    return this.#leaves.get(leaf);
  }

  /** Records the outcome of a condition that is not analyzed. */
  comesOut(leaf: string, outcome: Outcomes): void {
    this.#put(this.#leaves, leaf, outcome);
  }

  // --- presence -----------------------------------------------------------------------------------------

  /** The possible states of a term: present, absent, or unknown. */
  presenceOf(term: Expr): Presence {
    const assumed = this.#presence.size === 0 ? undefined : this.#presence.get(termKey(term));
    const possible = this.#possiblePresence(term);
    return assumed === undefined ? possible : assumed & possible;
  }

  #possiblePresence(term: Expr): Presence {
    switch (term.kind) {
      case "const":
      case "variable":
        return THERE;
      case "root":
        if (term.root === "user") {
          const { user } = this.#situation;
          return user === "present" ? THERE : user === "absent" ? ABSENT : THERE | ABSENT;
        }
        if (term.root === "session" || term.root === "labels") return THERE | UNKNOWABLE;
        if (term.root === "txn") return THERE | ABSENT | UNKNOWABLE;
        return term.root === "reported" ? THERE | ABSENT : THERE;
      case "field":
      case "index": {
        const of = this.presenceOf(term.of);
        const optional = term.kind === "index" || term.optional;
        return (of & ~THERE) | (of & THERE ? THERE | (optional ? ABSENT : 0) : 0);
      }
      case "negate":
        return this.#computed([term.of]);
      case "arithmetic":
        return this.#computed([term.left, term.right]) | (this.#overflows(term) ? UNKNOWABLE : 0);
      case "function":
        if (term.name === "stated" || term.name === "labels_of" || term.name === "texts")
          return THERE | UNKNOWABLE;
        if (term.name === "hour" || term.name === "minute" || term.name === "weekday")
          return this.#computed(term.args) | UNKNOWABLE;
        return this.#computed(term.args);
      case "list":
        return this.#computed(term.items);
      default:
        return THERE | ABSENT | UNKNOWABLE;
    }
  }

  #computed(parts: readonly Expr[]): Presence {
    let presence = THERE;
    for (const part of parts) {
      const of = this.presenceOf(part);
      if (of & ~THERE) presence |= UNKNOWABLE;
      if ((of & THERE) === 0) presence &= ~THERE;
    }
    return presence;
  }

  /** Whether the result may be in the range where an evaluator overflows. */
  #overflows(term: Expr & { kind: "arithmetic" }): boolean {
    const { low, high } = this.#computedRange(term) ?? EVERY_NUMBER;
    const most = term.type.kind === "number" ? Number.MAX_VALUE : Number.MAX_SAFE_INTEGER;
    return low < -most || high > most;
  }

  /** Assumes the state of a term and what follows for its parts; returns false if it is impossible. */
  be(term: Expr, presence: Presence): boolean {
    const possible = this.presenceOf(term);
    const now = possible & presence;
    if (now === 0) return false;
    // If the term was certain before, so were its parts.
    if (possible === THERE) return true;
    const key = termKey(term);
    this.#put(this.#terms, key, term);
    this.#put(this.#presence, key, now);
    if (term.kind === "field" || term.kind === "index") {
      if (now === THERE) return this.be(term.of, THERE);
      const optional = term.kind === "index" || term.optional;
      return optional || this.be(term.of, now);
    }
    if (now !== THERE) return true;
    switch (term.kind) {
      case "negate":
        return this.be(term.of, THERE);
      case "arithmetic":
        return this.be(term.left, THERE) && this.be(term.right, THERE);
      case "function":
        return (
          term.name === "stated" || term.name === "labels_of" || term.args.every((arg) => this.be(arg, THERE))
        );
      case "list":
        return term.items.every((item) => this.be(item, THERE));
      default:
        return true;
    }
  }

  // --- values -------------------------------------------------------------------------------------------

  /** Every value a term may have if it is present. */
  valuesOf(term: Expr): ValueSet {
    return this.#values.get(termKey(term)) ?? this.#initial(term);
  }

  #initial(term: Expr): ValueSet {
    if (term.kind === "const") {
      const atom = atomOf(term.value);
      return atom === undefined ? EVERY_VALUE : oneOf([atom]);
    }
    const { agent } = this.#situation;
    if (term.kind === "field" && term.of.kind === "root" && term.of.root === "agent" && agent !== undefined) {
      if (term.name === "#id") return oneOf([agent]);
      const name = this.#situation.program.agents.get(agent)?.name;
      if (term.name === "id" && name !== undefined) return oneOf([name]);
    }
    if (
      term.kind === "field" &&
      term.name.startsWith("#role ") &&
      this.#situation.roles !== undefined &&
      term.of.kind === "root"
    ) {
      return oneOf([this.#situation.roles.has(term.name.slice(6))]);
    }
    if (term.kind === "function" && term.name === "size") return sizesOf(term.args[0]);
    return this.#ofType(term.type);
  }

  #ofType(type: Type): ValueSet {
    let values = this.#types.get(type);
    if (values === undefined) {
      values = valuesOf(type);
      this.#types.set(type, values);
    }
    return values;
  }

  /** Narrows the values of a term; returns false if none is left. */
  narrow(term: Expr, to: ValueSet): boolean {
    const key = termKey(term);
    const known = this.#values.get(key);
    const met = meet(known ?? this.#initial(term), to);
    if (met === undefined) return false;
    if (this.#terms.get(key) !== term) this.#put(this.#terms, key, term);
    if (met === known) return true;
    this.#put(this.#values, key, met);
    return true;
  }

  narrowRange(term: Expr, range: Partial<Range>): boolean {
    const { low, high, lowOut, highOut, whole } = EVERY_NUMBER;
    return this.narrow(term, {
      not: EVERY_VALUE.not,
      shapes: EVERY_VALUE.shapes,
      range: {
        low: range.low ?? low,
        high: range.high ?? high,
        lowOut: range.lowOut ?? lowOut,
        highOut: range.highOut ?? highOut,
        whole: range.whole ?? whole,
      },
    });
  }

  narrowTo(term: Expr, atoms: Iterable<Atom>): boolean {
    return this.narrow(term, oneOf(atoms));
  }

  narrowFrom(term: Expr, atoms: Iterable<Atom>): boolean {
    return this.narrow(term, { ...EVERY_VALUE, not: new Set(atoms) });
  }

  order(less: Expr, more: Expr, strict: boolean): boolean {
    this.#orders.push({ less, more, strict });
    return this.#applyOrder({ less, more, strict });
  }

  /** Bounds of a number, including a computed one. */
  rangeOf(term: Expr): Range {
    const own = boundsOf(this.valuesOf(term));
    const computed = this.#computedRange(term);
    return computed === undefined ? own : meetRanges(own, computed);
  }

  /** Rounding of doubles may reach an excluded bound, so computed bounds are included. */
  #computedRange(term: Expr): Range | undefined {
    if (term.kind === "negate") {
      const { low, high } = this.rangeOf(term.of);
      return { ...EVERY_NUMBER, low: 0 - high, high: 0 - low };
    }
    if (term.kind !== "arithmetic") return undefined;
    const [a, b] = [this.rangeOf(term.left), this.rangeOf(term.right)];
    const ends =
      term.operator === "+"
        ? [a.low + b.low, a.high + b.high]
        : term.operator === "-"
          ? [a.low - b.high, a.high - b.low]
          : [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
    if (ends.some(Number.isNaN)) return EVERY_NUMBER;
    return { ...EVERY_NUMBER, low: Math.min(...ends), high: Math.max(...ends) };
  }

  #applyOrder({ less, more, strict }: Order): boolean {
    const [a, b] = [this.rangeOf(less), this.rangeOf(more)];
    const below =
      less.kind === "const" || this.narrowRange(less, { high: b.high, highOut: strict || b.highOut });
    const above = more.kind === "const" || this.narrowRange(more, { low: a.low, lowOut: strict || a.lowOut });
    return below && above;
  }

  // --- consistency --------------------------------------------------------------------------------------

  /** Whether the assumptions may all be true. False is certain; true is not. */
  isConsistent(): boolean {
    for (const key of this.#presence.keys()) {
      const term = this.#terms.get(key);
      if (term !== undefined && this.presenceOf(term) === 0) return false;
    }
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = this.#changes.length;
      for (const order of this.#orders) if (!this.#applyOrder(order)) return false;
      if (this.#changes.length === before) break;
    }
    for (const key of this.#values.keys()) {
      const term = this.#terms.get(key);
      if (term === undefined || this.#computedRange(term) === undefined) continue;
      const { low, high, lowOut, highOut } = this.rangeOf(term);
      if (low > high || (low === high && (lowOut || highOut))) return false;
    }
    return true;
  }
}

/**
 * Sizes are bounded only for values parsed by their type; collections that the engine builds have no reliable bound.
 */
function sizesOf(of: Expr | undefined): ValueSet {
  const type = of?.type;
  const read = of !== undefined && isReadByType(of) && type !== undefined;
  const max = read && "max" in type && typeof type.max === "number" ? type.max : Number.POSITIVE_INFINITY;
  const min = read && "min" in type && typeof type.min === "number" ? type.min : 0;
  return { ...EVERY_VALUE, range: { ...EVERY_NUMBER, low: min, high: max, whole: true } };
}

function isReadByType(term: Expr): boolean {
  if (term.kind === "field") return isReadByType(term.of);
  return term.kind === "root" && (term.root === "args" || term.root === "context");
}
