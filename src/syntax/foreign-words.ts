/** Words from other languages, and their equivalents here. */

import type { TokenType } from "chevrotain";
import { keywords, marks } from "../../grammar/tokens.js";

/** The equivalent of a word: the token that replaces it, if any, and the help. */
export interface Counterpart {
  readonly becomes?: TokenType;
  readonly help: string;
}

function word(becomes: keyof typeof keywords): Counterpart {
  return { becomes: keywords[becomes], help: `write \`${becomes}\`` };
}

const presence = {
  becomes: keywords.true,
  help: 'absence is not a value: `has args.note` asks for it, `args.note else ""` replaces it',
};
const contained = { help: 'write `contains(args.body, "word")`, or for a list `"a" in args.names`' };
const beginning = { help: 'write `starts_with(args.subject, "prefix")`' };
const ending = { help: 'write `ends_with(args.subject, "suffix")`' };
const branch = { help: "say it with `and`, `or` and `not`, or write a second rule" };

/** Inside of declarations. */
export const FOREIGN_WORDS: ReadonlyMap<string, Counterpart> = new Map<string, Counterpart>([
  [
    "if",
    {
      becomes: keywords.when,
      help: "a condition begins with `when`, or with `unless` where it must not hold",
    },
  ],
  ["where", word("when")],
  ["provided", word("when")],
  ["except", word("unless")],
  ["then", branch],
  ["elif", branch],
  ["otherwise", branch],
  ["is", { becomes: marks["=="], help: "write `==`" }],
  ["equals", { becomes: marks["=="], help: "write `==`" }],
  ["eq", { becomes: marks["=="], help: "write `==`" }],
  ["contains", contained],
  ["includes", contained],
  ["startsWith", beginning],
  ["startswith", beginning],
  ["starts_with", beginning],
  ["endsWith", ending],
  ["endswith", ending],
  ["ends_with", ending],
  ["AND", word("and")],
  ["And", word("and")],
  ["OR", word("or")],
  ["Or", word("or")],
  ["NOT", word("not")],
  ["Not", word("not")],
  ["IN", word("in")],
  ["True", word("true")],
  ["TRUE", word("true")],
  ["False", word("false")],
  ["FALSE", word("false")],
  ["None", presence],
  ["NULL", presence],
  ["Null", presence],
  ["exists", word("has")],
  ["any_of", word("some")],
  ["forall", word("all")],
  ["every", word("all")],
  ["requires", word("need")],
  ["reason", word("because")],
  ["message", word("because")],
  ["description", word("because")],
]);

/** At the beginning of declarations. */
export const FOREIGN_DECLARATIONS: ReadonlyMap<string, Counterpart> = new Map<string, Counterpart>([
  ["permit", word("allow")],
  ["grant", word("allow")],
  ["forbid", word("deny")],
  ["block", word("deny")],
  ["reject", word("deny")],
  ["refuse", word("deny")],
  ["disallow", word("deny")],
  ["prohibit", word("deny")],
  ["demand", word("require")],
  ["rate", word("limit")],
  ["quota", word("limit")],
  ["waiver", word("exception")],
  ["function", word("define")],
  ["fn", word("define")],
  ["def", word("define")],
  ["let", word("define")],
  ["var", word("data")],
  ["const", word("data")],
  ["rule", { help: "a rule begins with its verb: `allow`, `deny` or `require`" }],
  ["policy", { help: "a rule begins with its verb: `allow`, `deny` or `require`" }],
  ["if", { help: "a rule begins with its verb, and its condition with `when`" }],
  ["import", { help: "nothing is imported: every declaration of the bundle is in view" }],
  ["include", { help: "nothing is imported: every declaration of the bundle is in view" }],
  ["use", { help: "nothing is imported: every declaration of the bundle is in view" }],
  ["package", word("module")],
  ["namespace", word("module")],
]);

/** Names that other languages give to nothing. */
export const NOTHING: ReadonlySet<string> = new Set(["null", "nil", "undefined"]);

/** What to write instead of them. */
export const NOTHING_HELP = presence.help;
