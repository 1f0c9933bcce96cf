/** Tokens to the concrete tree: the one place that runs the parser. */
import type { CstNode, IToken, TokenType } from "chevrotain";
import type { ItemCstNode, ModuleHeaderCstNode } from "./cst.js";
import { parser } from "./parser.js";
import { allTokens } from "./tokens.js";

/** A module header or a declaration with its annotations. */
export type Tree = ModuleHeaderCstNode | ItemCstNode;

/** Where tokens stop being what the grammar requires. */
export interface ParseStop {
  /** The index of the token that does not fit; -1 if the tokens end too soon. */
  readonly at: number;
  /** The token that the grammar requires there; undefined if several fit, or none. */
  readonly expected: TokenType | undefined;
  /** The rules that were open, the outermost first; none if a whole tree precedes the token. */
  readonly rules: readonly string[];
}

/** A tree, a stop, or both if tokens are left over after a whole tree. */
export interface Parse {
  readonly tree: Tree | undefined;
  readonly stop: ParseStop | undefined;
}

const TOKENS: ReadonlyMap<string, TokenType> = new Map(allTokens.map((type) => [type.name, type]));

/** Passes each tree of a file to `take`, in order; false if the file has a mistake, which may show after some of its trees. */
export function parseFile(tokens: readonly IToken[], take: (tree: Tree) => void): boolean {
  return run(tokens, () => {
    parser.file(take as (tree: CstNode) => void);
    return parser.errors.length === 0;
  });
}

/** Parses the tokens as one rule, from the first token on. */
export function parseAs(rule: "moduleHeader" | "item", tokens: readonly IToken[]): Parse {
  return run(tokens, () => {
    const tree = parser[rule]() as Tree | undefined;
    const [error] = parser.errors;
    if (error === undefined) return { tree, stop: undefined };
    const at = tokens.indexOf(error.token);
    return { tree, stop: { at, expected: TOKENS.get(error.message), rules: error.context.ruleStack } };
  });
}

/** Chevrotain adds tokens for the end behind its input while it runs, and takes them away again. */
function run<Result>(tokens: readonly IToken[], parse: () => Result): Result {
  parser.input = tokens as IToken[];
  try {
    return parse();
  } finally {
    parser.input = [];
  }
}
