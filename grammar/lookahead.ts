/** Which alternative the next two tokens choose: LL(2), the first one that fits. */
import { EOF, type IProduction, Terminal, type TokenType } from "chevrotain";
import { allTokens } from "./tokens.js";
import { type Rest, Ways } from "./ways.js";

/**
 * The index of the alternative, by the index of the first token's type: a number, or where that does not tell, one for each
 * type of the second.
 */
export type Choose = readonly (number | Int8Array)[];

/** No alternative fits. */
export const NONE = -1;
/** The index of no type. */
export const NO_TYPE = 0;
/** So many indexes there are. */
const TYPES = 1 + Math.max(...allTokens.map(({ tokenTypeIdx = NO_TYPE }) => tokenTypeIdx));
/** Stands where a rule, or an alternative of one, is over: what comes then is not looked at. */
const OVER = new Terminal({ terminalType: EOF });

const ways = new Ways();

/** The end of a rule. */
export const END_OF_RULE = ways.push([OVER], undefined);

/** What is to be read from some productions on, before what is to be read then. */
export function before(productions: readonly IProduction[], after: Rest | undefined): Rest | undefined {
  return ways.push(productions, after);
}

/**
 * The choice between alternatives, each by what begins with it; only the first `count` of them are ever chosen.
 *
 * The second token is looked at only where the first could begin another alternative as well, so that whatever else is wrong is
 * found further in, where more is known of it.
 */
export function chooseAmong(alternatives: readonly (Rest | undefined)[], count: number): Choose {
  const beginnings = alternatives.map(beginningsOf);
  const times: number[] = new Array(TYPES).fill(0);
  for (const types of beginnings) {
    const indexes = new Set([...types.keys()].flatMap(indexesOf));
    for (const index of indexes) times[index] = (times[index] ?? 0) + 1;
  }
  const choose: (number | Int8Array)[] = new Array(TYPES).fill(NONE);
  for (const [way, types] of beginnings.slice(0, count).entries()) {
    for (const [first, rests] of types) {
      const indexes = indexesOf(first);
      const seconds = indexes.every((index) => times[index] === 1) ? undefined : secondsOf(rests);
      for (const index of indexes) choose[index] = chosen(choose[index] ?? NONE, way, seconds);
    }
  }
  return choose;
}

/** What may follow each token that may stand first. */
function beginningsOf(alternative: Rest | undefined): ReadonlyMap<TokenType, readonly Rest[]> {
  const types = new Map<TokenType, Rest[]>();
  for (const rest of ways.openTerminals(alternative, new Set())) {
    const type = (rest.head as Terminal).terminalType;
    const same = types.get(type);
    if (same === undefined) types.set(type, [rest]);
    else same.push(rest);
  }
  return types;
}

/** The indexes of what may stand second; undefined where that may be anything, for the alternative may be over. */
function secondsOf(firsts: readonly Rest[]): readonly number[] | undefined {
  const rests = new Set<Rest>();
  for (const { tail } of firsts) ways.openTerminals(tail, rests);
  const types = [...rests].map(({ head }) => (head as Terminal).terminalType);
  return types.includes(EOF) ? undefined : types.flatMap(indexesOf);
}

/** What is chosen behind one first token once one more alternative is known. */
function chosen(
  earlier: number | Int8Array,
  way: number,
  seconds: readonly number[] | undefined,
): number | Int8Array {
  if (typeof earlier === "number" && (earlier !== NONE || seconds === undefined)) {
    return earlier === NONE ? way : earlier;
  }
  const choice = typeof earlier === "number" ? new Int8Array(TYPES).fill(NONE) : earlier;
  for (const index of seconds ?? choice.keys()) if (choice[index] === NONE) choice[index] = way;
  return choice;
}

/** Of a type and of all that are of its kind as well: a NAME is every keyword that is not reserved. */
function indexesOf(type: TokenType): readonly number[] {
  return [type.tokenTypeIdx ?? NO_TYPE, ...(type.categoryMatches ?? [])];
}
