/** The mistakes that are worth a message of their own, the most telling first. */
import type { IToken, TokenType } from "chevrotain";
import { Int, keywords as k, marks as m, Name, Text, TypeName } from "../../grammar/tokens.js";
import { suggest } from "../diagnostics/did-you-mean.js";
import { itemAfter } from "./blocks.js";
import { describe, expectation, wordsOf } from "./expected.js";
import { FOREIGN_WORDS, NOTHING_HELP } from "./foreign-words.js";
import type { Edit, Mistake, Recogniser, Stop } from "./mistake.js";
import { quoted } from "./problems.js";
import { isDeclarationWord } from "./segments.js";
import {
  endOf,
  is,
  isAdjacent,
  isCloser,
  isName,
  isOpener,
  isReserved,
  isWord,
  standIn,
  tokenOver,
} from "./token-kinds.js";

/** What the first recogniser that knows it says of a stop; the last one always has something to say. */
export function recognise(stop: Stop): Mistake {
  for (const recogniser of RECOGNISERS) {
    const mistake = recogniser(stop);
    if (mistake !== undefined) return mistake;
  }
  return somethingElse(stop);
}

/** Whether a stop has a message of its own, rather than that something else belongs there. */
export function isRecognised(stop: Stop): boolean {
  return RECOGNISERS.some((recogniser) => recogniser !== unknownWord && recogniser(stop) !== undefined);
}

function replace(stop: Stop, type: TokenType, count = 1): Edit {
  const token = stop.tokens[stop.at] as IToken;
  const last = stop.tokens[stop.at + count - 1] as IToken;
  const image = type.LABEL?.startsWith('"') ? type.LABEL.slice(1, -1) : token.image;
  return {
    from: stop.at,
    to: stop.at + count,
    tokens: [{ ...standIn(token, type, image), endOffset: endOf(last) - 1 }],
  };
}

function insert(stop: Stop, ...tokens: readonly IToken[]): Edit {
  return { from: stop.at, to: stop.at, tokens };
}

function drop(stop: Stop, count = 1): Edit {
  return { from: stop.at, to: stop.at + count, tokens: [] };
}

/** A mistake about the token at which the parser stopped. */
function about(stop: Stop, code: string, message: string, help: string | undefined, edit?: Edit): Mistake {
  const token = stop.token ?? stop.tokens.at(-1);
  const start = token?.startOffset ?? 0;
  const end = token === undefined ? 0 : endOf(token);
  return { code, start, end, message, options: help === undefined ? {} : { help }, edit };
}

/** `REF-1` or `LLM01:2025` in an annotation. */
function unquotedAnnotation(stop: Stop): Mistake | undefined {
  if (!stop.ruleStack.includes("annotation") || stop.token === undefined) return undefined;
  const open = lastIndexBefore(stop, (token) => is(token, m["("], m[","], m["@"]));
  if (open === undefined || is(stop.tokens[open], m["@"])) return undefined;
  let end = open + 1;
  for (; end < stop.tokens.length && !is(stop.tokens[end], m[")"], m[","], m["@"], m["{"]); end++);
  if (end === open + 1) return undefined;
  const [first, last] = [stop.tokens[open + 1] as IToken, stop.tokens[end - 1] as IToken];
  const written = stop.source.text.slice(first.startOffset, endOf(last));
  if (written.includes("\n") || written.includes('"')) return undefined;
  const token = tokenOver(first.startOffset, endOf(last), Text, `"${written.replaceAll("\\", "/")}"`);
  return {
    code: "W1025",
    start: first.startOffset,
    end: endOf(last),
    message: `${quoted(written)} stands without quotes`,
    options: { help: `write \`"${written.slice(0, 60)}"\`` },
    edit: { from: open + 1, to: end, tokens: [token] },
  };
}

function lastIndexBefore(stop: Stop, test: (token: IToken) => boolean): number | undefined {
  for (let i = stop.at - 1; i >= 0; i--) if (test(stop.tokens[i] as IToken)) return i;
  return undefined;
}

/** `@owner "x"` and `@owner = "x"`. */
function bareAnnotation(stop: Stop): Mistake | undefined {
  const name = stop.tokens[stop.at - 1];
  if (!isName(name) || !is(stop.tokens[stop.at - 2], m["@"]) || !is(stop.token, Text, m["="], m[":"]))
    return undefined;
  const help = `write \`@${name.image}("…")\``;
  const count = is(stop.token, Text) ? 1 : is(stop.tokens[stop.at + 1], Text) ? 2 : 1;
  return about(stop, "W1020", "the value of an annotation stands in parentheses", help, drop(stop, count));
}

/** `small-refund`, `Foo_bar`: what is meant as one name and is not. */
function splitName(stop: Stop): Mistake | undefined {
  const { tokens, at } = stop;
  if (!is(stop.token, m["-"]) && !isWord(stop.token)) return undefined;
  let start = at;
  while (start > 0 && isAdjacent(tokens[start - 1], tokens[start]) && isPart(tokens[start - 1])) start--;
  let end = at + 1;
  while (isPart(tokens[end]) && isAdjacent(tokens[end - 1], tokens[end])) end++;
  if (end - start < 2 || !isWord(tokens[start])) return undefined;
  const [first, last] = [tokens[start] as IToken, tokens[end - 1] as IToken];
  const written = stop.source.text.slice(first.startOffset, endOf(last));
  const type = stop.expected === TypeName || stop.ruleStack.at(-1) === "type" ? TypeName : Name;
  const better = type === TypeName ? capitalised(written) : uncapitalised(written.replaceAll("-", "_"));
  return {
    code: "W1011",
    start: first.startOffset,
    end: endOf(last),
    message: written.includes("-")
      ? `the name ${quoted(written)} has a hyphen`
      : `${quoted(written)} is no name`,
    options: { help: `write \`${better.slice(0, 60)}\`` },
    edit: { from: start, to: end, tokens: [tokenOver(first.startOffset, endOf(last), type, better)] },
  };
}

/** `foo_bar` as the name of a type. */
function capitalised(word: string): string {
  return word.replaceAll(/(?:^|[_-]+)([A-Za-z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
}

function uncapitalised(word: string): string {
  return `${word[0]?.toLowerCase() ?? ""}${word.slice(1)}`;
}

function isPart(token: IToken | undefined): boolean {
  return is(token, m["-"], Int) || isWord(token);
}

/** `=` for `==` in a condition. */
function equalsInCondition(stop: Stop): Mistake | undefined {
  if (!is(stop.token, m["="]) || !isInExpression(stop)) return undefined;
  return about(stop, "W1015", "`=` does not compare", "write `==`", replace(stop, m["=="]));
}

/** Whether what stands before a stop is part of a condition. */
function isInExpression(stop: Stop): boolean {
  if (stop.ruleStack.includes("expr") || stop.ruleStack.includes("sum")) return true;
  if (is(stop.tokens[stop.item], k.when, k.unless)) return stop.at > stop.item + 1;
  return stop.tokens.slice(stop.item, stop.at).some((token, i, all) => {
    return is(token, k.define) && all.slice(i).some((later) => is(later, m["="], m["=="]));
  });
}

/** `==` for `=` in a declaration. */
function comparisonInDeclaration(stop: Stop): Mistake | undefined {
  if (!is(stop.token, m["=="]) || !(stop.expected === m["="] || stop.fitting.has(m["="]))) return undefined;
  return about(stop, "W1016", "`==` gives nothing its value", "write `=`", replace(stop, m["="]));
}

const COMPARISONS = [m["=="], m["!="], m["<"], m["<="], m[">"], m[">="], k.in, k.like, k.matches];

/** `1 < x < 3`. */
function chainedComparison(stop: Stop): Mistake | undefined {
  if (!is(stop.token, ...COMPARISONS) || !isInExpression(stop)) return undefined;
  let depth = 0;
  for (let i = stop.at - 1; i > stop.item; i--) {
    const token = stop.tokens[i] as IToken;
    if (isCloser(token)) depth++;
    else if (isOpener(token) && depth-- === 0) return undefined;
    if (depth > 0) continue;
    if (is(token, k.and, k.or, k.when, k.unless)) return undefined;
    if (!is(token, ...COMPARISONS)) continue;
    const middle = stop.tokens.slice(i + 1, stop.at);
    const written = stop.source.text.slice(token.startOffset, endOf(middle.at(-1) ?? token));
    const again = stop.source.text.slice((middle[0] ?? token).startOffset, endOf(middle.at(-1) ?? token));
    const help = `write \`… ${written} and ${again} ${stop.token?.image} …\``;
    const joint = tokenOver(stop.token?.startOffset ?? 0, stop.token?.startOffset ?? 0, k.and, "and");
    return {
      ...about(
        stop,
        "W1017",
        "a comparison has two sides",
        help.length > 120 ? "join two comparisons with `and`" : help,
      ),
      options: {
        help: help.length > 120 ? "join two comparisons with `and`" : help,
        label: "a third side",
        secondary: [
          {
            span: { file: stop.source.path, start: token.startOffset, end: endOf(token) },
            message: "the first comparison",
          },
        ],
      },
      edit: insert(stop, joint, ...middle),
    };
  }
  return undefined;
}

/** `any`, `all`, `in` where a name belongs; a capital where a small letter belongs, and the reverse. */
function wrongKindOfName(stop: Stop): Mistake | undefined {
  const { token, expected } = stop;
  if (!isWord(token)) return undefined;
  const wantsName = expected === Name || (expected === undefined && isNameRule(stop.ruleStack.at(-1)));
  if (wantsName && isReserved(token) && !FOREIGN_WORDS.has(token.image)) {
    return about(
      stop,
      "W1024",
      `${quoted(token.image)} is a reserved word`,
      "choose another name",
      replace(stop, Name),
    );
  }
  if (expected === Name && is(token, TypeName)) {
    const better = uncapitalised(token.image);
    const help = `write \`${better.slice(0, 60)}\`; only types begin with a capital`;
    return about(
      stop,
      "W1011",
      `the name ${quoted(token.image)} begins with a capital`,
      help,
      replace(stop, Name),
    );
  }
  if (expected === TypeName) {
    const better = capitalised(token.image);
    const help = `write \`${better.slice(0, 60)}\``;
    return about(
      stop,
      "W1011",
      `the type ${quoted(token.image)} does not begin with a capital`,
      help,
      replace(stop, TypeName),
    );
  }
  return undefined;
}

function isNameRule(rule: string | undefined): boolean {
  return rule === "names" || rule === "qname" || rule === "pattern";
}

/** `title Read one record`: words where a text belongs. */
function unquotedText(stop: Stop): Mistake | undefined {
  if (stop.expected !== Text || !(isWord(stop.token) || is(stop.token, m["@"]))) return undefined;
  if (stop.layout.isFirst(stop.token as IToken)) return undefined;
  let end = stop.at + 1;
  const line = stop.layout.lineOf(stop.token as IToken);
  const limit =
    stop.open === undefined ? stop.at + 1 : itemAfter(stop.tokens, stop.at + 1, stop.open, stop.layout);
  while (
    end < limit &&
    stop.layout.lineOf(stop.tokens[end] as IToken) === line &&
    !isOpener(stop.tokens[end]) &&
    !isCloser(stop.tokens[end])
  )
    end++;
  const last = stop.tokens[end - 1] as IToken;
  const written = stop.source.text.slice(stop.token?.startOffset, endOf(last));
  const mistake = about(
    stop,
    "W1025",
    `${quoted(written)} stands without quotes`,
    `write \`"${written.slice(0, 60)}"\``,
  );
  return { ...mistake, end: endOf(last), edit: replace(stop, Text, end - stop.at) };
}

/** `if`, `AND`, `None`. */
function foreignWord(stop: Stop): Mistake | undefined {
  const { token } = stop;
  const counterpart = isWord(token) ? FOREIGN_WORDS.get(token.image) : undefined;
  if (token === undefined || counterpart === undefined) return undefined;
  const { becomes, help } = counterpart;
  if (becomes !== undefined && stop.fitting.size > 0 && !fits(stop, becomes)) return undefined;
  const message = `${quoted(token.image)} is a word of other languages`;
  return about(stop, "W1027", message, help, becomes === undefined ? undefined : replace(stop, becomes));
}

function fits(stop: Stop, type: TokenType): boolean {
  return stop.fitting.has(type) || (stop.open?.block.starters.includes(type) ?? false);
}

/** A condition that stands alone among the clauses. */
function missingWhen(stop: Stop): Mistake | undefined {
  const { open, token } = stop;
  if (open === undefined || !open.block.starters.includes(k.when) || stop.expected !== m["}"])
    return undefined;
  if (token === undefined || !(isName(token) || is(token, k.has, k.not, k.some, k.all, m["("])))
    return undefined;
  const end = itemAfter(stop.tokens, stop.at + 1, open, stop.layout);
  const rest = stop.tokens.slice(stop.at, end);
  const compares = rest.some((each) => is(each, ...COMPARISONS, k.and, k.or));
  const begins = is(token, k.has, k.not, k.some, k.all) || is(rest[1], m["."], m["("], ...COMPARISONS);
  if (!begins || !(compares || is(token, k.has, k.not, k.some, k.all))) return undefined;
  const joint = tokenOver(token.startOffset, token.startOffset, k.when, "when");
  const last = rest.at(-1) ?? token;
  const start = token.startOffset;
  return {
    code: "W1026",
    start,
    end: stop.layout.lineOf(last) === stop.layout.lineOf(token) ? endOf(last) : endOf(token),
    message: "a condition stands here without `when`",
    options: {
      help: `write \`when ${stop.source.text.slice(start, Math.min(endOf(last), start + 60)).split(/[\r\n]/)[0]}\``,
    },
    edit: insert(stop, joint),
  };
}

/** `shadow` or `waivable` before something else than a rule or a limit. */
function idleModifier(stop: Stop): Mistake | undefined {
  const before = stop.tokens[stop.at - 1];
  if (before === undefined || !is(before, k.shadow, k.waivable) || !isDeclarationWord(stop.token))
    return undefined;
  return {
    code: "W1020",
    start: before.startOffset,
    end: endOf(before),
    message: `\`${before.image}\` stands before something that is neither a rule nor a limit`,
    options: { help: "delete it" },
    edit: { from: stop.at - 1, to: stop.at, tokens: [] },
  };
}

/** `{` forgotten after the name of a declaration. */
function missingBrace(stop: Stop): Mistake | undefined {
  if (stop.expected !== m["{"]) return undefined;
  const before = stop.tokens[stop.at - 1];
  if (before === undefined || (stop.token !== undefined && is(stop.token, m["("], m["["]))) return undefined;
  const at = endOf(before);
  const mistake = about(stop, "W1018", `\`{\` is missing after ${quoted(before.image)}`, "add `{`");
  const edit = insert(stop, tokenOver(at, at, m["{"], "{"));
  return { ...mistake, start: before.startOffset, end: at, edit };
}

/** `tier: 1`, `title = "x"`: a sign between a clause's word and what follows. */
function signAfterWord(stop: Stop): Mistake | undefined {
  const word = stop.tokens[stop.at - 1];
  if (!is(stop.token, m["="], m[":"], m["=="]) || stop.open === undefined || stop.at - 1 !== stop.item)
    return undefined;
  if (!stop.open.block.starters.includes(word?.tokenType as TokenType)) return undefined;
  if (is(word, k.when, k.unless)) return undefined;
  const message = `no \`${stop.token?.image}\` stands after \`${word?.image}\``;
  return about(stop, "W1020", message, "delete it", drop(stop));
}

/** `=` for `:` in a record, and `:` for `=` in a declaration. */
function otherSign(stop: Stop): Mistake | undefined {
  if (!is(stop.token, m["="], m[":"], m["=="]) || !(stop.expected === m[":"] || stop.expected === m["="]))
    return undefined;
  const message = `\`${stop.token?.image}\` stands where ${describe(stop.expected)} belongs`;
  return about(stop, "W1020", message, `write ${describe(stop.expected)}`, replace(stop, stop.expected));
}

/** A comma that separates nothing: between clauses, or before a closing bracket. */
function idleComma(stop: Stop): Mistake | undefined {
  const next = stop.tokens[stop.at + 1];
  if (is(stop.token, m[","]) && stop.expected === m["}"]) {
    return about(stop, "W1020", "no comma stands here", "delete it", drop(stop));
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

/** A word that the grammar does not know here, with what was probably meant. */
function unknownWord(stop: Stop): Mistake | undefined {
  const { token, open } = stop;
  if (!isWord(token)) return undefined;
  const betweenItems = open !== undefined && stop.expected === m["}"];
  const starters = open === undefined ? [] : wordsOf(open.block.starters);
  const candidates = [...wordsOf(stop.fitting), ...(betweenItems ? starters : [])];
  const meant = stop.fitting.has(Name) && !betweenItems ? undefined : suggest(token.image, candidates);
  const type =
    meant === undefined
      ? undefined
      : [...stop.fitting, ...(open?.block.starters ?? [])].find((each) => each.LABEL === `"${meant}"`);
  const edit = type === undefined ? undefined : replace(stop, type);
  if (
    betweenItems &&
    (stop.layout.isFirst(token) || starters.includes(meant ?? "") || stop.at === open.brace + 1)
  ) {
    const { itemName, name } = open.block;
    const help = meant === undefined ? listOf(starters, name) : `did you mean \`${meant}\`?`;
    return about(stop, "W1022", `${quoted(token.image)} begins no ${itemName} of ${name}`, help, edit);
  }
  if (meant === undefined) return undefined;
  return about(stop, "W1020", `${quoted(token.image)} cannot stand here`, `did you mean \`${meant}\`?`, edit);
}

function listOf(words: readonly string[], name: string): string | undefined {
  return words.length === 0 ? undefined : `${name} has ${words.map((word) => `\`${word}\``).join(", ")}`;
}

const JOINTS = [
  ...COMPARISONS,
  k.and,
  k.or,
  k.not,
  k.has,
  k.else,
  m["+"],
  m["-"],
  m["*"],
  m[","],
  m["("],
  m["["],
];

/** An operator at the end of an item, after which the next item's word was read as a name. */
function danglingJoint(stop: Stop): Mistake | undefined {
  const before = stop.tokens[stop.item - 1];
  const first = stop.tokens[stop.item];
  if (stop.open === undefined || before === undefined || first === undefined) return undefined;
  if (!is(before, ...JOINTS) || !stop.layout.isFirst(first)) return undefined;
  const comma = is(before, m[","]);
  const end = endOf(before);
  return {
    code: "W1020",
    start: before.startOffset,
    end,
    message: comma ? "nothing follows this comma" : `something is missing after ${quoted(before.image)}`,
    options: { help: comma ? "delete it" : "an expression belongs here" },
    edit: comma
      ? { from: stop.item - 1, to: stop.item, tokens: [] }
      : { from: stop.item, to: stop.item, tokens: [tokenOver(end, end, k.true, "true")] },
  };
}

/** A comma before the next item, whose word was therefore read as a name. */
function commaBeforeItem(stop: Stop): Mistake | undefined {
  const [comma, word] = [stop.tokens[stop.at - 2], stop.tokens[stop.at - 1]];
  if (comma === undefined || word === undefined || !is(comma, m[","])) return undefined;
  if (!(stop.open?.block.starters.includes(word.tokenType) ?? false)) return undefined;
  return {
    code: "W1020",
    start: comma.startOffset,
    end: endOf(comma),
    message: "no comma stands here",
    options: { help: "delete it" },
    edit: { from: stop.at - 2, to: stop.at - 1, tokens: [] },
  };
}

/** `and` in a list of names. */
function andForComma(stop: Stop): Mistake | undefined {
  if (!is(stop.token, k.and, k.or) || !stop.fitting.has(m[","]) || isInExpression(stop)) return undefined;
  const message = `\`${stop.token?.image}\` joins conditions, not what is listed`;
  return about(stop, "W1020", message, "write `,`", replace(stop, m[","]));
}

/** `(` or `[` for the `{` of a block. */
function otherBracket(stop: Stop): Mistake | undefined {
  if (stop.expected !== m["{"] || !is(stop.token, m["("], m["["])) return undefined;
  const close = closingIndex(stop.tokens, stop.at);
  const message = `\`${stop.token?.image}\` stands where \`{\` belongs`;
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

/** `if a`, `exists a.b`: a word that was read as a name, and what follows it then fits nowhere. */
function foreignWordBefore(stop: Stop): Mistake | undefined {
  const before = stop.tokens[stop.at - 1];
  if (!is(before, Name) || before === undefined || !isInExpression(stop)) return undefined;
  const counterpart = FOREIGN_WORDS.get(before.image);
  if (counterpart === undefined || !(isWord(stop.token) || is(stop.token, m["("]))) return undefined;
  const { becomes, help } = counterpart;
  const edit =
    becomes !== undefined && [k.has, k.some, k.all].includes(becomes)
      ? { from: stop.at - 1, to: stop.at, tokens: [standIn(before, becomes)] }
      : undefined;
  return {
    code: "W1027",
    start: before.startOffset,
    end: endOf(before),
    message: `${quoted(before.image)} is a word of other languages`,
    options: {
      help: before.image === "if" ? "say it with `and`, `or` and `not`, or write a second rule" : help,
    },
    edit,
  };
}

/** What is said where nothing better is known. */
function somethingElse(stop: Stop): Mistake {
  const { token, expected } = stop;
  const betweenItems = expected === m["}"] && stop.open !== undefined;
  const inner = expected === undefined ? stop.ruleStack.at(-1) : undefined;
  const wanted =
    expected !== undefined && !betweenItems
      ? describe(expected)
      : expectation(betweenItems ? undefined : inner, stop.fitting);
  const help = wanted === undefined ? undefined : `${wanted} belongs here`;
  if (token === undefined) {
    const last = stop.tokens.at(-1);
    const message =
      last === undefined ? "something is missing" : `something is missing after ${quoted(last.image)}`;
    return about(stop, "W1020", message, help);
  }
  const start = stop.tokens[stop.at - 1];
  if (start !== undefined && expected !== m["}"] && stop.layout.isFirst(token)) {
    const message = `something is missing after ${quoted(start.image)}`;
    return { ...about(stop, "W1020", message, help), start: start.startOffset, end: endOf(start) };
  }
  if (isCloser(token) && start !== undefined) {
    const message = `something is missing between ${quoted(start.image)} and ${quoted(token.image)}`;
    return about(stop, "W1020", message, help);
  }
  return about(stop, "W1020", `${quoted(token.image)} cannot stand here`, help);
}

/** `None` and the like in the place of a value. */
function nothing(stop: Stop): Mistake | undefined {
  if (!is(stop.token, TypeName) || !["None", "NULL", "Null", "Nil"].includes(stop.token?.image ?? ""))
    return undefined;
  return about(
    stop,
    "W1027",
    `there is no ${quoted(stop.token?.image ?? "")}`,
    NOTHING_HELP,
    replace(stop, k.true),
  );
}

const RECOGNISERS: readonly Recogniser[] = [
  unquotedAnnotation,
  bareAnnotation,
  danglingJoint,
  commaBeforeItem,
  splitName,
  equalsInCondition,
  comparisonInDeclaration,
  chainedComparison,
  signAfterWord,
  otherSign,
  nothing,
  foreignWord,
  foreignWordBefore,
  andForComma,
  otherBracket,
  wrongKindOfName,
  unquotedText,
  missingWhen,
  missingBrace,
  idleModifier,
  idleComma,
  unknownWord,
];
