/** Generic repairs of a mistake without a specific one, and what to give up. */
import type { IToken } from "chevrotain";
import { keywords as k, marks as m } from "../../grammar/tokens.js";
import { itemAfter } from "./blocks.js";
import { isBroken } from "./build-context.js";
import { afterAnnotations } from "./declaration-shapes.js";
import type { Edit, Stop } from "./mistake.js";
import { endOf, is, isCloser, isOpener, standIn, tokenOver } from "./token-kinds.js";

/** Returns the edits of one token that might repair a stop: remove it, insert the required token, or replace it. */
export function singleTokenEdits({ at, token, expected, tokens }: Stop): readonly Edit[] {
  const edits: Edit[] = [];
  const next = tokens[at + 1];
  if (token !== undefined && !isOpener(token) && !isCloser(token))
    edits.push({ from: at, to: at + 1, tokens: [] });
  if (expected !== undefined && expected !== m["}"]) {
    const label = expected.LABEL ?? "";
    const image = label.startsWith('"') ? label.slice(1, -1) : label === "STRING" ? '""' : "_";
    const offset = token?.startOffset ?? endOf(tokens.at(-1) as IToken);
    edits.push({ from: at, to: at, tokens: [tokenOver(offset, offset, expected, image)] });
    if (token !== undefined && next !== undefined) {
      edits.push({ from: at, to: at + 1, tokens: [standIn(token, expected, image)] });
    }
  }
  return edits;
}

/**
 * Removes the item around a mistake; of a condition only what follows its keyword, so that the rule still counts as
 * conditional.
 */
export function giveUpItem(stop: Stop): Edit | undefined {
  const { tokens, at, open, item, layout } = stop;
  if (open === undefined) return giveUpBody(stop);
  const between = stop.expected === m["}"] && at > open.brace + 1 && stop.ruleStack.at(-1) === open.rule;
  const token = tokens[at];
  const inCondition =
    is(tokens[item], k.when, k.unless) && at > item && token !== undefined && !layout.isFirst(token);
  const from = between && !inCondition ? at : item;
  const to = itemAfter(tokens, Math.max(at, from + 1), open, layout);
  // A matrix cannot be read without its columns.
  if (to <= from || is(tokens[from], k.agents)) return undefined;
  const first = tokens[from] as IToken;
  if (from === item && is(first, k.when, k.unless)) {
    return { from: from + 1, to, tokens: [brokenCondition(first, tokens[to - 1])], quiet: false };
  }
  return { from, to, tokens: [], quiet: false };
}

/** Removes the tokens after a complete declaration. */
export function giveUpRest(stop: Stop): Edit {
  return giveUpBody(stop) ?? { from: stop.at, to: stop.tokens.length, tokens: [] };
}

/** Removes the body of a `define` and keeps its name. */
function giveUpBody({ tokens, at }: Stop): Edit | undefined {
  const define = afterAnnotations(tokens, 0);
  if (!is(tokens[define], k.define)) return undefined;
  const equals = tokens.findIndex((token, i) => i < at && is(token, m["="]));
  if (equals === -1) return undefined;
  const edit = {
    from: equals + 1,
    to: tokens.length,
    tokens: [brokenCondition(tokens[equals] as IToken, tokens.at(-1))],
  };
  return tokens.length === equals + 2 && isBroken(tokens[equals + 1] as IToken) ? undefined : edit;
}

function brokenCondition(before: IToken, last: IToken | undefined): IToken {
  return tokenOver(
    endOf(before),
    Math.max(endOf(before), last === undefined ? 0 : endOf(last)),
    k.true,
    "true",
  );
}
