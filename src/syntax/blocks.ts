/** The blocks of the language: which rule of the grammar opens one, what it contains, and where its items begin. */
import type { IToken, TokenType } from "chevrotain";
import { keywords as k, marks as m } from "../../grammar/tokens.js";
import type { Layout } from "./layout.js";
import { is, isCloser, isOpener, isWord } from "./token-kinds.js";

/** One kind of block. */
export interface Block {
  /** How messages name it: `a rule`. */
  readonly name: string;
  /** The rule of the grammar for one item. */
  readonly item: string;
  /** What an item is called. */
  readonly itemName: string;
  /** The words that begin an item; none if any word does. */
  readonly starters: readonly TokenType[];
}

const CLAUSES = [k.agent, k.call, k.when, k.unless, k.need, k.with, k.until, k.because];
const STEPS = [
  k.given,
  k.expect,
  k.call,
  k.send,
  k.outcome,
  k.approve,
  k.reject,
  k.begin,
  k.commit,
  k.abort,
  k.wait,
];

const BLOCKS: Readonly<Record<string, Block>> = {
  rule: { name: "a rule", item: "clause", itemName: "clause", starters: CLAUSES },
  exception: {
    name: "an exception",
    item: "exceptionItem",
    itemName: "clause",
    starters: [...CLAUSES, k.uses],
  },
  limit: {
    name: "a limit",
    item: "limitItem",
    itemName: "clause",
    starters: [k.agent, k.call, k.when, k.unless, k.per, k.at, k.over, k.because],
  },
  tool: {
    name: "a tool",
    item: "toolItem",
    itemName: "item",
    starters: [k.title, k.action, k.tier, k.args, k.result, k.accepts, k.yields, k.tags, k.scope, k.timeout],
  },
  agent: {
    name: "an agent",
    item: "agentItem",
    itemName: "item",
    starters: [k.title, k.owner, k.acts, k.invoked, k.credential],
  },
  approval: {
    name: "an approval",
    item: "approvalItem",
    itemName: "item",
    starters: [k.from, k.quorum, k.expires, k.uses, k.binds],
  },
  transaction: {
    name: "a transaction",
    item: "transactionItem",
    itemName: "item",
    starters: [k.agent, k.lasts, k.idle, k.steps, k.order, k.irreversible, k.confirm],
  },
  transactionItem: {
    name: "an order",
    item: "transactionStep",
    itemName: "step",
    starters: [k.once, k.maybe, k.at],
  },
  test: { name: "a test", item: "step", itemName: "step", starters: [...STEPS, k.repeat] },
  repeat: { name: "a repeat", item: "step", itemName: "step", starters: [...STEPS, k.repeat] },
  matrix: { name: "a matrix", item: "row", itemName: "row", starters: [] },
  delegation: { name: "a delegation", item: "delegation", itemName: "item", starters: [k.depth] },
  record: { name: "a record", item: "field", itemName: "field", starters: [] },
  recordLit: { name: "a record", item: "entry", itemName: "field", starters: [] },
  quantifier: { name: "a quantifier", item: "expr", itemName: "condition", starters: [] },
};

/** Reports whether a token begins an item of the block that a rule of the grammar opens. */
export function beginsItemOf(rule: string | undefined, token: IToken | undefined): boolean {
  const block = rule === undefined || !Object.hasOwn(BLOCKS, rule) ? undefined : BLOCKS[rule];
  return token !== undefined && (block?.starters.includes(token.tokenType) ?? false);
}

/** Reports whether a token begins an item of some block. */
export function beginsItemAnywhere(token: IToken): boolean {
  return Object.values(BLOCKS).some(({ starters }) => starters.includes(token.tokenType));
}

/** A block around a position: its kind, and the index of its opening brace. */
export interface OpenBlock {
  readonly block: Block;
  readonly rule: string;
  readonly brace: number;
}

/**
 * Returns the blocks that are open before a token, outermost first; a block whose head contains the token is not open
 * yet.
 */
export function blocksAround(
  tokens: readonly IToken[],
  at: number,
  ruleStack: readonly string[],
): readonly OpenBlock[] {
  const braces: number[] = [];
  for (let i = 0; i < at; i++) {
    if (is(tokens[i], m["{"])) braces.push(i);
    else if (is(tokens[i], m["}"])) braces.pop();
  }
  const rules = ruleStack.filter((rule) => Object.hasOwn(BLOCKS, rule));
  // A transaction's item is a block only where its `order {` is open: it is then not the innermost without a brace.
  return braces.flatMap((brace, index) => {
    const rule = rules[index] ?? "";
    const block = BLOCKS[rule];
    return block === undefined ? [] : [{ block, rule, brace }];
  });
}

/** Reports whether an item of a block begins at a token directly in that block. */
export function beginsItem(
  tokens: readonly IToken[],
  at: number,
  { block, rule }: OpenBlock,
  layout: Layout,
): boolean {
  const token = tokens[at];
  if (token === undefined) return false;
  if (rule === "matrix") return layout.isFirst(token);
  if (rule === "record" && is(token, m["@"])) return !is(tokens[at - 1], m["@"]);
  if (rule === "record" || rule === "recordLit") {
    // A field begins with its annotations.
    if (is(tokens[at - 1], m[")"]) || is(tokens[at - 2], m["@"])) return false;
    const next = is(tokens[at + 1], m["?"]) ? tokens[at + 2] : tokens[at + 1];
    return isWord(token) && is(next, m[":"]);
  }
  if (!block.starters.includes(token.tokenType)) return false;
  return layout.isFirst(token) || !isInsideOfItem(tokens, at);
}

/** Reports whether the context of a word makes it a plain name. */
function isInsideOfItem(tokens: readonly IToken[], at: number): boolean {
  const before = tokens[at - 1];
  const names = [
    m["."],
    m[","],
    m["@"],
    k.per,
    k.same,
    k.of,
    k.in,
    k.over,
    k.expect,
    k.role,
    k.by,
    k.inside,
    k.tagged,
  ];
  return is(before, ...names) || is(tokens[at + 1], m["."]);
}

/** Returns the index of the item that a token belongs to: the last beginning before it, or the block's first token. */
export function itemBefore(tokens: readonly IToken[], at: number, open: OpenBlock, layout: Layout): number {
  let start = open.brace + 1;
  forEachIn(tokens, open.brace + 1, at, (i) => {
    if (beginsItem(tokens, i, open, layout)) start = i;
    return false;
  });
  return start;
}

/** Returns the index at which the next item begins, or of the block's closing brace. */
export function itemAfter(tokens: readonly IToken[], from: number, open: OpenBlock, layout: Layout): number {
  let depth = 0;
  for (let i = open.brace + 1; i < from; i++) {
    if (isOpener(tokens[i])) depth++;
    else if (isCloser(tokens[i])) depth--;
  }
  for (let i = from; i < tokens.length; i++) {
    if (depth === 0 && is(tokens[i], m["}"])) return i;
    if (depth === 0 && beginsItem(tokens, i, open, layout)) return i;
    if (isOpener(tokens[i])) depth++;
    else if (isCloser(tokens[i])) depth--;
  }
  return tokens.length;
}

/** Calls back with every index in a range that is not inside nested brackets. */
function forEachIn(
  tokens: readonly IToken[],
  from: number,
  to: number,
  visit: (at: number) => boolean,
): void {
  let depth = 0;
  for (let i = from; i < to; i++) {
    if (depth === 0 && visit(i)) return;
    if (isOpener(tokens[i])) depth++;
    else if (isCloser(tokens[i])) depth--;
  }
}
