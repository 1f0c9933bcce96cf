/** Invalid names, and texts without quotes. */
import type { IToken } from "chevrotain";
import { Int, marks as m, Name, Text, TypeName } from "../../grammar/tokens.js";
import { itemAfter } from "./blocks.js";
import { FOREIGN_WORDS } from "./foreign-words.js";
import { about, drop, type Mistake, replace, type Stop } from "./mistake.js";
import { quoted } from "./problems.js";
import {
  endOf,
  is,
  isAdjacent,
  isCloser,
  isName,
  isOpener,
  isReserved,
  isWord,
  tokenOver,
} from "./token-kinds.js";

/** `REF-1` or `LLM01:2025` in an annotation. */
export function unquotedAnnotation(stop: Stop): Mistake | undefined {
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
    message: `${quoted(written)} needs quotes`,
    options: { help: `write \`"${written.slice(0, 60)}"\`` },
    edit: { from: open + 1, to: end, tokens: [token] },
  };
}

function lastIndexBefore(stop: Stop, test: (token: IToken) => boolean): number | undefined {
  for (let i = stop.at - 1; i >= 0; i--) if (test(stop.tokens[i] as IToken)) return i;
  return undefined;
}

/** `@owner "x"` and `@owner = "x"`. */
export function bareAnnotation(stop: Stop): Mistake | undefined {
  const name = stop.tokens[stop.at - 1];
  if (!isName(name) || !is(stop.tokens[stop.at - 2], m["@"]) || !is(stop.token, Text, m["="], m[":"]))
    return undefined;
  const help = `write \`@${name.image}("…")\``;
  const count = is(stop.token, Text) ? 1 : is(stop.tokens[stop.at + 1], Text) ? 2 : 1;
  return about(stop, "W1020", "the value of an annotation needs parentheses", help, drop(stop, count));
}

/** `small-refund`, `Foo_bar`: meant as one name, but invalid. */
export function splitName(stop: Stop): Mistake | undefined {
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
      : `${quoted(written)} is not a name`,
    options: {
      help: stop.ruleStack.includes("field")
        ? `write \`${better.slice(0, 60)}\`, with \`as "${written.slice(0, 60)}"\` behind its type`
        : `write \`${better.slice(0, 60)}\``,
    },
    edit: { from: start, to: end, tokens: [tokenOver(first.startOffset, endOf(last), type, better)] },
  };
}

/** Returns `foo_bar` as the name of a type, `FooBar`. */
function capitalised(word: string): string {
  return word.replaceAll(/(?:^|[_-]+)([A-Za-z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
}

function uncapitalised(word: string): string {
  return `${word[0]?.toLowerCase() ?? ""}${word.slice(1)}`;
}

function isPart(token: IToken | undefined): boolean {
  return is(token, m["-"], Int) || isWord(token);
}

/** `any`, `all`, `in` in place of a name; a capital instead of a small letter, and the reverse. */
export function wrongKindOfName(stop: Stop): Mistake | undefined {
  const { token, expected } = stop;
  if (!isWord(token)) return undefined;
  const isNameExpected = expected === Name || (expected === undefined && isNameRule(stop.ruleStack.at(-1)));
  if (isNameExpected && isReserved(token) && !FOREIGN_WORDS.has(token.image)) {
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

/** `title Read one record`: words without quotes in place of a text. */
export function unquotedText(stop: Stop): Mistake | undefined {
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
    `${quoted(written)} needs quotes`,
    `write \`"${written.slice(0, 60)}"\``,
  );
  return { ...mistake, end: endOf(last), edit: replace(stop, Text, end - stop.at) };
}
