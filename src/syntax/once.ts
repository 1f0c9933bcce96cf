/** Items that a block may have only once: the second is reported, with a reference to the first. */
import { diagnostic } from "../diagnostics/catalogue.js";
import type { Span } from "../source/source.js";
import type { BuildContext } from "./build-context.js";

/** The name of a kind in messages, if it differs from the keyword. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "agent-clause": "agent",
  "call-clause": "call",
  "need-clause": "need",
  "invoked-by": "invoked by",
  "at-most": "at most",
  "irreversible-last": "irreversible last",
  "confirm-plan": "confirm plan",
};

/** The kinds that may repeat. */
const REPEATABLE: ReadonlySet<string> = new Set(["when", "unless", "with-clause"]);

/** Reports each item of a block whose kind an earlier item has. */
export function checkOnce(
  context: BuildContext,
  owner: string,
  items: readonly { readonly kind: string; readonly span: Span }[],
): void {
  if (!items.some(({ kind }, at) => isRepeated(items, kind, at))) return;
  const seen = new Map<string, Span>();
  for (const { kind, span } of items) {
    if (REPEATABLE.has(kind)) continue;
    const word = SPELLINGS[kind] ?? kind;
    const keyword = keywordSpan(context, span, word);
    const first = seen.get(kind);
    // If the keyword is not in the text, it was misspelt and is already reported.
    if (keyword === undefined) continue;
    if (first === undefined) seen.set(kind, keyword);
    else reportTwice(context, owner, word, first, keyword);
  }
}

/** Blocks have few items: building a set for each would cost more than comparing pairs. */
function isRepeated(items: readonly { readonly kind: string }[], kind: string, at: number): boolean {
  for (let i = 0; i < at; i++) if (items[i]?.kind === kind) return true;
  return false;
}

function keywordSpan(context: BuildContext, span: Span, word: string): Span | undefined {
  const [first = word] = word.split(" ");
  const written = [word, first].find((each) => context.source.text.startsWith(each, span.start));
  return written === undefined ? undefined : { ...span, end: span.start + written.length };
}

/** Reports a duplicate word; the help says how to keep one. */
export function reportTwice(
  context: BuildContext,
  owner: string,
  word: string,
  first: Span,
  second: Span,
): void {
  context.report(
    diagnostic("W1023", second, `duplicate \`${word}\` in ${owner}`, {
      label: "again here",
      secondary: [{ span: first, message: "first here" }],
      help: TWICE_HELP[word] ?? `keep one \`${word}\``,
    }),
  );
}

const TWICE_HELP: Readonly<Record<string, string>> = {
  call: "list the tools in one clause, as in `call crm.lookup, crm.note`",
  need: "list the needs in one clause, as in `need confirmation, step-up mfa`",
  agent: "list the agents in one clause, as in `agent support_bot, web_reader`",
  "at most": "write a second `limit` for a second cap",
  from: "list the roles in one item, as in `from role treasurer, auditor`",
  yields: "list the labels in one item, as in `yields internal, pii`",
  tags: "list the tags in one item, as in `tags external, money`",
};
