/** What must change for a call to be allowed, derived from the decision and the results of the rules. */

import type { Decision, Need, Reason } from "../../model/decision.js";
import { formatTime } from "../../values/time.js";
import { shortName } from "../records/scheme-terms.js";
import type { Call } from "../request/call.js";
import type { BuiltinName } from "../request/refusal.js";
import type { Change, ClauseOutcome, RuleOutcome } from "../request/types.js";
import { remedyOf } from "./remedies.js";

/** Rules by id, for reading what a reason is about. */
export type Outcomes = ReadonlyMap<string, RuleOutcome>;

/**
 * All of them are needed; none for an allow. They come from the stage that refused: objections of later stages, such as
 * a limit or a need, are reported only after this stage passes.
 */
export function changesOf(
  { decision, reasons, needs, retry }: Pick<Decision, "decision" | "reasons" | "needs" | "retry">,
  rules: Outcomes,
  call: Call,
): readonly Change[] {
  if (decision === "allow") return [];
  if (decision !== "deny") return needs.map((need) => ({ rule: "needs", what: needChange(need) }));
  return reasons.map((reason) => changeOf(reason, rules, call, retry));
}

function changeOf(reason: Reason, rules: Outcomes, call: Call, retry: Decision["retry"]): Change {
  const { rule, effect } = reason;
  if (rule === "builtin.nothing_grants") return grantChange(rules);
  if (effect === "builtin")
    return { rule, what: remedyOf(rule.slice("builtin.".length) as BuiltinName, call) };
  if (effect === "limit") return { rule, what: limitChange(reason, retry) };
  const outcome = rules.get(rule);
  const lifting = [...rules.values()].filter((each) => each.lifts?.includes(rule) === true);
  const holding = (outcome?.clauses ?? []).filter(({ result }) => result !== "false");
  const or =
    lifting.length === 0 ? "" : `, or ${lifting.map((each) => shortName(each.rule)).join(" or ")} lifts it`;
  if (reason.unknown === true)
    return { rule, what: `it has to be known, and false, what this ${effect} asks${or}`, clauses: holding };
  if (holding.length === 0) return { rule, what: `this ${effect} always refuses the call${or}` };
  return { rule, what: `one of these has to be false${or}`, clauses: holding };
}

/** Allows are alternatives; those that lack least come first. */
function grantChange(rules: Outcomes): Change {
  const allows = [...rules.values()].filter((rule) => rule.effect === "allow" && !rule.shadow);
  const rule = "builtin.nothing_grants";
  if (allows.length === 0) return { rule, what: "an allow has to be written: none is about this call" };
  const alternatives = allows
    .map(({ rule: id, at, clauses }) => ({ rule: id, at, clauses: lacking(clauses) }))
    .sort((a, b) => a.clauses.length - b.clauses.length || (a.rule < b.rule ? -1 : 1));
  const what = alternatives.length === 1 ? "this allow has to grant" : "one of these allows has to grant";
  return { rule, what, alternatives };
}

function lacking(clauses: readonly ClauseOutcome[]): readonly ClauseOutcome[] {
  return clauses.filter(({ result }) => result !== "true");
}

function limitChange({ unknown }: Reason, retry: Decision["retry"]): string {
  if (unknown === true) return "what it counts has to be known";
  if (retry?.when === "at") return `wait until ${formatTime(Math.ceil(retry.at * 1000))}`;
  return "ask for less: no wait makes room for this much";
}

function needChange(need: Need): string {
  switch (need.type) {
    case "confirmation":
      return "the user confirms this call";
    case "step-up": {
      const age = need.max_age === undefined ? "" : `, at most ${need.max_age} s ago`;
      return `the user signs in at ${need.level} or stronger${age}`;
    }
    case "approval": {
      const at = need.at === undefined ? "" : ` signed in at ${need.at}`;
      const people = need.quorum - need.have;
      return `${people} more of role ${need.from.join(" or ")}${at} approve it (${need.scheme})`;
    }
  }
}
