/** Which tokens the grammar takes after a beginning: what messages and completion are made of. */
import {
  Alternation,
  Alternative,
  type IProduction,
  type IToken,
  NonTerminal,
  Option,
  Repetition,
  Terminal,
  type TokenType,
  tokenMatcher,
} from "chevrotain";
import { parser } from "./parser.js";

/** What is still to be read, as a list from the next production on; it ends with undefined. */
interface Rest {
  readonly head: IProduction;
  readonly tail: Rest | undefined;
}

/**
 * The tokens that may follow a beginning of a rule; empty where it is no beginning of that rule, or all of it.
 *
 * All ways to read the beginning are followed, not only the one that the parser's two tokens of lookahead choose.
 */
export function nextTokens(rule: string, prefix: readonly IToken[]): ReadonlySet<TokenType> {
  const ways = new Ways();
  let open = ways.openTerminals(
    ways.push(parser.getGAstProductions()[rule]?.definition ?? [], undefined),
    new Set(),
  );
  for (const token of prefix) {
    const next = new Set<Rest>();
    for (const { head, tail } of open) {
      if (tokenMatcher(token, (head as Terminal).terminalType)) ways.openTerminals(tail, next);
    }
    open = next;
  }
  return new Set([...open].map(({ head }) => (head as Terminal).terminalType));
}

/** Lists of which equal ones are one: the ways to read `a.b == c.d` would double with every dot otherwise. */
class Ways {
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
