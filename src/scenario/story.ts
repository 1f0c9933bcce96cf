/** The smallest explanation of a verdict: the rules that determined it, and those that a test expected to. */
import { shortName } from "../engine/records/scheme-terms.js";
import type { ClauseOutcome, Explanation, RuleOutcome } from "../engine/request/types.js";
import type { Reason } from "../model/decision.js";
import type { RuleStory } from "./report.js";

/** The maximum number of allows to explain if none granted the call. */
const NEAR_GRANTS = 3;

/** The part of an explanation that a failing test shows. */
export type ExplanationParts = Pick<Explanation, "decision" | "rules" | "state">;

/** Returns the stories of a decision; `expected` are ids of rules that were expected to determine the verdict. */
export function storyOf(explanation: ExplanationParts, expected: readonly string[]): RuleStory[] {
  const { decision, rules } = explanation;
  const byRule = new Map(rules.map((rule) => [rule.rule, rule]));
  const stories = decision.reasons.map((reason) => reasonStory(reason, byRule.get(reason.rule)));
  for (const id of expected) {
    if (!decision.reasons.some(({ rule }) => rule === id)) stories.push(expectedStory(id, byRule.get(id)));
  }
  if (decision.reasons.some(({ rule }) => rule === "builtin.nothing_grants")) {
    const told = new Set([...decision.reasons.map(({ rule }) => rule), ...expected]);
    const grants = rules.filter((rule) => rule.effect === "allow" && !rule.shadow && !told.has(rule.rule));
    const nearest = [...grants].sort((a, b) => failing(a).length - failing(b).length).slice(0, NEAR_GRANTS);
    stories.push(...nearest.map((rule) => outcomeStory(rule, "does not grant", failing(rule))));
  }
  return stories;
}

/** Returns the state that a story depends on: its limits, and the session if a condition or a refusal read it. */
export function stateOf(explanation: ExplanationParts, stories: readonly RuleStory[]): readonly string[] {
  const words = stories.flatMap(({ clauses }) => clauses.map(({ text }) => text)).join("\n");
  const told = new Set(stories.map(({ rule }) => rule.split(" ")[0]));
  return explanation.state.filter((line) => {
    const limit = /^limit ([^:]+):/.exec(line)?.[1];
    if (limit !== undefined) return told.has(shortName(limit));
    if (line.startsWith("session ")) return /\bsession\./.test(words);
    return told.has("builtin.label_not_accepted") || /\blabels\b/.test(words.replace(/session\.labels/g, ""));
  });
}

function reasonStory(reason: Reason, rule: RuleOutcome | undefined): RuleStory {
  const unknown = reason.unknown === true;
  if (rule === undefined) {
    return {
      rule: reason.rule,
      effect: reason.effect,
      ...(reason.at === undefined ? {} : { at: reason.at }),
      did: reason.message ?? "refuses",
      clauses: [],
    };
  }
  const did = unknown ? `${DID[rule.effect]}, for something it reads is not known` : DID[rule.effect];
  const decided = rule.clauses.filter(
    (clause) => isCondition(clause) && clause.result === (unknown ? "unknown" : "true"),
  );
  return outcomeStory(rule, did, decided);
}

const DID: Readonly<Record<RuleOutcome["effect"], string>> = {
  allow: "grants",
  deny: "refuses",
  require: "demands",
  limit: "is spent",
  exception: "is used",
};

function expectedStory(id: string, rule: RuleOutcome | undefined): RuleStory {
  if (rule === undefined) {
    const did = id.startsWith("builtin.") ? "does not refuse this call" : "does not concern this call";
    return { rule: id, effect: "rule", did, clauses: [] };
  }
  const stopped = failing(rule);
  if (stopped.length > 0)
    return outcomeStory(rule, `is ${rule.result === "unknown" ? "not known to hold" : "not true"}`, stopped);
  return outcomeStory(rule, "holds, and did not determine the verdict", []);
}

/** Returns the clauses that keep a rule from applying: the false ones, or if there are none, the unknown ones. */
function failing({ clauses }: RuleOutcome): readonly ClauseOutcome[] {
  const untrue = clauses.filter(({ result }) => result === "false");
  return untrue.length > 0 ? untrue : clauses.filter(({ result }) => result === "unknown");
}

/** Conditions have the leaves that decided them; who, inside and until do not. */
function isCondition({ because }: ClauseOutcome): boolean {
  return because !== undefined;
}

function outcomeStory(rule: RuleOutcome, did: string, clauses: readonly ClauseOutcome[]): RuleStory {
  return {
    rule: rule.id === undefined ? shortName(rule.rule) : `${shortName(rule.rule)} (${rule.id})`,
    effect: rule.effect,
    at: rule.at,
    did,
    clauses: clauses.map(({ text, result, because }) => ({
      text,
      result,
      values: [...new Set((because ?? []).flatMap(({ values }) => values ?? []))],
    })),
  };
}
