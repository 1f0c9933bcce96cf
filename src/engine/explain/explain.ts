/** The whole story of a decision, for the author: every rule that could have applied, clause by clause. */
import type { Exception, Limit, Rule } from "../../check/program.js";
import type { Candidate } from "../../compile/candidate.js";
import { ask, tightens } from "../../compile/candidate.js";
import { candidatesOf, type TargetProgram } from "../../compile/compile.js";
import { concerns, isInside } from "../../compile/compiled-rule.js";
import { triName } from "../../compile/tri.js";
import type { DecideRequest } from "../../model/request.js";
import type { EngineContext } from "../context.js";
import { answerUnreserved } from "../decide/answer.js";
import { decide, deliberate } from "../decide/decide.js";
import { callOf, openCase } from "../decide/open-case.js";
import type { Outcome } from "../decide/types.js";
import { shortName } from "../records/scheme-terms.js";
import { type Call, readCall } from "../request/call.js";
import type { Caller, ClauseOutcome, Explanation, RuleOutcome } from "../request/types.js";
import { changesOf } from "./changes.js";
import { explainCondition } from "./explain-condition.js";

/** Evaluates the rules even if the chain refuses the call, so that the author sees both. */
export async function explain(
  request: DecideRequest,
  caller: Caller,
  context: EngineContext,
): Promise<Explanation> {
  const call = readCall(request, caller, context.bundle, context.clock.now());
  const asked = call.refusals.length === 0;
  const refused = asked ? undefined : await decide(request, caller, context);
  if (refused !== undefined && (call.target === undefined || !call.hasArgs))
    return { decision: refused, rules: [], asked, changes: changesOf(refused, new Map(), call), state: [] };
  const outcome = await deliberate(openCase(call, call.target as TargetProgram, context), true);
  const judged = answerUnreserved(outcome);
  const decision = refused ?? judged;
  const determining = new Set(decision.reasons.map(({ rule }) => rule));
  const rules = outcomesOf(callOf(outcome), determining, context);
  const byId = new Map(rules.map((rule) => [rule.rule, rule]));
  const decisions = refused === undefined ? [judged] : [refused, judged];
  const changes = decisions.flatMap((each) => changesOf(each, byId, call));
  return { decision, rules, asked, changes, state: stateOf(outcome) };
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
      shadow: source.kind !== "exception" && source.shadow,
      at: context.bundle.locate(source.span),
      result: concerns(source.who, call.frame, tightens(candidate))
        ? triName(ask(candidate, call.frame))
        : "false",
      determining: determining.has(source.id),
      ...(source.kind === "exception" ? { lifts: [...source.lifts] } : {}),
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
    const result = concerns(source.who, frame, tightens(candidate)) ? "true" : "false";
    clauses.push({ text: whoText(source), at, result, values: whoValues(source, call) });
  }
  if (candidate.inside !== "anywhere")
    clauses.push({
      text: `inside ${[...candidate.inside].map(shortName).join(" or ")}`,
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

/** The part of the caller that the clause reads: the agent if it names any, and the user's roles or id. */
function whoValues({ who }: Rule | Limit | Exception, { chain, frame }: Call): readonly string[] {
  const acting = chain.agents.at(-1)?.actor.id;
  const agent = who.agents === "any" || acting === undefined ? [] : [`agent = ${JSON.stringify(acting)}`];
  if (who.for.kind === "any") return agent;
  if (frame.user === undefined) return [...agent, "nobody asks"];
  if (who.for.kind !== "roles") return [...agent, `user = ${JSON.stringify(frame.user.id)}`];
  return [...agent, `user.roles = ${JSON.stringify(chain.user?.roles ?? [])}`];
}

function whoText({ who }: Rule | Limit | Exception): string {
  const agents = who.agents === "any" ? "any" : [...who.agents].map(shortName).join(", ");
  const whom = who.for;
  const forWhom =
    whom.kind === "any"
      ? ""
      : whom.kind === "nobody"
        ? " for nobody"
        : whom.kind === "roles"
          ? ` for role ${[...whom.roles].map(shortName).join(", ")}`
          : ` for user ${[...whom.users].map((user) => JSON.stringify(user)).join(", ")}`;
  return `agent ${agents}${forWhom}`;
}

function stateOf(outcome: Outcome): string[] {
  const c = outcome.kind === "case" ? outcome : outcome.at;
  const lines = (c?.limits.states ?? []).map(
    (limit) => `limit ${limit.name}: ${limit.remaining} of ${limit.cap} left`,
  );
  const session = c?.call.frame.state.session;
  if (typeof c?.state?.session === "object" && session !== undefined)
    lines.push(`session labels: ${session.labels.join(", ") || "none"}; steps: ${session.steps}`);
  const carried = c?.state?.carried;
  if (carried !== undefined) lines.push(`the call carries: ${carried.join(", ") || "nothing"}`);
  return lines;
}
