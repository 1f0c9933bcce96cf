/**
 * Recovers the valid parts of a file with mistakes.
 *
 * Each declaration is parsed separately, so a mistake never affects the next one. If the parser stops, the mistake is
 * reported, repaired or removed, and the declaration is parsed again: its valid parts are kept, and further mistakes
 * are reported.
 */
import type { IToken, TokenType } from "chevrotain";
import type { ItemCstNode, ModuleHeaderCstNode } from "../../grammar/cst.js";
import { type ParseStop, parseAs, type Tree } from "../../grammar/parse-tokens.js";
import { keywords as k, marks as m, Text } from "../../grammar/tokens.js";
import { suggest } from "../diagnostics/did-you-mean.js";
import type { Source } from "../source/source.js";
import { beginsItemAnywhere, blocksAround, itemBefore } from "./blocks.js";
import { balance, unmatched } from "./brackets.js";
import { GIVEN_UP, isBroken, UNCLOSED } from "./build-context.js";
import {
  afterAnnotations,
  DECLARATION_WORDS,
  isDeclarationWord,
  looksLikeDeclaration,
} from "./declaration-shapes.js";
import { tokensAfter } from "./expected.js";
import { FOREIGN_DECLARATIONS } from "./foreign-words.js";
import { Layout } from "./layout.js";
import { MAX_REPAIR_TOKENS } from "./limits.js";
import type { Edit, Mistake, Stop } from "./mistake.js";
import { isRecognised, recognise } from "./mistakes.js";
import { type Problems, quoted } from "./problems.js";
import { giveUpItem, giveUpRest, singleTokenEdits } from "./repair.js";
import { segments } from "./segments.js";
import { endOf, is, isCloser, isOpener, isWord, standIn, tokenOver } from "./token-kinds.js";

/** Returns the trees of the valid parts of a file with mistakes. */
export function recoverTrees(source: Source, tokens: readonly IToken[], problems: Problems): Iterable<Tree> {
  // No more diagnostics are accepted, and the remaining tokens are not the whole file.
  return problems.full ? [] : new Recovery(source, tokens, problems).run();
}

class Recovery {
  readonly #source: Source;
  readonly #tokens: readonly IToken[];
  readonly #problems: Problems;
  readonly #layout: Layout;
  readonly #items: ItemCstNode[] = [];
  #module: ModuleHeaderCstNode | undefined;
  /** True if the block that contains the current position is closed. */
  #outside = false;
  /** The lines of the current declaration with a removed bracket. */
  #spoiltLines: ReadonlySet<number> = new Set();
  /** How many more tokens may be parsed again: this bounds the time for a file that consists of mistakes. */
  #budget: number;

  constructor(source: Source, tokens: readonly IToken[], problems: Problems) {
    this.#source = source;
    this.#tokens = tokens;
    this.#problems = problems;
    this.#layout = new Layout(source);
    this.#budget = MAX_REPAIR_TOKENS + tokens.length;
  }

  run(): readonly Tree[] {
    for (const [from, to] of segments(this.#tokens, this.#layout)) {
      if (this.#problems.full) break;
      this.#declaration(this.#tokens.slice(from, to));
    }
    return this.#module === undefined ? this.#items : [this.#module, ...this.#items];
  }

  /** Parses one declaration, and the remaining tokens on its lines. */
  #declaration(segment: readonly IToken[]): undefined {
    let rest: readonly IToken[] | undefined = segment;
    while (rest !== undefined && rest.length > 0 && !this.#problems.full) {
      const begun = this.#head(rest);
      rest = begun === undefined ? undefined : this.#body(begun);
    }
  }

  /** Returns the tokens with a declaration keyword at the start; undefined if it cannot be inferred. */
  #head(tokens: readonly IToken[]): readonly IToken[] | undefined {
    const annotated = afterAnnotations(tokens, 0);
    let at = annotated;
    while (is(tokens[at], k.shadow, k.waivable)) at++;
    const token = tokens[at];
    if (token === undefined) return this.#nothingDeclared(tokens);
    if (is(token, k.module)) return this.#moduleHeader(tokens, at);
    if (isDeclarationWord(token) || (annotated > 0 && !isWord(token))) return tokens;
    return this.#unknownDeclaration(tokens, at);
  }

  #nothingDeclared(tokens: readonly IToken[]): undefined {
    const [first, last] = [tokens[0] as IToken, tokens.at(-1) as IToken];
    if (isBroken(last)) return undefined;
    this.#problems.report("W1020", first.startOffset, endOf(last), "no declaration follows", {
      help: "write the declaration that this belongs to, or delete it",
    });
    return undefined;
  }

  #moduleHeader(tokens: readonly IToken[], at: number): readonly IToken[] | undefined {
    const token = tokens[at] as IToken;
    const isFirst = token.startOffset === this.#tokens[0]?.startOffset;
    const { tree, stop } = parseAs("moduleHeader", tokens.slice(at));
    if (!isFirst && !isBroken(token)) {
      this.#problems.report(
        "W1029",
        token.startOffset,
        endOf(token),
        "`module` is not the first thing in its file",
        {
          help: this.#module === undefined ? "move it to the top" : "a file has one module: delete this one",
        },
      );
    } else if (tree !== undefined) this.#module = tree as ModuleHeaderCstNode;
    else {
      const help = "a module name is words with dots between them, as in `module acme.payments`";
      const next = tokens[at + 1] ?? token;
      if (!isBroken(next)) {
        this.#problems.report("W1020", next.startOffset, endOf(next), "`module` has no name", { help });
      }
    }
    if (stop === undefined) return undefined;
    const stopped = tree === undefined ? tokens.length : at + stop.at;
    const next = tokens[stopped];
    if (next === undefined) return undefined;
    if (this.#layout.isFirst(next) || looksLikeDeclaration(tokens, stopped)) return tokens.slice(stopped);
    const mistake = recognise(this.#stopAt(tokens, stop, stopped));
    this.#report(mistake, tokens, next);
    return undefined;
  }

  #unknownDeclaration(tokens: readonly IToken[], at: number): readonly IToken[] | undefined {
    const token = tokens[at] as IToken;
    if (isBroken(token) || tokens.some((each) => each.payload === GIVEN_UP)) return undefined;
    const stray = beginsItemAnywhere(token);
    if (this.#outside && (stray || isCloser(token))) return undefined;
    const foreign = FOREIGN_DECLARATIONS.get(token.image);
    const meant =
      foreign === undefined && !stray && isWord(token) ? suggest(token.image, DECLARATION_WORDS) : undefined;
    const help =
      meant !== undefined
        ? `did you mean \`${meant}\`?`
        : stray && foreign === undefined
          ? "the block that it belongs to is closed before it"
          : (foreign?.help ?? "a declaration begins with a word such as `allow`, `tool` or `label`");
    const message = `${quoted(token.image)} is not a declaration keyword`;
    this.#problems.report("W1021", token.startOffset, endOf(token), message, { help });
    this.#outside = stray;
    const becomes = meant === undefined ? foreign?.becomes : k[meant as keyof typeof k];
    if (becomes !== undefined) {
      const begun = tokens.with(at, standIn(token, becomes));
      if (becomes === k.module) return this.#moduleHeader(begun, at);
      const hasBlock = begun.some((each) => is(each, m["{"])) || !BLOCK_DECLARATIONS.includes(becomes);
      if (hasBlock && looksLikeDeclaration(begun, at)) return begun;
    }
    return stray ? undefined : this.#declaration(tokens.slice(this.#afterUnknown(tokens, at)));
  }

  /** Returns where the next line begins that could be a declaration of any kind, known or not. */
  #afterUnknown(tokens: readonly IToken[], from: number): number {
    const left = this.#layout.lineIndentOf(tokens[0] as IToken);
    let depth = 0;
    for (let at = from + 1; at < tokens.length; at++) {
      const token = tokens[at] as IToken;
      const begins = this.#layout.isFirst(token) && this.#layout.indentOf(token) <= left && isWord(token);
      const shaped = isWord(tokens[at + 1]) && is(tokens[at + 2], m["{"], m["("], m["="], m[":"], Text);
      if (depth <= 0 && begins && shaped) return at;
      if (isOpener(token)) depth++;
      else if (isCloser(token)) depth--;
    }
    return tokens.length;
  }

  /** Parses, repairs and parses again; returns what is left if the declaration ends too early. */
  #body(begun: readonly IToken[]): readonly IToken[] | undefined {
    const silent = begun.some((token) => token.payload === GIVEN_UP);
    let tokens = silent ? begun : this.#balanced(begun);
    this.#outside = false;
    // A stop directly behind a repair is most likely the same mistake.
    let quietUntil = 0;
    while (this.#budget > 0 && !this.#problems.full) {
      this.#budget -= tokens.length;
      const { tree, stop: stopped } = parseAs("item", tokens);
      if (stopped === undefined) {
        if (tree !== undefined) this.#items.push(tree as ItemCstNode);
        return undefined;
      }
      const at = stopped.at === -1 ? tokens.length : stopped.at;
      const stop = this.#stopAt(tokens, stopped, at);
      const early = tree !== undefined && stop.token !== undefined && !isRecognised(stop);
      if (early && (this.#layout.isFirst(stop.token) || looksLikeDeclaration(tokens, at))) {
        this.#items.push(tree as ItemCstNode);
        return tokens.slice(at);
      }
      if (silent) return undefined;
      const mistake = recognise(stop);
      if (mistake.start >= quietUntil) this.#report(mistake, tokens, stop.token ?? tokens.at(-1));
      const edit = mistake.edit ?? (early ? giveUpRest(stop) : this.#repair(stop));
      if (edit === undefined) return undefined;
      const next = tokens[edit.to];
      quietUntil = edit.quiet === false || next === undefined || this.#layout.isFirst(next) ? 0 : endOf(next);
      tokens = tokens.toSpliced(edit.from, edit.to - edit.from, ...edit.tokens);
    }
    return undefined;
  }

  #balanced(tokens: readonly IToken[]): readonly IToken[] {
    const balanced = balance(this.#openedBlock(tokens), this.#layout, this.#problems);
    this.#spoiltLines = balanced.spoiltLines;
    return balanced.tokens;
  }

  /** Inserts the `{` that is missing after the name, if a `}` at the end shows that one is. */
  #openedBlock(tokens: readonly IToken[]): readonly IToken[] {
    const at = missingBraceOf(tokens);
    const before = at === undefined ? undefined : tokens[at - 1];
    if (at === undefined || before === undefined) return tokens;
    const end = endOf(before);
    this.#problems.report(
      "W1018",
      before.startOffset,
      end,
      `\`{\` is missing after ${quoted(before.image)}`,
      {
        help: "add `{`",
      },
    );
    return tokens.toSpliced(at, 0, tokenOver(end, end, m["{"], "{"));
  }

  #report(mistake: Mistake, tokens: readonly IToken[], at: IToken | undefined): void {
    if (at !== undefined && this.#isSpoilt(tokens, at)) return;
    const { code, start, end, message, options } = mistake;
    if (tokens.some((token) => token.startOffset === start && isBroken(token) && token !== at)) return;
    this.#problems.report(code, start, end, message, options);
  }

  /** Reports whether an earlier diagnostic on the line is a likely cause. */
  #isSpoilt(tokens: readonly IToken[], at: IToken): boolean {
    const before = tokens[tokens.indexOf(at) - 1];
    if (isBroken(at) || (before !== undefined && isBroken(before) && is(before, ...OPERATORS))) return true;
    const line = this.#layout.lineOf(at);
    if (this.#spoiltLines.has(line)) return true;
    return tokens.some((token) => token.payload === UNCLOSED && this.#layout.lineOf(token) === line);
  }

  #stopAt(tokens: readonly IToken[], { rules: ruleStack, expected }: ParseStop, at: number): Stop {
    const around = blocksAround(tokens, at, ruleStack);
    const open = around.findLast(({ rule }) => rule !== "quantifier");
    const item = open === undefined ? 0 : itemBefore(tokens, at, open, this.#layout);
    const prefix = tokens.slice(item, at);
    const rule = open === undefined ? "item" : open.block.item;
    return {
      source: this.#source,
      tokens,
      layout: this.#layout,
      at,
      token: tokens[at],
      ruleStack,
      expected,
      fitting: tokensAfter(rule, prefix),
      open,
      item,
    };
  }

  /** Inserts, removes or replaces a single token if the parser then continues; otherwise removes the item. */
  #repair(stop: Stop): Edit | undefined {
    let best: Edit | undefined;
    let furthest = stop.at + 3;
    for (const edit of singleTokenEdits(stop)) {
      const tokens = stop.tokens.toSpliced(edit.from, edit.to - edit.from, ...edit.tokens);
      this.#budget -= tokens.length;
      if (this.#budget <= 0) return undefined;
      const { tree, stop: next } = parseAs("item", tokens);
      const found = next?.at ?? -1;
      const grown = edit.tokens.length - (edit.to - edit.from);
      const reached =
        next === undefined || (found === -1 && tree !== undefined) ? Number.POSITIVE_INFINITY : found - grown;
      if (reached > furthest) [best, furthest] = [edit, reached];
    }
    return best ?? giveUpItem(stop);
  }
}

/** The operators that replace a broken one; an operand missing after such a replacement is not reported. */
const OPERATORS = [k.and, k.or, k.not, m["*"], m["=="], m["!="], m[">="], m["="]];

/** Returns where the brace of a declaration's block belongs, if it is missing and its counterpart is not. */
function missingBraceOf(tokens: readonly IToken[]): number | undefined {
  if (!is(tokens.at(-1), m["}"]) || unmatched(tokens).closers === 0) return undefined;
  let at = tokens.findIndex((token) => isDeclarationWord(token) && !is(token, k.shadow, k.waivable));
  if (at === -1 || !BLOCK_DECLARATIONS.includes(tokens[at]?.tokenType as TokenType)) return undefined;
  at++;
  if (!is(tokens[at], Text) && !isWord(tokens[at])) return undefined;
  at++;
  for (; is(tokens[at], m["."], k.as, k.to, m[","]) && tokens[at + 1] !== undefined; at += 2);
  return is(tokens[at], m["{"]) ? undefined : at;
}

const BLOCK_DECLARATIONS: readonly TokenType[] = [
  ...[k.allow, k.deny, k.require, k.limit, k.exception, k.transaction],
  ...[k.tool, k.agent, k.approval, k.schema, k.test, k.matrix],
];
