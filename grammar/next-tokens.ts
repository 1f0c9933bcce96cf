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
  let open = openTerminals(push(parser.getGAstProductions()[rule]?.definition ?? [], undefined));
  for (const token of prefix) {
    const taken = open.filter(({ head }) => tokenMatcher(token, (head as Terminal).terminalType));
    open = taken.flatMap(({ tail }) => openTerminals(tail));
  }
  return new Set(open.map(({ head }) => (head as Terminal).terminalType));
}

function push(definition: readonly IProduction[], tail: Rest | undefined): Rest | undefined {
  return definition.reduceRight<Rest | undefined>((rest, head) => ({ head, tail: rest }), tail);
}

/** Every way on that begins with a terminal. */
function openTerminals(rest: Rest | undefined): readonly Rest[] {
  if (rest === undefined) return [];
  const { head, tail } = rest;
  if (head instanceof Terminal) return [rest];
  if (head instanceof NonTerminal) return openTerminals(push(head.referencedRule.definition, tail));
  if (head instanceof Alternation) {
    return head.definition.flatMap((way) => openTerminals({ head: way, tail }));
  }
  if (head instanceof Alternative) return openTerminals(push(head.definition, tail));
  if (head instanceof Option) return [...openTerminals(push(head.definition, tail)), ...openTerminals(tail)];
  if (head instanceof Repetition) {
    return [...openTerminals(push(head.definition, rest)), ...openTerminals(tail)];
  }
  return [];
}
