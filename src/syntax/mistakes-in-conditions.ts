/** Mistakes in conditions, most of them from other languages. */
import type { TokenType } from "chevrotain";
import { OPERATORS, RELATIONS } from "../../grammar/operators.js";
import { keywords as k, marks as m, Name, TypeName } from "../../grammar/tokens.js";
import { itemAfter, itemBefore } from "./blocks.js";
import { FOREIGN_WORDS, NOTHING_HELP } from "./foreign-words.js";
import { about, insert, type Mistake, replace, type Stop } from "./mistake.js";
import { quoted } from "./problems.js";
import { endOf, is, isName, isWord, standIn, tokenOver } from "./token-kinds.js";

/** `=` for `==` in a condition. */
export function equalsInCondition(stop: Stop): Mistake | undefined {
  if (!is(stop.token, m["="]) || !isInExpression(stop)) return undefined;
  return about(stop, "W1015", "`=` does not compare", "write `==`", replace(stop, m["=="]));
}

/** Reports whether the token before a stop is part of a condition. */
export function isInExpression(stop: Stop): boolean {
  if (stop.ruleStack.includes("expr") || stop.ruleStack.includes("sum")) return true;
  if (is(stop.tokens[stop.item], k.when, k.unless)) return stop.at > stop.item + 1;
  return stop.tokens.slice(stop.item, stop.at).some((token, i, all) => {
    return is(token, k.define) && all.slice(i).some((later) => is(later, m["="], m["=="]));
  });
}

/** A condition without `when` among the clauses. */
export function missingWhen(stop: Stop): Mistake | undefined {
  const { open, token } = stop;
  if (open === undefined || !open.block.starters.includes(k.when) || stop.expected !== m["}"])
    return undefined;
  if (token === undefined || !(isName(token) || is(token, k.has, k.not, k.some, k.all, m["("])))
    return undefined;
  const end = itemAfter(stop.tokens, stop.at + 1, open, stop.layout);
  const rest = stop.tokens.slice(stop.at, end);
  const compares = rest.some((each) => is(each, ...RELATIONS, k.and, k.or));
  const begins = is(token, k.has, k.not, k.some, k.all) || is(rest[1], m["."], m["("], ...RELATIONS);
  if (!begins || !(compares || is(token, k.has, k.not, k.some, k.all))) return undefined;
  const joint = tokenOver(token.startOffset, token.startOffset, k.when, "when");
  const last = rest.at(-1) ?? token;
  const start = token.startOffset;
  return {
    code: "W1026",
    start,
    end: stop.layout.lineOf(last) === stop.layout.lineOf(token) ? endOf(last) : endOf(token),
    message: "a condition without `when`",
    options: {
      help: `write \`when ${stop.source.text.slice(start, Math.min(endOf(last), start + 60)).split(/[\r\n]/)[0]}\``,
    },
    edit: insert(stop, joint),
  };
}

/** `if`, `AND`, `None`. */
export function foreignWord(stop: Stop): Mistake | undefined {
  const { token } = stop;
  const counterpart = isWord(token) ? FOREIGN_WORDS.get(token.image) : undefined;
  if (token === undefined || counterpart === undefined) return undefined;
  const { becomes, help } = counterpart;
  if (becomes !== undefined && stop.fitting.size > 0 && !fits(stop, becomes)) return undefined;
  const message = `${quoted(token.image)} is not a word of the language`;
  return about(stop, "W1027", message, help, becomes === undefined ? undefined : replace(stop, becomes));
}

function fits(stop: Stop, type: TokenType): boolean {
  return stop.fitting.has(type) || (stop.open?.block.starters.includes(type) ?? false);
}

/** `if a`, `exists a.b`: a word that was read as a name, so that what follows it does not fit. */
export function foreignWordBefore(stop: Stop): Mistake | undefined {
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
    message: `${quoted(before.image)} is not a word of the language`,
    options: {
      help: before.image === "if" ? "say it with `and`, `or` and `not`, or write a second rule" : help,
    },
    edit,
  };
}

/** `None` and similar words in place of a value. */
export function nothing(stop: Stop): Mistake | undefined {
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

const JOINTS = [...OPERATORS.map(({ token }) => token), k.not, k.has, m[","], m["("], m["["]];

/** An operator at the end of an item, after which the next item's keyword was read as a name. */
export function danglingJoint(stop: Stop): Mistake | undefined {
  const before = stop.tokens[stop.item - 1];
  const first = stop.tokens[stop.item];
  if (stop.open === undefined || before === undefined || first === undefined) return undefined;
  if (!is(before, ...JOINTS) || !stop.layout.isFirst(first) || stop.open.block.starters.length === 0)
    return undefined;
  const comma = is(before, m[","]);
  const previous = stop.tokens[itemBefore(stop.tokens, stop.item, stop.open, stop.layout)];
  if (!comma && !is(previous, k.when, k.unless)) return undefined;
  const end = endOf(before);
  return {
    code: "W1020",
    start: before.startOffset,
    end,
    message: comma ? "nothing follows this comma" : `something is missing after ${quoted(before.image)}`,
    options: { help: comma ? "delete it" : "expected an expression" },
    edit: comma
      ? { from: stop.item - 1, to: stop.item, tokens: [] }
      : { from: stop.item, to: stop.item, tokens: [tokenOver(end, end, k.true, "true")] },
  };
}
