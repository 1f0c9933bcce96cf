import type { Bundle } from "../bundle.js";
import { eachSmallest, type Params, type Polarity, substituted } from "../expressions/polarity.js";
import { isSent } from "../expressions/sent.js";
import { messages } from "../messages.js";
import { pathText } from "../path-text.js";
import type { Expr, Program } from "../program.js";
import { KEY_TEXT } from "../roots.js";
import { MAX_MATCHED_BYTES, MAX_SEARCHED_BYTES } from "../solve/limits.js";
import { conditionals } from "./rule-lists.js";

/** Texts that may be this long are prose, not identifiers. */
const FREE_TEXT = 256;
const TIGHTENING: ReadonlySet<string> = new Set(["deny", "require", "limit"]);
const GRANTING: ReadonlySet<string> = new Set(["allow", "exception"]);

/**
 * Warns of patterns that match less, or more, than a reviewer expects. Each is reported once, even if several rules use
 * it.
 */
export function readPatterns(bundle: Bundle, program: Program): void {
  const reported = new Set<string>();
  for (const [what, { name, condition }] of conditionals(program)) {
    if (condition === undefined) continue;
    eachSmallest(condition, program.defines, (part, polarity, params) => {
      const problem = problemOf({ part, polarity, params, what, name });
      if (problem === undefined) return;
      const { file, start } = problem.primary.span;
      const key = `${problem.code} ${file} ${start}`;
      if (reported.has(key)) return;
      reported.add(key);
      bundle.problems.add(problem);
    });
  }
}

interface Found {
  readonly part: Expr;
  readonly polarity: Polarity;
  readonly params: Params;
  readonly what: string;
  readonly name: string;
}

function problemOf(found: Found): ReturnType<typeof messages.dotMatchesLineEnds> | undefined {
  const { part, polarity, params, what, name } = found;
  const { span } = part;
  if (part.kind === "function" && part.name === "starts_with") {
    const [of, start] = part.args;
    const isPath = start?.kind === "const" && typeof start.value === "string" && start.value.startsWith("/");
    return isPath && of !== undefined ? pathAsText(found, substituted(of, params)) : undefined;
  }
  if (part.kind !== "like" && part.kind !== "matches" && part.kind !== "finds") return undefined;
  const of = searchedIn(part.of, params);
  if (of.type.kind !== "text") return undefined;
  if (part.kind === "finds") {
    return of.type.max > MAX_SEARCHED_BYTES
      ? messages.longerThanRead("finds", pathText(of), of.type.max, span)
      : undefined;
  }
  if (part.pattern.startsWith("/")) {
    const problem = pathAsText(found, of);
    if (problem !== undefined) return problem;
  }
  const isFree = of.type.max >= FREE_TEXT && of.type !== KEY_TEXT && isSent(of);
  if (part.kind === "like") {
    const searches =
      isFree && TIGHTENING.has(what) && polarity !== "fails" && /(?<!\*)\*(?!\*)/.test(part.pattern);
    return searches ? messages.starStops(part.pattern, pathText(of), span) : undefined;
  }
  const tightens = TIGHTENING.has(what) && polarity !== "fails" && isFree;
  if (tightens && looksLikeSearch(part.pattern))
    return messages.searchAsMatch(pathText(of), part.pattern, span);
  if (of.type.max > MAX_MATCHED_BYTES)
    return messages.longerThanRead("matches", pathText(of), of.type.max, span);
  return readsLineEnds(part.pattern) ? messages.dotMatchesLineEnds(what, name, span) : undefined;
}

/** Whether a pattern is meant to search inside a text: it has `.*` around it, or matches only a few characters. */
function looksLikeSearch(pattern: string): boolean {
  const bare = pattern.replace(/^\(\?[a-z]+\)/, "").replace(/^\^|\$$/g, "");
  if (bare === ".*" || bare === ".+") return false;
  if (/^\.[*+]|(?<!\\)\.[*+]$/.test(bare)) return true;
  return !/(?<!\\)[*+]|\{\d+,\}/.test(bare);
}

/** A problem if a text is compared as a path: a text that begins like the path may continue with `/../`. */
function pathAsText({ part, polarity, what }: Found, of: Expr): ReturnType<typeof problemOf> {
  if (of.type.kind !== "text" || !GRANTING.has(what) || polarity === "fails" || !isSent(of)) return undefined;
  return messages.pathAsText(pathText(of), part.span);
}

/** The text itself, if it is read in lower case. */
function searchedIn(expr: Expr, params: Params): Expr {
  const of = substituted(expr, params);
  const [arg] = of.kind === "function" && of.name === "lower" ? of.args : [];
  return arg === undefined ? of : substituted(arg, params);
}

/** Whether a `.` outside of classes matches line ends, and the pattern does not state whether it should. */
function readsLineEnds(pattern: string): boolean {
  if (/\(\?[A-Za-z]*-?[A-Za-z]*s/.test(pattern)) return false;
  return /\./.test(pattern.replace(/\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]])*\]/gs, ""));
}
