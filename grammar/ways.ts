/** Ways through the grammar: what is still to be read at a place, and with which tokens that may begin. */
import {
  Alternation,
  Alternative,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  Terminal,
} from "chevrotain";

/** What is still to be read, as a list from the next production on; it ends with undefined. */
export interface Rest {
  readonly head: IProduction;
  readonly tail: Rest | undefined;
}

/** Lists of which equal ones are one: the ways to read `a.b == c.d` would double with every dot otherwise. */
export class Ways {
  readonly #known = new Map<Rest | undefined, Map<IProduction, Rest>>();

  push(definition: readonly IProduction[], tail: Rest | undefined): Rest | undefined {
    return definition.reduceRight<Rest | undefined>((rest, head) => this.#rest(head, rest), tail);
  }

  #rest(head: IProduction, tail: Rest | undefined): Rest {
    let heads = this.#known.get(tail);
    if (heads === undefined) {
      heads = new Map();
      this.#known.set(tail, heads);
    }
    let rest = heads.get(head);
    if (rest === undefined) {
      rest = { head, tail };
      heads.set(head, rest);
    }
    return rest;
  }

  /** Adds every way on that begins with a terminal; gives the same set. */
  openTerminals(rest: Rest | undefined, found: Set<Rest>): Set<Rest> {
    if (rest === undefined) return found;
    const { head, tail } = rest;
    if (head instanceof Terminal) found.add(rest);
    else if (head instanceof NonTerminal) {
      this.openTerminals(this.push(head.referencedRule.definition, tail), found);
    } else if (head instanceof Alternation) {
      for (const way of head.definition) this.openTerminals(this.push([way], tail), found);
    } else if (head instanceof Alternative) this.openTerminals(this.push(head.definition, tail), found);
    else if (head instanceof Option) {
      this.openTerminals(this.push(head.definition, tail), found);
      this.openTerminals(tail, found);
    } else if (head instanceof Repetition) {
      this.openTerminals(this.push(head.definition, rest), found);
      this.openTerminals(tail, found);
    }
    return found;
  }
}
