/** Which tokens the grammar takes after a beginning: what messages and completion are made of. */
import { type IToken, type Terminal, type TokenType, tokenMatcher } from "chevrotain";
import { parser } from "./parser.js";
import { type Rest, Ways } from "./ways.js";

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
