/** Which tokens the grammar accepts after the beginning of a rule: what messages list and completion offers. */
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
 * The tokens that may follow the beginning of a rule; none if it is not a beginning of that rule, or is all of it.
 *
 * Follows every path through the grammar, not only the one that the parser's lookahead chooses. Chevrotain's own
 * `computeContentAssist` does too, but visits equal paths again and again: their number doubles with every dotted name.
 */
export function continuations(rule: string, beginning: readonly IToken[]): ReadonlySet<TokenType> {
  const paths = new Paths();
  let open = paths.open(
    paths.push(parser.getGAstProductions()[rule]?.definition ?? [], undefined),
    new Set(),
  );
  for (const token of beginning) {
    const next = new Set<Rest>();
    for (const { head, tail } of open) {
      if (tokenMatcher(token, (head as Terminal).terminalType)) paths.open(tail, next);
    }
    open = next;
  }
  return new Set([...open].map(({ head }) => (head as Terminal).terminalType));
}

/** Lists of which equal ones are the same object, so that a set holds each path once. */
class Paths {
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

  /** Adds every path that begins with a terminal; returns the same set. */
  open(rest: Rest | undefined, found: Set<Rest>): Set<Rest> {
    if (rest === undefined) return found;
    const { head, tail } = rest;
    if (head instanceof Terminal) found.add(rest);
    else if (head instanceof NonTerminal) {
      this.open(this.push(head.referencedRule.definition, tail), found);
    } else if (head instanceof Alternation) {
      for (const alternative of head.definition) this.open(this.push([alternative], tail), found);
    } else if (head instanceof Alternative) this.open(this.push(head.definition, tail), found);
    else if (head instanceof Option) {
      this.open(this.push(head.definition, tail), found);
      this.open(tail, found);
    } else if (head instanceof Repetition) {
      this.open(this.push(head.definition, rest), found);
      this.open(tail, found);
    }
    return found;
  }
}
