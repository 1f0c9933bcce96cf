/**
 * Tokens to the concrete tree, by the grammar that `parser.ts` records.
 *
 * Chevrotain could run the grammar itself, one closure a production: hundreds of functions, each slow until it has run
 * often. Here a few functions walk the recorded productions, and soon run fast. A test holds both to the same trees and stops.
 */
import {
  Alternation,
  type Alternative,
  type CstNode,
  type IProduction,
  type IToken,
  NonTerminal,
  Option,
  Repetition,
  Terminal,
  type TokenType,
} from "chevrotain";
import { LEFT_OUT } from "./left-out.js";
import { before, type Choose, chooseAmong, END_OF_RULE, NO_TYPE, NONE } from "./lookahead.js";
import { parser } from "./parser.js";
import type { Rest } from "./ways.js";

/** Where tokens are no longer what the grammar asks for. */
export interface ReadStop {
  /** The index of the token that does not fit; -1 where they end too soon. */
  readonly at: number;
  /** The one that had to stand there; undefined where several could have, or nothing. */
  readonly expected: TokenType | undefined;
  /** The rules that were being read, from the outermost; none where a whole tree stands before the token. */
  readonly rules: readonly string[];
}

/** What was read: a tree, a stop, or both where something is left over behind a whole tree. */
export interface Read {
  readonly tree: CstNode | undefined;
  readonly stop: ReadStop | undefined;
}

/** Reads tokens, from one of them on, as one of the grammar's rules. */
export function read(rule: string, tokens: readonly IToken[], from = 0): Read {
  const reading: Reading = { tokens, at: from, stop: undefined };
  const tree = nodeOf(ruleNamed(rule), reading);
  if (tree === undefined || reading.at === tokens.length) return { tree, stop: reading.stop };
  return { tree, stop: { at: reading.at, expected: undefined, rules: [] } };
}

// --- the grammar, in the form that is walked -------------------------------------------------------------

interface Rule {
  readonly name: string;
  /** Whether it has no node where that would hold a single one. */
  readonly isLeftOut: boolean;
  /** Worked out when the rule is first read: most files need few of them. */
  body: readonly Step[] | undefined;
}

type Step =
  | { readonly kind: "token"; readonly key: string; readonly type: TokenType }
  | { readonly kind: "rule"; readonly rule: Rule }
  | { readonly kind: "choice"; readonly ways: readonly (readonly Step[])[]; readonly choose: Choose }
  | { readonly kind: "option" | "repetition"; readonly body: readonly Step[]; readonly choose: Choose };

const rules = new Map<string, Rule>();

function ruleNamed(name: string): Rule {
  let rule = rules.get(name);
  if (rule === undefined) {
    rule = { name, isLeftOut: LEFT_OUT.has(name), body: undefined };
    rules.set(name, rule);
  }
  return rule;
}

function bodyOf(rule: Rule): readonly Step[] {
  rule.body ??= stepsOf(parser.getGAstProductions()[rule.name]?.definition ?? [], END_OF_RULE);
  return rule.body;
}

/** `after` is what is read behind them. */
function stepsOf(productions: readonly IProduction[], after: Rest | undefined): readonly Step[] {
  return productions.map((each, index) => stepOf(each, before(productions.slice(index + 1), after)));
}

function stepOf(production: IProduction, after: Rest | undefined): Step {
  if (production instanceof Terminal) {
    const { terminalType: type, label } = production;
    return { kind: "token", key: label ?? type.name, type };
  }
  if (production instanceof NonTerminal) return { kind: "rule", rule: ruleNamed(production.nonTerminalName) };
  if (production instanceof Alternation) {
    const alternatives = production.definition as Alternative[];
    const ways = alternatives.map(({ definition }) => stepsOf(definition, after));
    const beginnings = alternatives.map(({ definition }) => before(definition, END_OF_RULE));
    return { kind: "choice", ways, choose: chooseAmong(beginnings, beginnings.length) };
  }
  if (production instanceof Option || production instanceof Repetition) {
    const { definition } = production;
    const choose = chooseAmong([before(definition, END_OF_RULE), after], 1);
    return production instanceof Option
      ? { kind: "option", body: stepsOf(definition, after), choose }
      : { kind: "repetition", body: stepsOf(definition, before([production], after)), choose };
  }
  throw new Error(`the grammar has a production that is not known here: ${production.constructor.name}`);
}

// --- walking it ------------------------------------------------------------------------------------------

/** Children as they are added; `CstNode` has them for readers only. */
type Children = Record<string, (CstNode | IToken)[]>;

/** One reading of some tokens. */
interface Reading {
  readonly tokens: readonly IToken[];
  at: number;
  stop:
    | { readonly at: number; readonly expected: TokenType | undefined; readonly rules: string[] }
    | undefined;
}

function nodeOf(rule: Rule, reading: Reading): CstNode | undefined {
  const body = rule.body ?? bodyOf(rule);
  return rule.isLeftOut ? onlyNodeOf(rule, body, reading) : nodeFrom(rule, body, 0, reading, {}, reading.at);
}

/** The single node that a rule consists of, or one of its own. */
function onlyNodeOf(rule: Rule, body: readonly Step[], reading: Reading): CstNode | undefined {
  const from = reading.at;
  let steps = body;
  let at = pastMissing(steps, 0, reading);
  let step = steps[at];
  // Alternatives of which each is all that is left.
  while (step?.kind === "choice" && at === steps.length - 1) {
    const way = step.ways[choice(step.choose, reading)];
    if (way === undefined) {
      stopped(reading, undefined);
      return left(rule, reading);
    }
    steps = way;
    at = pastMissing(steps, 0, reading);
    step = steps[at];
  }
  if (step?.kind !== "rule") return nodeFrom(rule, steps, at, reading, {}, from);
  const node = nodeOf(step.rule, reading);
  if (node === undefined) return left(rule, reading);
  at = pastMissing(steps, at + 1, reading);
  if (at === steps.length) return node;
  return nodeFrom(rule, steps, at, reading, { [step.rule.name]: [node] }, from);
}

/** Where what stands there goes on, behind what may be missing and is. */
function pastMissing(steps: readonly Step[], from: number, reading: Reading): number {
  let at = from;
  while (at < steps.length) {
    const step = steps[at] as Step;
    const isMissing =
      (step.kind === "option" || step.kind === "repetition") && choice(step.choose, reading) === NONE;
    if (!isMissing) break;
    at++;
  }
  return at;
}

/** The node of a rule that began at `from`, with what its steps from one on read added to its children. */
function nodeFrom(
  rule: Rule,
  steps: readonly Step[],
  step: number,
  reading: Reading,
  children: Children,
  from: number,
): CstNode | undefined {
  if (!take(steps, step, reading, children)) return left(rule, reading);
  const { tokens, at } = reading;
  // What holds no token stands nowhere.
  const some = at > from;
  const startOffset = some ? (tokens[from] as IToken).startOffset : -1;
  const endOffset = some ? endOf(tokens[at - 1] as IToken) : -1;
  return { name: rule.name, children, location: { startOffset, endOffset } };
}

/** Where a token ends, inclusively; a lexer that is asked for offsets alone leaves that out. */
function endOf({ endOffset, startOffset, image }: IToken): number {
  return endOffset ?? startOffset + image.length - 1;
}

/** Of a rule in which the tokens did not fit. */
function left(rule: Rule, reading: Reading): undefined {
  reading.stop?.rules.unshift(rule.name);
}

/** Adds what the steps from one on read; false where the tokens do not fit: nothing is tried a second time. */
function take(steps: readonly Step[], from: number, reading: Reading, children: Children): boolean {
  for (let i = from; i < steps.length; i++) {
    const step = steps[i] as Step;
    switch (step.kind) {
      case "token": {
        const token = reading.at < reading.tokens.length ? reading.tokens[reading.at] : undefined;
        if (token === undefined || !isOf(token, step.type)) return stopped(reading, step.type);
        reading.at++;
        add(children, step.key, token);
        break;
      }
      case "rule": {
        const node = nodeOf(step.rule, reading);
        if (node === undefined) return false;
        add(children, step.rule.name, node);
        break;
      }
      case "choice": {
        const way = step.ways[choice(step.choose, reading)];
        if (way === undefined) return stopped(reading, undefined);
        if (!take(way, 0, reading, children)) return false;
        break;
      }
      case "option":
        if (choice(step.choose, reading) !== NONE && !take(step.body, 0, reading, children)) return false;
        break;
      case "repetition":
        while (choice(step.choose, reading) !== NONE)
          if (!take(step.body, 0, reading, children)) return false;
        break;
    }
  }
  return true;
}

function choice(choose: Choose, { tokens, at }: Reading): number {
  const first = choose[typeAt(tokens, at)] ?? NONE;
  return typeof first === "number" ? first : (first[typeAt(tokens, at + 1)] ?? NONE);
}

/** Engines give up fast code for a place that is read beyond its end. */
function typeAt(tokens: readonly IToken[], at: number): number {
  return at < tokens.length ? (tokens[at] as IToken).tokenTypeIdx : NO_TYPE;
}

function stopped(reading: Reading, expected: TokenType | undefined): false {
  const at = reading.at < reading.tokens.length ? reading.at : -1;
  reading.stop = { at, expected, rules: [] };
  return false;
}

function isOf(token: IToken, type: TokenType): boolean {
  return token.tokenTypeIdx === type.tokenTypeIdx || type.categoryMatchesMap?.[token.tokenTypeIdx] === true;
}

function add(children: Children, key: string, child: CstNode | IToken): void {
  const before = children[key];
  if (before === undefined) children[key] = [child];
  else before.push(child);
}
