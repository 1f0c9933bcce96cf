/** The mistakes that have their own message, the most specific first. */
import { marks as m, Name } from "../../grammar/tokens.js";
import { suggest } from "../diagnostics/did-you-mean.js";
import { describe, expectation, ruleExpected, wordsOf } from "./expected.js";
import { about, type Mistake, type Recogniser, replace, type Stop } from "./mistake.js";
import {
  andForComma,
  commaBeforeItem,
  comparisonInDeclaration,
  idleComma,
  idleModifier,
  missingBrace,
  missingType,
  nestedDeclaration,
  otherBracket,
  otherSign,
  signAfterWord,
} from "./mistakes-in-blocks.js";
import {
  danglingJoint,
  equalsInCondition,
  foreignWord,
  foreignWordBefore,
  missingWhen,
  nothing,
} from "./mistakes-in-conditions.js";
import {
  bareAnnotation,
  splitName,
  unquotedAnnotation,
  unquotedText,
  wrongKindOfName,
} from "./mistakes-in-names.js";
import { quoted } from "./problems.js";
import { endOf, isCloser, isWord } from "./token-kinds.js";

/** Returns the first mistake that a recogniser finds at a stop; the last one always finds one. */
export function recognise(stop: Stop): Mistake {
  for (const recogniser of RECOGNISERS) {
    const mistake = recogniser(stop);
    if (mistake !== undefined) return mistake;
  }
  return somethingElse(stop);
}

/** Reports whether a stop has a specific message. */
export function isRecognised(stop: Stop): boolean {
  return RECOGNISERS.some((recogniser) => recogniser !== unknownWord && recogniser(stop) !== undefined);
}

/** A word that the grammar does not accept here, with the one that was probably meant. */
function unknownWord(stop: Stop): Mistake | undefined {
  const { token, open } = stop;
  if (!isWord(token)) return undefined;
  const betweenItems = open !== undefined && stop.expected === m["}"];
  const starters = open === undefined ? [] : wordsOf(open.block.starters);
  const candidates = [...wordsOf(stop.fitting), ...(betweenItems ? starters : [])];
  const meant = stop.fitting.has(Name) && !betweenItems ? undefined : meantBy(token.image, candidates);
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
    return about(stop, "W1022", `${name} has no ${itemName} ${quoted(token.image)}`, help, edit);
  }
  if (meant === undefined) return undefined;
  return about(stop, "W1020", `unexpected ${quoted(token.image)}`, `did you mean \`${meant}\`?`, edit);
}

/**
 * Returns the word that was probably meant. Words of up to three letters are nearly all similar, so their first letter
 * must match.
 */
function meantBy(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 3) return suggest(word, candidates);
  const first = word[0]?.toLowerCase();
  return suggest(
    word,
    candidates.filter((candidate) => candidate[0] === first),
  );
}

function listOf(words: readonly string[], name: string): string | undefined {
  return words.length === 0 ? undefined : `${name} has ${words.map((word) => `\`${word}\``).join(", ")}`;
}

/** The message if no recogniser matches. */
function somethingElse(stop: Stop): Mistake {
  const { token, expected } = stop;
  const betweenItems = expected === m["}"] && stop.open !== undefined;
  const before = stop.tokens[stop.at - 1];
  const inner = expected === undefined ? ruleExpected(stop.ruleStack, before) : undefined;
  const required =
    expected !== undefined && !betweenItems
      ? describe(expected)
      : expectation(betweenItems ? undefined : inner, stop.fitting);
  const help = required === undefined ? undefined : `expected ${required}`;
  if (token === undefined) {
    const last = stop.tokens.at(-1);
    const message =
      last === undefined ? "something is missing" : `something is missing after ${quoted(last.image)}`;
    return about(stop, "W1020", message, help);
  }
  if (before !== undefined && expected !== m["}"] && stop.layout.isFirst(token)) {
    const message = `something is missing after ${quoted(before.image)}`;
    return { ...about(stop, "W1020", message, help), start: before.startOffset, end: endOf(before) };
  }
  if (isCloser(token) && before !== undefined) {
    const message = `something is missing between ${quoted(before.image)} and ${quoted(token.image)}`;
    return about(stop, "W1020", message, help);
  }
  return about(stop, "W1020", `unexpected ${quoted(token.image)}`, help);
}

const RECOGNISERS: readonly Recogniser[] = [
  unquotedAnnotation,
  bareAnnotation,
  danglingJoint,
  commaBeforeItem,
  splitName,
  equalsInCondition,
  comparisonInDeclaration,
  signAfterWord,
  missingType,
  otherSign,
  nothing,
  foreignWord,
  foreignWordBefore,
  andForComma,
  otherBracket,
  wrongKindOfName,
  unquotedText,
  nestedDeclaration,
  missingWhen,
  missingBrace,
  idleModifier,
  idleComma,
  unknownWord,
];
