/** Brackets, commas and signs that are missing, superfluous or confused with each other. */
import type { IToken, TokenType } from "chevrotain";
import { keywords as k, marks as m, Name } from "../../grammar/tokens.js";
import { beginsItemOf } from "./blocks.js";
import { isDeclarationWord, looksLikeDeclaration } from "./declaration-shapes.js";
import { describe } from "./expected.js";
import { about, drop, insert, type Mistake, replace, type Stop } from "./mistake.js";
import { isInExpression } from "./mistakes-in-conditions.js";
import { quoted } from "./problems.js";
import { endOf, is, isCloser, isOpener, standIn, tokenOver } from "./token-kinds.js";

/** `==` for `=` in a declaration. */
export function comparisonInDeclaration(stop: Stop): Mistake | undefined {
  if (!is(stop.token, m["=="]) || !(stop.expected === m["="] || stop.fitting.has(m["="]))) return undefined;
  return about(stop, "W1016", "`==` does not assign", "write `=`", replace(stop, m["="]));
}

/** `shadow` or `waivable` before anything but a rule or a limit. */
export function idleModifier(stop: Stop): Mistake | undefined {
  const before = stop.tokens[stop.at - 1];
  if (before === undefined || !is(before, k.shadow, k.waivable) || !isDeclarationWord(stop.token))
    return undefined;
  return {
    code: "W1020",
    start: before.startOffset,
    end: endOf(before),
    message: `\`${before.image}\` applies to rules and limits only`,
    options: { help: "delete it" },
    edit: { from: stop.at - 1, to: stop.at, tokens: [] },
  };
}

/** The rules whose `{` opens a block. */
const BLOCK_RULES: ReadonlySet<string> = new Set([
  ...[
    "rule",
    "limit",
    "exception",
    "transaction",
    "tool",
    "agent",
    "approval",
    "test",
    "matrix",
    "delegation",
  ],
  ...["repeat", "transactionItem", "quantifier"],
]);

/** A missing `{` after the name of a declaration, or something before it. */
export function missingBrace(stop: Stop): Mistake | undefined {
  if (stop.expected !== m["{"] || !BLOCK_RULES.has(stop.ruleStack.at(-1) ?? "")) return undefined;
  const before = stop.tokens[stop.at - 1];
  if (before === undefined || is(stop.token, m["("], m["["])) return undefined;
  const brace = stop.tokens.findIndex((token, i) => i > stop.at && is(token, m["{"]));
  if (brace !== -1 && (brace === stop.at + 1 || !beginsItemOf(stop.ruleStack.at(-1), stop.token))) {
    const message = `unexpected ${quoted(stop.token?.image ?? "")}`;
    return about(stop, "W1020", message, "delete it", drop(stop, brace - stop.at));
  }
  const at = endOf(before);
  const end = endOf(stop.tokens.at(-1) ?? before);
  const rest = stop.tokens.slice(stop.at);
  const tokens = [tokenOver(at, at, m["{"], "{"), ...rest, tokenOver(end, end, m["}"], "}")];
  const edit = stop.open === undefined ? { from: stop.at, to: stop.tokens.length, tokens } : undefined;
  const mistake = about(stop, "W1018", `\`{\` is missing after ${quoted(before.image)}`, "add `{`", edit);
  return { ...mistake, start: before.startOffset, end: at };
}

/** A name without a type. */
export function missingType(stop: Stop): Mistake | undefined {
  const before = stop.tokens[stop.at - 1];
  const rule = stop.ruleStack.at(-1);
  if (
    stop.expected !== m[":"] ||
    before === undefined ||
    !(rule === "data" || rule === "param" || rule === "field")
  ) {
    return undefined;
  }
  if (!is(stop.token, m["="], m["=="], m[","], m[")"], m["}"])) return undefined;
  if (rule === "field" && is(stop.token, m["="])) return undefined;
  const at = endOf(before);
  return {
    code: "W1020",
    start: before.startOffset,
    end: at,
    message: `${quoted(before.image)} has no type`,
    options: { help: `write \`${before.image.slice(0, 60)}: text\` or its type` },
    edit: insert(stop, tokenOver(at, at, m[":"], ":"), tokenOver(at, at, Name, "json")),
  };
}

/** A declaration inside another. */
export function nestedDeclaration(stop: Stop): Mistake | undefined {
  if (stop.open === undefined || stop.expected !== m["}"] || !looksLikeDeclaration(stop.tokens, stop.at))
    return undefined;
  return about(stop, "W1020", "a declaration cannot be inside another", "close the block before it");
}

/** `tier: 1`, `title = "x"`: a sign between a clause's word and what follows. */
export function signAfterWord(stop: Stop): Mistake | undefined {
  const word = stop.tokens[stop.at - 1];
  if (!is(stop.token, m["="], m[":"], m["=="]) || stop.open === undefined || stop.at - 1 !== stop.item)
    return undefined;
  if (!stop.open.block.starters.includes(word?.tokenType as TokenType)) return undefined;
  if (is(word, k.when, k.unless)) return undefined;
  const message = `unexpected \`${stop.token?.image}\` after \`${word?.image}\``;
  return about(stop, "W1020", message, "delete it", drop(stop));
}

/** `=` for `:` in a record, and `:` for `=` in a declaration. */
export function otherSign(stop: Stop): Mistake | undefined {
  if (!is(stop.token, m["="], m[":"], m["=="]) || !(stop.expected === m[":"] || stop.expected === m["="]))
    return undefined;
  const message = `expected ${describe(stop.expected)} instead of \`${stop.token?.image}\``;
  return about(stop, "W1020", message, `write ${describe(stop.expected)}`, replace(stop, stop.expected));
}

/** A comma that separates nothing: between clauses, or before a closing bracket. */
export function idleComma(stop: Stop): Mistake | undefined {
  const next = stop.tokens[stop.at + 1];
  if (is(stop.token, m[","]) && stop.expected === m["}"]) {
    return about(stop, "W1020", "unexpected comma", "delete it", drop(stop));
  }
  const before = stop.tokens[stop.at - 1];
  if (before === undefined || !is(before, m[","]) || !(isCloser(stop.token) || next === undefined))
    return undefined;
  const mistake = about(stop, "W1020", "nothing follows this comma", "delete it");
  return {
    ...mistake,
    start: before.startOffset,
    end: endOf(before),
    edit: { from: stop.at - 1, to: stop.at, tokens: [] },
  };
}

/** A comma before the next item, whose keyword was therefore read as a name. */
export function commaBeforeItem(stop: Stop): Mistake | undefined {
  const [comma, word] = [stop.tokens[stop.at - 2], stop.tokens[stop.at - 1]];
  if (comma === undefined || word === undefined || !is(comma, m[","])) return undefined;
  if (!(stop.open?.block.starters.includes(word.tokenType) ?? false)) return undefined;
  return {
    code: "W1020",
    start: comma.startOffset,
    end: endOf(comma),
    message: "unexpected comma",
    options: { help: "delete it" },
    edit: { from: stop.at - 2, to: stop.at - 1, tokens: [] },
  };
}

/** `and` in a list of names. */
export function andForComma(stop: Stop): Mistake | undefined {
  if (!is(stop.token, k.and, k.or) || !stop.fitting.has(m[","]) || isInExpression(stop)) return undefined;
  const message = `\`${stop.token?.image}\` joins conditions, not what is listed`;
  return about(stop, "W1020", message, "write `,`", replace(stop, m[","]));
}

/** `(` or `[` for the `{` of a block. */
export function otherBracket(stop: Stop): Mistake | undefined {
  if (stop.expected !== m["{"] || !is(stop.token, m["("], m["["])) return undefined;
  const close = closingIndex(stop.tokens, stop.at);
  if (close !== undefined && is(stop.tokens[close + 1], m["{"])) {
    const end = endOf(stop.tokens[close] as IToken);
    const edit = { from: stop.at, to: close + 1, tokens: [] };
    return { ...about(stop, "W1020", "only a `define` has parameters", "delete them", edit), end };
  }
  const message = `expected \`{\` instead of \`${stop.token?.image}\``;
  if (close === undefined) return about(stop, "W1020", message, "write `{`", replace(stop, m["{"]));
  const inside = stop.tokens.slice(stop.at + 1, close);
  const [opener, closer] = [stop.tokens[stop.at] as IToken, stop.tokens[close] as IToken];
  const tokens = [standIn(opener, m["{"], "{"), ...inside, standIn(closer, m["}"], "}")];
  return about(stop, "W1020", message, "write `{` and `}`", { from: stop.at, to: close + 1, tokens });
}

function closingIndex(tokens: readonly IToken[], open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (isOpener(tokens[i])) depth++;
    else if (isCloser(tokens[i]) && --depth === 0) return i;
  }
  return undefined;
}
