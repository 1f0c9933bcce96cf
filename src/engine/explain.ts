/** The whole story of a decision, for the author: every rule that could have applied, clause by clause. */
import type { Exception, Limit, Rule } from "../check/program.js";
import type { Candidate } from "../compile/candidate-index.js";
import { ask } from "../compile/candidate-index.js";
import { candidatesOf } from "../compile/compile.js";
import { concerns, isInside } from "../compile/compiled-rule.js";
import { triName } from "../compile/tri.js";
import type { DecideRequest } from "../model/request.js";
import { answer, newDecisionId } from "./answer.js";
import { type Call, readCall } from "./call.js";
import type { EngineContext } from "./context.js";
import { type Deliberation, decide, deliberate } from "./decide.js";
import { explainCondition } from "./explain-condition.js";
import type { Caller, ClauseOutcome, Explanation, RuleOutcome } from "./types.js";

export async function explain(
  request: DecideRequest,
  caller: Caller,
  context: EngineContext,
): Promise<Explanation> {
  const call = readCall(request, caller, context.bundle, context.clock.now());
  if (call.refusals.length > 0 || call.target === undefined)
    return { decision: await decide(request, caller, context), rules: [], state: [] };
  const deliberation = await deliberate(call, context, true);
  const decision = answer(deliberation, deliberation.verdict, newDecisionId(false), context, undefined);
  const determining = new Set(decision.reasons.map(({ rule }) => rule));
  return { decision, rules: outcomesOf(call, determining, context), state: stateOf(deliberation) };
}

function outcomesOf(call: Call, determining: ReadonlySet<string>, context: EngineContext): RuleOutcome[] {
  const { target } = call;
  if (target === undefined) return [];
  const outcomes: RuleOutcome[] = [];
  for (const candidate of candidatesOf(target)) {
    const { source } = candidate.rule;
    outcomes.push({
      rule: source.id,
      ...(source.annotations.ref === undefined ? {} : { id: source.annotations.ref }),
      effect: candidate.verb,
      shadow: "shadow" in source && source.shadow,
      at: context.bundle.locate(source.span),
      result: concerns(source.who, call.frame) ? triName(ask(candidate, call.frame)) : "false",
      determining: determining.has(source.id),
      clauses: clausesOf(candidate, call, context),
    });
  }
  return outcomes.sort((a, b) => Number(b.determining) - Number(a.determining) || (a.rule < b.rule ? -1 : 1));
}

function clausesOf(
  candidate: Candidate<Rule | Limit | Exception>,
  call: Call,
  context: EngineContext,
): ClauseOutcome[] {
  const { source, until } = candidate.rule;
  const { frame } = call;
  const at = context.bundle.locate(source.span);
  const clauses: ClauseOutcome[] = [];
  if (source.who.agents !== "any" || source.who.for.kind !== "any") {
    clauses.push({ text: whoText(source), at, result: concerns(source.who, frame) ? "true" : "false" });
  }
  if (candidate.inside !== "anywhere")
    clauses.push({
      text: `inside ${[...candidate.inside].join(", ")}`,
      at,
      result: triName(isInside(candidate.inside, frame)),
    });
  if (Number.isFinite(until))
    clauses.push({
      text: `until ${new Date(until).toISOString()}`,
      at,
      result: frame.now < until ? "true" : "false",
    });
  if (source.condition !== undefined)
    clauses.push(...explainCondition(source.condition, frame, context.bundle));
  return clauses;
}

function whoText({ who }: Rule | Limit | Exception): string {
  const agents = who.agents === "any" ? "any" : [...who.agents].join(", ");
  const whom = who.for;
  const forWhom =
    whom.kind === "any"
      ? ""
      : whom.kind === "nobody"
        ? " for nobody"
        : whom.kind === "roles"
          ? ` for role ${[...whom.roles].join(", ")}`
          : ` for user ${[...whom.users].map((user) => JSON.stringify(user)).join(", ")}`;
  return `agent ${agents}${forWhom}`;
}

function stateOf({ verdict, loaded }: Deliberation): string[] {
  const lines = (verdict.limits ?? []).map(
    (limit) => `limit ${limit.name}: ${limit.remaining} of ${limit.cap} left`,
  );
  if (typeof loaded?.session === "object" && loaded.facts.session !== undefined)
    lines.push(
      `session labels: ${loaded.facts.session.labels.join(", ") || "none"}; steps: ${loaded.facts.session.steps}`,
    );
  if (loaded?.carried !== undefined)
    lines.push(`the call carries: ${loaded.carried.join(", ") || "nothing"}`);
  return lines;
}
